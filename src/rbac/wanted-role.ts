// The role that a request means in one place: rules resolved against the cluster, a preset, or a role that is there.

import { Failure } from '../failure.ts';
import { type Dangers, refusePowerfulRole } from './grant-guards.ts';
import { ruleSetName } from './grant-names.ts';
import type { WantedRole } from './grant-plan.ts';
import type { Scene } from './grant-scene.ts';
import type { RoleWish } from './grant-wishes.ts';
import { aboutAnnotation, presetLabel } from './managed.ts';
import { rolesAt } from './places.ts';
import { type Preset, presetNamed, presets } from './presets.ts';
import type { Rule } from './rule.ts';
import { parseRuleWords, type RuleWords, rulesOfWords } from './rule-words.ts';
import type { Snapshot } from './snapshot.ts';

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
