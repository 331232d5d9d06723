// A conversation: a prompt, a line, the next prompt.

import type { Host } from '../../host.ts';
import { maySpeak } from '../../oidc/presence.ts';
import { openTerminal } from './terminal.ts';

export type Conversation = {
  readonly isSomebodyThere: boolean;
  /** One line on stderr. */
  readonly say: (line: string) => void;
  /** The next line; undefined when stdin has ended or the host's signal aborted. */
  readonly nextLine: (prompt: string) => Promise<string | undefined>;
};

/** Nothing is read before the first prompt. */
export function conversationAt(host: Host): Conversation {
  const terminal = openTerminal(host);
  let lines: AsyncIterator<string> | undefined;
  return {
    isSomebodyThere: maySpeak(terminal.surroundings(host.environment)),
    say: terminal.say,
    nextLine: async (prompt) => {
      host.stderr.write(prompt);
      lines ??= terminal.pastedLines(host.signal)[Symbol.asyncIterator]();
      const next = await lines.next();
      return next.done === true ? undefined : next.value;
    },
  };
}
