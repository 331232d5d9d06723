// Whether the API server will let the caller hand this out, said before anything is written.

import { Failure } from '../failure.ts';
import { accessOf } from './access.ts';
import { resourceName } from './discovery.ts';
import { type Preview, previewWrites, type Refusal, type Write } from './escalation.ts';
import type { Step } from './grant-plan.ts';
import type { Scene } from './grant-scene.ts';
import { placed } from './places.ts';
import type { Attributes, ResourceAttributes } from './rule.ts';
import { describeRule } from './words.ts';

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
  if (scene.snapshot.gaps.some(({ what }) => what !== 'namespaces' && what !== 'discovery'))
    return { kind: 'blind' };
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

function refusedWrite({ write }: Preview, refusal: Refusal): Failure {
  const what = placed(write.object, write.object.namespace);
  switch (refusal.kind) {
    case 'verb':
      return new Failure('forbidden', `you may not ${refusal.asked.verb} ${what}`, {
        hint: `Nothing was written. You need ${attributeWords(refusal.asked)}.`,
      });
    case 'rules': {
      const [first, ...others] = refusal.uncovered;
      const more = others.length === 0 ? '' : ` and ${others.length} more like it`;
      const missing = first === undefined ? '' : `: ${describeRule(first)}${more}`;
      return new Failure('forbidden', `you may not hand out what you do not hold yourself${missing}`, {
        hint: `Nothing was written; it would be in ${what}. Who holds it, or may ${attributeWords(refusal.instead)}, can grant it.`,
      });
    }
    case 'collecting':
      return new Failure(
        'forbidden',
        `${what} collects the rules of others, so only who holds everything may write it`,
        {
          hint: 'Nothing was written.',
        },
      );
    case 'no-role':
      return new Failure('forbidden', `${what} would refer to a role that is not there`, {
        hint: 'Nothing was written.',
      });
  }
}

function attributeWords({ verb, namespace, name, ...resource }: ResourceAttributes): string {
  const named = name === '' ? '' : ` named ${name}`;
  return `${verb} ${resourceName(resource)}${named}${namespace === '' ? '' : ` in namespace ${namespace}`}`;
}
