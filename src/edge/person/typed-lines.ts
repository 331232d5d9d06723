// A conversation: a prompt, a line, the next prompt.

import { setTimeout as wait } from 'node:timers/promises';
import type { Host } from '../../host.ts';
import { maySpeak } from '../../oidc/presence.ts';
import { openTerminal, type Streams } from './terminal.ts';

export type Conversation = {
  readonly isSomebodyThere: boolean;
  /** One line on stderr. */
  readonly say: (line: string) => void;
  /** The line that is typed to this prompt, not before it; undefined when stdin has ended or the host's signal aborted. */
  readonly nextLine: (prompt: string) => Promise<string | undefined>;
};

type Seat = Streams & Pick<Host, 'environment' | 'signal'>;

/** Nothing is read before the first prompt. */
export function conversationAt(host: Seat): Conversation {
  const terminal = openTerminal(host);
  let lines: AsyncIterator<string> | undefined;
  return {
    isSomebodyThere: maySpeak(terminal.surroundings(host.environment)),
    say: terminal.say,
    nextLine: async (prompt) => {
      lines ??= terminal.pastedLines(host.signal)[Symbol.asyncIterator]();
      const { next, early } = await afterEarlyLines(lines);
      if (early > 0) terminal.say('(What was typed before this question is no answer to it.)');
      host.stderr.write(prompt);
      const { done, value } = await next;
      return done === true ? undefined : value;
    },
  };
}

/** Longer than a line takes that is there already, shorter than a person notices. */
const earlyMs = 20;

type Line = Promise<IteratorResult<string>>;

/** The rest of a paste, or of a hasty hand, answers no question that nobody has seen. */
async function afterEarlyLines(
  lines: AsyncIterator<string>,
): Promise<{ readonly next: Line; readonly early: number }> {
  for (let early = 0; ; early++) {
    const next = lines.next();
    const first = await Promise.race([next, wait(earlyMs)]);
    if (first === undefined || first.done === true) return { next, early };
  }
}
