// Every grant that a request stands for, one a place, once the cluster was looked at.

import { Failure } from '../failure.ts';
import { refuseSystemSubject } from './grant-guards.ts';
import type { WantedGrant } from './grant-plan.ts';
import type { GrantRequest } from './grant-request.ts';
import { type KnownSubject, knownSubject, placesOf, type Scene } from './grant-scene.ts';
import type { Preset } from './presets.ts';
import { wantedRole } from './wanted-role.ts';

export type Wanted = {
  readonly grants: readonly WantedGrant[];
  readonly known: KnownSubject;
  readonly places: readonly string[];
};

/** Every grant that a request stands for, one a place. `now` in epoch seconds. */
export function wantedGrants(
  request: GrantRequest,
  scene: Scene,
  { fromFile, now }: { readonly fromFile: readonly Preset[]; readonly now: number },
): Wanted {
  const places = placesOf(request.place, scene);
  const known = knownSubject(request.subject, places, scene);
  if (request.subject.kind !== 'ServiceAccount') {
    refuseSystemSubject(known.subject, request.subject.typed, request.dangers);
    refuseSystemSubject(known.subject, known.subject.name, request.dangers);
  }
  const until = untilOf(request.end, now);
  const terms = { until, requester: scene.caller.user, reason: request.reason, grantedAt: now };
  const roleTerms = { ...request, fromFile };
  const grants = places.map((namespace) => ({
    namespace,
    subject: known.subject,
    role: wantedRole(request.role, namespace, scene, roleTerms),
    bindingName: request.bindingName,
    terms,
  }));
  return { grants, known, places };
}

function untilOf(end: GrantRequest['end'], now: number): number | undefined {
  if (end === undefined) return undefined;
  if ('forSeconds' in end) return now + end.forSeconds;
  if (end.untilAt > now) return end.untilAt;
  throw new Failure('usage', '--until is in the past', { hint: 'Give a time that is still to come.' });
}
