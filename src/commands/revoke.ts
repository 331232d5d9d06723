// `revoke`: takes a grant back. Removes what this program made and nothing else; with --adopt it also takes the subject
// out of bindings that others made. Says what access is left.

import { insistOnYes } from '../consent.ts';
import type { PersonThere } from '../edge/person/person-at.ts';
import type { Host } from '../host.ts';
import { parseRevoke, type RevokeRequest, revokeOptions } from '../rbac/grant-request.ts';
import { type KnownSubject, knownSubject, placesOf, type Scene } from '../rbac/grant-scene.ts';
import { doneWords } from '../rbac/grant-words.ts';
import { remainingWays } from '../rbac/remaining-access.ts';
import { planRevoke, type RevokePlan, rulesTaken, snapshotAfter } from '../rbac/revoke-plan.ts';
import { missedRoles, revokedRole } from '../rbac/revoke-scene.ts';
import { type LeftAccess, revokedText, revokePlanText } from '../rbac/revoke-text.ts';
import type { WriteDesk } from '../rbac/write-desk.ts';
import { type AnyStep, carryOut, doneBefore } from '../rbac/write-steps.ts';
import type { TypedWords } from '../typed-words.ts';

export const options = revokeOptions;

/** Words → the request. Fails with `usage`, naming the flag. */
export function parse(words: TypedWords): RevokeRequest {
  return parseRevoke(words);
}

export type RevokeDeps = {
  readonly desk: WriteDesk;
  readonly person: PersonThere;
};

/** A request beside one reading of the cluster. */
type Planned = {
  readonly known: KnownSubject;
  readonly places: readonly string[];
  readonly plans: readonly RevokePlan[];
  readonly steps: readonly AnyStep[];
  readonly left: readonly LeftAccess[];
};

export type RevokeOutcome = {
  readonly kind: 'dry-run' | 'revoked';
  readonly steps: readonly AnyStep[];
  readonly planned: Planned;
  readonly cluster: string;
};

/** Fails with `usage`, `forbidden`, `conflict`, `cluster`, `cancelled`. That nothing of ours is there is an outcome. */
export async function run(request: RevokeRequest, { desk, person }: RevokeDeps): Promise<RevokeOutcome> {
  const deleted: AnyStep[] = [];
  let first: Planned | undefined;
  let latest: Planned | undefined;
  const read = async (): Promise<Planned> => {
    latest = planned(request, await desk.read(request.place), deleted);
    first ??= latest;
    return latest;
  };
  const cluster = desk.name;
  if (request.dryRun) {
    const dry = await read();
    return { kind: 'dry-run', steps: dry.steps, planned: dry, cluster };
  }
  const steps = await carryOut({
    plan: async () => (await read()).steps,
    confirm: async (again) => {
      if (latest === undefined) return;
      if (again) person.say('Somebody else was faster; this is left to do:');
      person.say(revokePlanText({ ...latest, cluster }));
      await insistOnYes(request, person);
    },
    write: async (step) => {
      const outcome = await desk.write(step);
      if (outcome === 'lost-race') return outcome;
      deleted.push(step);
      person.say(doneWords(step));
      return outcome;
    },
    left: (done) =>
      `${doneBefore(done)}${done.length === 0 ? '' : ' Run the same again: it removes the rest.'}`,
  });
  return { kind: 'revoked', steps, planned: first ?? (await read()), cluster };
}

function planned(request: RevokeRequest, scene: Scene, deleted: readonly AnyStep[]): Planned {
  const { snapshot } = scene;
  const places = placesOf(request.place, scene);
  const known = knownSubject(request.subject, places, scene);
  const { subject } = known;
  const plans = places.map((namespace) =>
    planRevoke(
      { namespace, subject, role: revokedRole(request.role, namespace, scene), adopt: request.adopt },
      snapshot,
    ),
  );
  const removals = plans.flatMap(({ steps }) => steps);
  const after = snapshotAfter(snapshot, removals);
  const left = places.map((namespace, index) => {
    const taken = rulesTaken(plans[index]?.steps ?? [], snapshot);
    return { namespace, ways: remainingWays(after, { subject, namespace, taken }), taken };
  });
  return { known, places, plans, steps: [...removals, ...missedRoles(deleted, snapshot)], left };
}

/** The text for stdout. */
export function describe(outcome: RevokeOutcome): string {
  const { kind, planned: plan, steps, cluster } = outcome;
  return kind === 'dry-run' ? `${revokePlanText({ ...plan, cluster })}\n` : revokedText({ ...plan, steps });
}

/** The real parts. Fails as opening the cluster does. */
export async function realDeps(request: RevokeRequest, host: Host): Promise<RevokeDeps> {
  const { openWriteDesk } = await import('../edge/access/write-desk.ts');
  const { personAt } = await import('../edge/person/person-at.ts');
  return { desk: await openWriteDesk(request.where, host), person: personAt(host) };
}
