// A request beside what the cluster is: names with their prefix, namespaces that exist, rules that can act. From here on
// nothing of it can be wrong any more but by somebody else's change.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import { nearestName } from '../nearest-name.ts';
import type { Discovery } from './discovery.ts';
import { type Dangers, refusePowerfulRole, refuseSystemSubject } from './grant-guards.ts';
import { ruleSetName } from './grant-names.ts';
import { rolesAt, type WantedGrant, type WantedRole } from './grant-plan.ts';
import type { GrantRequest } from './grant-request.ts';
import type { PlaceWish, RoleWish, SubjectWish } from './grant-wishes.ts';
import { selects } from './labels.ts';
import { aboutAnnotation, presetLabel } from './managed.ts';
import { type Preset, presetNamed, presets } from './presets.ts';
import type { Rule } from './rule.ts';
import { parseRuleWords, type RuleWords, rulesOfWords } from './rule-words.ts';
import type { Snapshot } from './snapshot.ts';
import type { Identity, Subject } from './subject.ts';
import { type AppliedPrefix, type PrefixEvidence, prefixFor } from './subject-prefix.ts';

/** What was read of a cluster for a grant. `snapshot` holds every place that the request is about. */
export type Scene = {
  readonly snapshot: Snapshot;
  readonly discovery: Discovery;
  /** Who asks, with the groups that authentication adds. */
  readonly caller: Identity;
  readonly claims: PrefixEvidence['claims'];
  /** Where a command acts when no namespace is given. */
  readonly namespace: string;
};

/** A subject as the cluster knows it, and how that was found out. */
export type KnownSubject = { readonly subject: Subject; readonly applied: AppliedPrefix };

/** The subject with its prefix; an account without a namespace is of the one place. Fails with `usage`. */
export function knownSubject(wish: SubjectWish, places: readonly string[], scene: Scene): KnownSubject {
  if (wish.kind !== 'ServiceAccount') return withPrefix(wish, scene);
  const [only = '', ...others] = places;
  const namespace = wish.namespace ?? (others.length === 0 ? only : '');
  if (namespace !== '') {
    const { kind, name } = wish;
    return { subject: { kind, namespace, name }, applied: { prefix: '', from: 'typed' } };
  }
  throw new Failure(
    'usage',
    `of which namespace the service account "${cleanText(wish.name, 80)}" is was not said`,
    {
      hint: `Give --serviceaccount NAMESPACE/${cleanText(wish.name, 80)}.`,
    },
  );
}

function withPrefix(
  { kind, typed, prefix: given }: Exclude<SubjectWish, { kind: 'ServiceAccount' }>,
  { snapshot, caller, claims }: Scene,
): KnownSubject {
  const bound = [...snapshot.clusterRoleBindings, ...snapshot.roleBindings].flatMap(
    ({ subjects }) => subjects,
  );
  const applied = prefixFor(kind, typed, { given, evidence: { claims, seen: caller, bound } });
  return { subject: { kind, name: applied.prefix + typed }, applied };
}

/** The namespaces meant, '' for the whole cluster. Fails with `usage` for one that is not there, and for none. */
export function placesOf(
  wish: PlaceWish,
  { snapshot, namespace }: Omit<Scene, 'caller' | 'claims' | 'discovery'>,
): readonly string[] {
  if (wish.kind === 'cluster') return [''];
  if (wish.kind === 'everywhere')
    return ['', ...new Set(snapshot.roleBindings.map((each) => each.namespace))];
  if (wish.kind === 'selector') return selectedPlaces(wish, snapshot);
  const names = wish.kind === 'default' ? [namespace] : wish.names;
  const isHidden = snapshot.gaps.some(({ what }) => what === 'namespaces');
  const known = snapshot.namespaces.map(({ name }) => name);
  const missing = isHidden ? undefined : names.find((name) => !known.includes(name));
  if (missing === undefined) return names;
  const nearest = nearestName(missing, known);
  throw new Failure('usage', `there is no namespace "${cleanText(missing, 80)}"`, {
    hint:
      nearest === undefined ? 'Make it first: kubectl create namespace NAME.' : `Did you mean "${nearest}"?`,
  });
}

function selectedPlaces(
  { selector, typed }: Extract<PlaceWish, { kind: 'selector' }>,
  { namespaces, gaps }: Snapshot,
): readonly string[] {
  if (gaps.some(({ what }) => what === 'namespaces')) {
    throw new Failure('forbidden', 'you may not list namespaces, so which have these labels is not known', {
      hint: 'Name them with -n.',
    });
  }
  const found = namespaces.filter(({ labels }) => selects(selector, labels)).map(({ name }) => name);
  if (found.length > 0) return found;
  throw new Failure('usage', `no namespace has the labels ${cleanText(typed, 120)}`, {
    hint: 'See them with "kubectl get namespaces --show-labels".',
  });
}

