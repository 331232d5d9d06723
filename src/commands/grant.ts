// `grant`: lets a group, a user or a service account do something. Looks at the cluster first, shows what would be
// written, asks, writes, and looks again.

import { insistOnYes } from '../consent.ts';
import type { PersonThere } from '../edge/person/person-at.ts';
import { Failure } from '../failure.ts';
import type { Host } from '../host.ts';
import { diffLines } from '../oidc/line-diff.ts';
import { deadNotes } from '../rbac/dead-notes.ts';
import { foresee } from '../rbac/grant-foresight.ts';
import { type GrantPlan, planGrant, type Step } from '../rbac/grant-plan.ts';
import { type GrantRequest, grantOptions, parseGrant } from '../rbac/grant-request.ts';
import type { Scene } from '../rbac/grant-scene.ts';
import { grantedText, planText } from '../rbac/grant-text.ts';
import { doneWords } from '../rbac/grant-words.ts';
import { type Manifest, manifestOf } from '../rbac/manifest.ts';
import { formatManifests } from '../rbac/manifest-output.ts';
import type { Preset } from '../rbac/presets.ts';
import { type Wanted, wantedGrants } from '../rbac/wanted-grants.ts';
import type { WriteDesk } from '../rbac/write-desk.ts';
import { type AnyStep, carryOut, doneBefore } from '../rbac/write-steps.ts';
import type { TypedWords } from '../typed-words.ts';

export const options = grantOptions;

/** Words → the request. Fails with `usage`, naming the flag. */
export function parse(words: TypedWords): GrantRequest {
  return parseGrant(words);
}

export type GrantDeps = {
  readonly desk: WriteDesk;
  readonly presetsIn: (path: string) => readonly Preset[];
  readonly person: PersonThere;
  readonly yamlOf: (value: object) => string;
  /** Epoch seconds. */
  readonly now: number;
};

export type GrantOutcome =
  | { readonly kind: 'dry-run'; readonly manifests: string }
  /** `steps` is empty where all was there already. */
  | {
      readonly kind: 'granted';
      readonly steps: readonly AnyStep[];
      readonly planned: Planned;
      readonly now: number;
    };

/** A request beside one reading of the cluster. */
export type Planned = {
  readonly wanted: Wanted;
  readonly scene: Scene;
  readonly plans: readonly Exclude<GrantPlan, { kind: 'refused' }>[];
};

/** Everything that can be refused is refused before the first write. Fails with `usage`, `refused`, `forbidden`, `conflict`, `cluster`, `cancelled`. */
export async function run(request: GrantRequest, deps: GrantDeps): Promise<GrantOutcome> {
  const { desk, person, now } = deps;
  const fromFile = request.presetsFile === undefined ? [] : deps.presetsIn(request.presetsFile);
  const read = async (): Promise<Planned> =>
    planned(request, await desk.read(request.place), { fromFile, now });
  if (request.dryRun) return dryRun(request, await read(), deps);
  let latest = await read();
  let isRead = true;
  const steps = await carryOut({
    plan: async () => {
      latest = isRead ? latest : await read();
      isRead = false;
      return stepsOf(latest);
    },
    confirm: async (again) => {
      const { kind } = await foresee(stepsOf(latest), latest.scene, desk.mayI);
      if (again) person.say('Somebody else was faster; this is left to do:');
      person.say(textOfPlan(latest, deps));
      if (kind === 'blind')
        person.say(
          'Whether you may hand this out could not be foreseen: you may not read all roles and bindings.',
        );
      await insistOnYes(request, person);
    },
    write: async (step) => {
      const outcome = await desk.write(step);
      if (outcome === 'done') person.say(`${doneWords(step)}`);
      return outcome;
    },
    left: (done) => halfGranted(done),
  });
  return { kind: 'granted', steps, planned: latest, now };
}

function planned(
  request: GrantRequest,
  scene: Scene,
  given: { readonly fromFile: readonly Preset[]; readonly now: number },
): Planned {
  const wanted = wantedGrants(request, scene, given);
  const plans = wanted.grants
    .map((each) => planGrant(each, scene.snapshot))
    .map((plan) => {
      if (plan.kind !== 'refused') {
        const dead = deadNotes(plan.role, plan.binding.namespace, scene.discovery);
        return { ...plan, notes: [...dead, ...plan.notes] };
      }
      throw new Failure('refused', plan.why, { hint: plan.hint });
    });
  return { wanted, scene, plans };
}

function stepsOf({ plans }: Planned): readonly Step[] {
  return plans.flatMap(({ steps }) => steps);
}

/** The whole of what is wanted, whether or not it is there; the words go to stderr. */
function dryRun(request: GrantRequest, latest: Planned, deps: GrantDeps): GrantOutcome {
  deps.person.say(textOfPlan(latest, { ...deps, yamlOf: undefined }));
  const manifests = latest.plans.flatMap(({ role, binding }, index) => {
    const isOwn = latest.wanted.grants[index]?.role.kind === 'own';
    return [...(isOwn && role !== undefined ? [manifestOf(role)] : []), manifestOf(binding)];
  });
  return { kind: 'dry-run', manifests: formatManifests(manifests, request.output, deps.yamlOf) };
}

/** In words; with `yamlOf` also as a difference. */
function textOfPlan(
  { wanted, plans }: Planned,
  {
    desk,
    now,
    yamlOf,
  }: Pick<GrantDeps, 'desk' | 'now'> & { readonly yamlOf: GrantDeps['yamlOf'] | undefined },
): string {
  const words = planText({ wanted, plans, cluster: desk.name, now });
  if (yamlOf === undefined) return words;
  const yaml = (manifest: Manifest): string => yamlOf(manifest);
  const diffs = plans.flatMap(({ steps }) =>
    steps.map((step) =>
      diffLines(
        step.kind === 'change' ? yaml(manifestOf(step.before)) : '',
        yaml(manifestOf(step.object)),
      ).join('\n'),
    ),
  );
  return [words, ...diffs].join('\n\n');
}

/** A role alone is harmless, and the next run completes it. */
function halfGranted(done: readonly AnyStep[]): string {
  if (done.length === 0) return doneBefore(done);
  const bindings = done.filter((step) => 'object' in step && 'roleRef' in step.object);
  const harmless = bindings.length === 0 ? ' A role without its binding allows nobody anything.' : '';
  return `${doneBefore(done)}${harmless} Run the same again: it completes what is missing.`;
}

/** The text for stdout. */
export function describe(outcome: GrantOutcome): string {
  if (outcome.kind === 'dry-run') return outcome.manifests;
  const { wanted, plans } = outcome.planned;
  return grantedText({ wanted, plans, steps: outcome.steps, now: outcome.now });
}

/** The real parts. Fails as opening the cluster does. */
export async function realDeps(request: GrantRequest, host: Host): Promise<GrantDeps> {
  const { openWriteDesk } = await import('../edge/access/write-desk.ts');
  const { readPresets } = await import('../edge/access/presets-file.ts');
  const { personAt } = await import('../edge/person/person-at.ts');
  const { manifestYaml } = await import('../edge/access/manifest-yaml.ts');
  return {
    desk: await openWriteDesk(request.where, host),
    presetsIn: readPresets,
    person: personAt(host),
    yamlOf: manifestYaml,
    now: host.now(),
  };
}
