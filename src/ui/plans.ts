// A grant or a revoke from the screen: the command itself runs, says its plan here, and waits for the answer.

import type { ReviewParts } from './parts.ts';
import { textPage } from './text-page.ts';
import type { Message } from './update.ts';

export type AskedPlan = {
  readonly begin: (verb: 'grant' | 'revoke', line: string) => void;
  /** What the person says to what was asked last; nothing where nothing was. */
  readonly answer: (yes: boolean) => void;
};

/** Everything that the command says is a page; its question is answered by a key; what it prints ends it. */
export function askedPlan(
  { plan, describe }: Pick<ReviewParts, 'plan' | 'describe'>,
  send: (message: Message) => void,
): AskedPlan {
  let answer: ((yes: boolean) => void) | undefined;
  const run = async (verb: 'grant' | 'revoke', line: string): Promise<void> => {
    const said: string[] = [];
    const title = `${verb} ${line}`;
    const show = (isAsking: boolean): void =>
      send({ kind: 'page', page: { ...textPage('plan', title, said.join('\n')), isAsking } });
    const person = {
      say: (text: string) => void said.push(text),
      ask: (question: string) => {
        said.push('', question);
        const { promise, resolve } = Promise.withResolvers<'yes' | 'no'>();
        answer = (yes) => resolve(yes ? 'yes' : 'no');
        show(true);
        return promise;
      },
    };
    try {
      if (plan === undefined) return;
      said.push('', await plan(verb, line, person));
      show(false);
    } catch (error) {
      said.push('', describe(error));
      show(false);
    } finally {
      answer = undefined;
    }
  };
  return {
    begin: (verb, line) => void run(verb, line),
    answer: (yes) => {
      answer?.(yes);
      answer = undefined;
    },
  };
}

/** Whoever leaves has not agreed. */
export function closedPlan(plan: AskedPlan): void {
  plan.answer(false);
}
