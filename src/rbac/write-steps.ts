// How a plan is carried out: shown, asked for, written step by step, and looked at again. Plans are void when somebody
// else was faster; then what is there now is read and planned anew.

import { Failure } from '../failure.ts';
import type { Step } from './grant-plan.ts';
import { doneWords, stepWords } from './grant-words.ts';
import type { RemovalStep } from './revoke-plan.ts';

export type AnyStep = Step | RemovalStep;

export type Carrying = {
  /** Reads and plans; no steps: all is as it should be. Fails where it must not be done. */
  readonly plan: () => Promise<readonly AnyStep[]>;
  /** Shows the last plan and asks; `again` after a lost race. Fails with `cancelled`, or `usage` where nobody is there. */
  readonly confirm: (again: boolean) => Promise<void>;
  readonly write: (step: AnyStep) => Promise<'done' | 'lost-race'>;
  /** What the state is after these steps, for a person whose command ended in the middle. */
  readonly left: (done: readonly AnyStep[]) => string;
};

const attempts = 3;

/** The steps that were done; none: there was nothing to do. Fails as the parts do, `conflict` after three lost races. */
export async function carryOut(parts: Carrying): Promise<readonly AnyStep[]> {
  const done: AnyStep[] = [];
  let steps = await parts.plan();
  for (let attempt = 1; steps.length > 0; attempt++) {
    if (attempt > attempts) throw lostRaces(done, parts);
    await parts.confirm(attempt > 1);
    for (const step of steps) {
      if ((await writeStep(step, done, parts)) === 'lost-race') break;
      done.push(step);
    }
    // Read again in any case: what was just written may have met somebody's removal.
    steps = await readAgain(done, parts);
  }
  return done;
}

async function writeStep(
  step: AnyStep,
  done: readonly AnyStep[],
  { write, left }: Carrying,
): Promise<'done' | 'lost-race'> {
  try {
    return await write(step);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const isUnknown = error.code === 'cluster' || error.code === 'cancelled';
    const attempted = isUnknown ? ` Whether it did ${stepWords(step)} is not known.` : '';
    throw withState(error, `${attempted} ${left(done)}`);
  }
}

async function readAgain(done: readonly AnyStep[], { plan, left }: Carrying): Promise<readonly AnyStep[]> {
  try {
    return await plan();
  } catch (error) {
    if (!(error instanceof Failure) || done.length === 0) throw error;
    throw withState(error, ` ${left(done)}`);
  }
}

function withState(failure: Failure, state: string): Failure {
  const hint = [failure.hint, state.trim()].filter((each) => each !== undefined && each !== '').join(' ');
  const { reason: cause } = failure;
  return new Failure(failure.code, failure.message, { hint, ...(cause !== undefined && { cause }) });
}

function lostRaces(done: readonly AnyStep[], { left }: Carrying): Failure {
  return new Failure('conflict', `somebody else changed the same objects ${attempts} times meanwhile`, {
    hint: `${left(done)} Run the same again.`,
  });
}

/** "Done before that: created Role …." */
export function doneBefore(done: readonly AnyStep[]): string {
  return done.length === 0 ? 'Nothing was written.' : `Done before that: ${done.map(doneWords).join('; ')}.`;
}
