// Nothing is written that a person has not seen and agreed to, or agreed to beforehand.

import { Failure } from './failure.ts';

type Asked = { readonly ask: (question: string) => Promise<'yes' | 'no' | 'nobody'> };

/** Fails with `cancelled` on a no, `usage` where nobody is there to ask. */
export async function insistOnYes({ yes }: { readonly yes: boolean }, person: Asked): Promise<void> {
  if (yes) return;
  const answer = await person.ask('Write this?');
  if (answer === 'yes') return;
  if (answer === 'no') throw new Failure('cancelled', 'nothing was written, as you wished');
  throw new Failure('usage', 'nothing was written: there is no terminal to ask on', {
    hint: 'Give --yes to write without a question, or --dry-run to look only.',
  });
}
