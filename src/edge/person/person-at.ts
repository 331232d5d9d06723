// The person at this terminal, if there is one: words for them, and questions.

import type { Host } from '../../host.ts';
import { maySpeak } from '../../oidc/presence.ts';
import { openTerminal } from './terminal.ts';

export type PersonThere = {
  /** One line on stderr. */
  readonly say: (line: string) => void;
  /** `nobody`: there is no terminal to ask on. */
  readonly ask: (question: string) => Promise<'yes' | 'no' | 'nobody'>;
};

/** Talks on stderr; asks where stdin and stderr are terminals. */
export function personAt(host: Host): PersonThere {
  const terminal = openTerminal(host);
  return {
    say: terminal.say,
    ask: async (question) => {
      if (!maySpeak(terminal.surroundings(host.environment))) return 'nobody';
      return (await terminal.ask(question, host.signal)) ? 'yes' : 'no';
    },
  };
}