/** The presets that count here: those built in, the cluster's own (labelled ClusterRoles), the file's, the later first. */
export function presetsOf(snapshot: Snapshot, fromFile: readonly Preset[]): readonly Preset[] {
  return [...presets, ...clusterPresets(snapshot), ...fromFile];
}

/** ClusterRoles that a team marked as presets are bound as they are. */
export function clusterPresets({ clusterRoles }: Snapshot): readonly Preset[] {
  return clusterRoles.flatMap(({ name, labels, annotations }) => {
    const own = labels[presetLabel];
    if (own === undefined || own === '') return [];
    const about = annotations[aboutAnnotation] ?? '';
    return [
      {
        ...{ name: own, about, warning: '', scope: 'any', names: 'all', rules: [], from: 'cluster' },
        binding: own,
        clusterRole: name,
      } satisfies Preset,
    ];
  });
}

/** What the rules of a request may hold. */
export type RoleTerms = {
  readonly dangers: Dangers;
  readonly namesWithList: boolean;
  readonly roleName: string | undefined;
  readonly fromFile: readonly Preset[];
};

/** The role that is wanted in one place. Fails with `usage` for what can never allow anything, `refused` for too much. */
export function wantedRole(wish: RoleWish, place: string, scene: Scene, terms: RoleTerms): WantedRole {
  const role = roleMeant(wish, place, scene, terms);
  refusePowerfulRole(
    role.kind === 'own' ? role.name : role.roleRef.name,
    rulesOf(role, place, scene),
    terms.dangers,
  );
  return role;
}

function rulesOf(role: WantedRole, place: string, { snapshot }: Scene): readonly Rule[] {
  if (role.kind === 'own') return role.rules;
  return (
    rolesAt(snapshot, role.roleRef.kind, place).find(({ name }) => name === role.roleRef.name)?.rules ?? []
  );
}

function roleMeant(wish: RoleWish, place: string, scene: Scene, terms: RoleTerms): WantedRole {
  switch (wish.kind) {
    case 'clusterrole':
      return { kind: 'existing', roleRef: { kind: 'ClusterRole', name: wish.name } };
    case 'role':
      if (place !== '') return { kind: 'existing', roleRef: { kind: 'Role', name: wish.name } };
      throw new Failure('usage', `a Role is of one namespace and cannot be granted in the whole cluster`, {
        hint: 'Give --clusterrole NAME, or -n NAMESPACE instead of --cluster.',
      });
    case 'rules': {
      const rules = rulesIn(wish.words, place, scene, terms);
      const name = terms.roleName ?? ruleSetName(rules);
      return { kind: 'own', name, rules, about: '', preset: undefined, binding: undefined };
    }
    case 'preset':
      return roleOfPreset(wish, place, scene, terms);
  }
}

function rulesIn(
  words: readonly RuleWords[],
  place: string,
  { discovery }: Scene,
  terms: RoleTerms,
): readonly Rule[] {
  return rulesOfWords(words, {
    discovery,
    scope: place === '' ? 'cluster' : 'namespace',
    wildcards: terms.dangers.wildcard,
    namesWithList: terms.namesWithList,
  });
}

function roleOfPreset(
  wish: Extract<RoleWish, { kind: 'preset' }>,
  place: string,
  scene: Scene,
  terms: RoleTerms,
): WantedRole {
  const preset = presetNamed(presetsOf(scene.snapshot, terms.fromFile), wish.name);
  judgePreset(preset, wish.names, place);
  if (preset.clusterRole !== undefined) {
    return { kind: 'existing', roleRef: { kind: 'ClusterRole', name: preset.clusterRole } };
  }
  const words = preset.rules
    .map(parseRuleWords)
    .map((each) => (wish.names.length > 0 ? { ...each, names: wish.names } : each));
  const rules = rulesIn(words, place, scene, terms);
  const isNamed = wish.names.length > 0;
  const usual = isNamed ? `${preset.name}-${ruleSetName(rules).slice(-8)}` : preset.name;
  return {
    kind: 'own',
    name: terms.roleName ?? usual,
    rules,
    about: preset.about,
    preset: preset.name,
    binding: isNamed ? undefined : preset.binding,
  };
}

function judgePreset({ name, names: wanted, scope }: Preset, names: readonly string[], place: string): void {
  if (wanted === 'required' && names.length === 0) {
    throw new Failure('usage', `the preset ${name} is for objects that are named`, {
      hint: 'Give --name NAME, or several with commas.',
    });
  }
  if (wanted === 'all' && names.length > 0) {
    throw new Failure('usage', `the preset ${name} takes no names`, {
      hint: 'Leave --name out, or give --verb and --resource with it.',
    });
  }
  if (scope !== 'cluster' || place === '') return;
  throw new Failure('usage', `the preset ${name} is about what is in no namespace`, {
    hint: 'Give --cluster instead of a namespace.',
  });
}

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
