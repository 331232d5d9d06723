// `prune`: removes grants whose time is over, and roles of ours that nothing refers to then. With --manifest it prints a
// CronJob that does so.

import { insistOnYes } from '../consent.ts';
import type { PersonThere } from '../edge/person/person-at.ts';
import type { Host } from '../host.ts';
import { describeTime } from '../moments.ts';
import { counted } from '../number-words.ts';
import { gapLines, subjectWords } from '../rbac/access-words.ts';
import { cronManifests } from '../rbac/cron-manifest.ts';
import type { CronWish } from '../rbac/cron-request.ts';
import { placesOf } from '../rbac/grant-scene.ts';
import { doneWords, outlivingWords, stepWords } from '../rbac/grant-words.ts';
import type { ManagedGrant } from '../rbac/grants.ts';
import { rbacGroup } from '../rbac/manifest.ts';
import { type PrunePlan, planPrune } from '../rbac/prune.ts';
import { type PruneRequest, parsePrune, pruneOptions } from '../rbac/prune-request.ts';
import { missedRoles } from '../rbac/revoke-scene.ts';
import type { Snapshot } from '../rbac/snapshot.ts';
import { describeRef } from '../rbac/words.ts';
import type { WriteDesk } from '../rbac/write-desk.ts';
import { type AnyStep, carryOut, doneBefore } from '../rbac/write-steps.ts';
import type { TypedWords } from '../typed-words.ts';

export const options = pruneOptions;

/** Words → the request. Fails with `usage`, naming the flag. */
export function parse(words: TypedWords): PruneRequest {
  return parsePrune(words);
}

export type PruneDeps = {
  /** Opened when it is needed: a manifest needs no cluster. */
  readonly desk: () => Promise<WriteDesk>;
  readonly person: PersonThere;
  readonly yamlOf: (value: object) => string;
  readonly now: number;
};

export type PruneOutcome =
  | { readonly kind: 'manifest'; readonly manifests: string }
  | {
      readonly kind: 'dry-run' | 'pruned';
      readonly plan: PrunePlan;
      readonly steps: readonly AnyStep[];
      readonly gaps: Snapshot['gaps'];
    };

/** Fails with `usage`, `forbidden`, `conflict`, `cluster`, `cancelled`. */
export async function run(request: PruneRequest, deps: PruneDeps): Promise<PruneOutcome> {
  if (request.kind === 'manifest') {
    return { kind: 'manifest', manifests: pruneManifests(request).map(deps.yamlOf).join('---\n') };
  }
  const { person, now } = deps;
  const desk = await deps.desk();
  const done: AnyStep[] = [];
  const read = async () => {
    const scene = await desk.read(request.place);
    const { snapshot } = scene;
    const plan = planPrune(snapshot, now, placesOf(request.place, scene));
    return { plan, gaps: snapshot.gaps, missed: missedRoles(done, snapshot) };
  };
  const first = await read();
  if (request.dryRun) return { kind: 'dry-run', ...first, steps: first.plan.steps };
  let latest: typeof first | undefined = first;
  let shown = first.plan;
  const steps = await carryOut({
    plan: async () => {
      const { plan, missed } = latest ?? (await read());
      latest = undefined;
      shown = plan;
      return [...plan.steps, ...missed];
    },
    confirm: async (again) => {
      if (again) person.say('Somebody else was faster; this is left to do:');
      person.say(planLines(shown, now).join('\n'));
      await insistOnYes(request, person);
    },
    write: async (step) => {
      const outcome = await desk.write(step);
      if (outcome === 'lost-race') return outcome;
      done.push(step);
      person.say(doneWords(step));
      return outcome;
    },
    left: (before) => `${doneBefore(before)}${before.length === 0 ? '' : ' The next run removes the rest.'}`,
  });
  return { kind: 'pruned', plan: first.plan, gaps: first.gaps, steps };
}

/**
 * It may look, and delete roles and bindings. RBAC cannot tell ours from others by label, so what it may delete is more
 * than what it does; it may give nothing.
 */
function pruneManifests({ image, schedule, namespace }: CronWish): readonly object[] {
  const resources = ['rolebindings', 'clusterrolebindings', 'roles', 'clusterroles'];
  const rules = [{ apiGroups: [rbacGroup], resources, verbs: ['get', 'list', 'delete'] }];
  return cronManifests({ does: 'prune', words: ['prune', '--yes'], rules, image, schedule, namespace });
}

function planLines({ expired, steps }: PrunePlan, now: number): readonly string[] {
  return [
    ...expired.map((each) => `Expired: ${grantWords(each, now)}`),
    'This would',
    ...steps.map((step) => `  ${stepWords(step)}`),
  ];
}

function grantWords({ binding, subject, expiry }: ManagedGrant, now: number): string {
  const whom = subject === undefined ? 'nobody' : subjectWords(subject);
  const ended = expiry.kind === 'at' ? ` ended ${describeTime(expiry.at, now)}` : '';
  return `${describeRef(binding)} for ${whom}${ended}`;
}

/** Those that were: somebody may have extended one meanwhile, or removed it first. */
function removedBy(steps: readonly AnyStep[], { expired }: PrunePlan): readonly ManagedGrant[] {
  const touched = steps.map((step) => ('object' in step ? step.object : step.before));
  return expired.filter(({ binding }) =>
    touched.some(
      ({ kind, namespace, name }) =>
        kind === binding.kind && namespace === binding.namespace && name === binding.name,
    ),
  );
}

/** The text for stdout. */
export function describe(outcome: PruneOutcome, now: number): string {
  if (outcome.kind === 'manifest') return outcome.manifests;
  const { plan, steps, gaps, kind } = outcome;
  const outliving = outlivingWords(plan.expired.flatMap(({ rules }) => rules));
  const done =
    plan.steps.length === 0
      ? [plan.kept.length === 0 ? 'Nothing has expired.' : 'Nothing is to be removed.']
      : kind === 'dry-run'
        ? planLines(plan, now)
        : [
            ...removedBy(steps, plan).map((each) => `Removed: ${grantWords(each, now)}`),
            `${counted(steps.length, 'object')} written.`,
          ];
  const lines = [
    ...done,
    ...(outliving === undefined ? [] : [outliving]),
    ...plan.kept.map((each) => `Left: ${grantWords(each, now)}, and names only others by now.`),
    ...plan.unreadable.map((each) => `Not judged: when ${describeRef(each.binding)} ends cannot be read.`),
    ...(gaps.length === 0 ? [] : ['Not all could be read:', ...gapLines(gaps)]),
  ];
  return `${lines.join('\n')}\n`;
}

/** The real parts. */
export async function realDeps(request: PruneRequest, host: Host): Promise<PruneDeps> {
  const { personAt } = await import('../edge/person/person-at.ts');
  const { manifestYaml } = await import('../edge/access/manifest-yaml.ts');
  return {
    desk: async () => {
      if (request.kind !== 'prune') throw new TypeError('a manifest needs no cluster');
      const { openWriteDesk } = await import('../edge/access/write-desk.ts');
      return openWriteDesk(request.where, host);
    },
    person: personAt(host),
    yamlOf: manifestYaml,
    now: host.now(),
  };
}
