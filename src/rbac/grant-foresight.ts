// Whether the API server will let the caller hand this out, said before anything is written.

import { Failure } from '../failure.ts';
import { accessOf } from './access.ts';
import { type Preview, previewWrites, type Refusal, type Write } from './escalation.ts';
import type { Step } from './grant-plan.ts';
import type { Scene } from './grant-scene.ts';
import { placed } from './places.ts';
import type { Attributes } from './rule.ts';
import type { Gap } from './snapshot.ts';
import { describeRefusal } from './words.ts';

/** `blind`: not all of the caller's own rights could be read, so nothing was foreseen. */
export type Foresight = { readonly kind: 'clear' | 'blind' };

/**
 * Judges the steps by what the caller holds; where that says no, the authorizers beside RBAC are asked too (`mayI`).
 * Fails with `forbidden`, naming the rules that the caller may not hand out.
 */
export async function foresee(
  steps: readonly Step[],
  scene: Scene,
  mayI: (asked: Attributes) => Promise<boolean>,
): Promise<Foresight> {
  const isOfRights = ({ what }: Gap): boolean => what.endsWith('roles') || what.endsWith('bindings');
  if (scene.snapshot.gaps.some(isOfRights)) return { kind: 'blind' };
  const writes = steps.map(
    (step): Write => ({ how: step.kind === 'create' ? 'create' : 'apply', object: step.object }),
  );
  for (const preview of previewWrites(accessOf(scene.snapshot), scene.caller, writes)) {
    for (const refusal of preview.refusals) {
      if (await mayI(refusal.kind === 'verb' ? refusal.asked : refusal.instead)) continue;
      throw refusedWrite(preview, refusal);
    }
  }
  return { kind: 'clear' };
}

const shownRules = 5;

function refusedWrite({ write }: Preview, refusal: Refusal): Failure {
  const { what, help } = describeRefusal(shortened(refusal));
  const hidden = refusal.kind === 'rules' ? Math.max(0, refusal.uncovered.length - shownRules) : 0;
  const more = hidden === 0 ? '' : `; and ${hidden} more`;
  const object = placed(write.object, write.object.namespace);
  return new Failure('forbidden', `${object} would be refused: ${what}${more}`, {
    hint: `Nothing was written. ${help}`,
  });
}

function shortened(refusal: Refusal): Refusal {
  return refusal.kind === 'rules'
    ? { ...refusal, uncovered: refusal.uncovered.slice(0, shownRules) }
    : refusal;
}
