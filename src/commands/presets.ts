// `presets`: the rule sets that `grant --preset` knows, and what is in one.

import { Failure } from '../failure.ts';
import type { Host } from '../host.ts';
import { jsonDocument } from '../json-document.ts';
import type { AccessSource } from '../rbac/access-source.ts';
import { columns, nameWords } from '../rbac/access-words.ts';
import { clusterOptions, liveWhere } from '../rbac/grant-request.ts';
import { type Preset, presetNamed, presets } from '../rbac/presets.ts';
import { clusterPresets } from '../rbac/wanted-role.ts';
import type { LiveWhere } from '../rbac/where-words.ts';
import { choiceOf, type TypedWords, textOf } from '../typed-words.ts';

export const options = {
  'presets-file': { type: 'string', completes: 'file', describe: "a file with presets of your team's own" },
  'from-cluster': {
    type: 'boolean',
    describe: "also the cluster's own: ClusterRoles with the label kubectl-oidc/preset",
  },
  output: { alias: 'o', type: 'string', completes: ['table', 'json'], describe: 'table (default) or json' },
  ...clusterOptions,
} as const;

export const positionals = [{ name: 'name', completes: 'preset' }] as const;

export type PresetsRequest = {
  readonly name: string | undefined;
  readonly file: string | undefined;
  /** undefined: the cluster is not asked. */
  readonly where: LiveWhere | undefined;
  readonly output: 'table' | 'json';
};

/** Words → request. Fails with `usage`. */
export function parse(words: TypedWords): PresetsRequest {
  const isAsked = words['from-cluster'] === true;
  const given = Object.keys(clusterOptions).find((flag) => textOf(words, flag) !== undefined);
  if (!isAsked && given !== undefined) {
    throw new Failure('usage', `--${given} is for --from-cluster`, { hint: 'Give both, or neither.' });
  }
  return {
    name: textOf(words, 'name'),
    file: textOf(words, 'presets-file'),
    where: isAsked ? liveWhere(words) : undefined,
    output: choiceOf(words, 'output', ['table', 'json']),
  };
}

export type PresetsDeps = {
  readonly presetsIn: (path: string) => readonly Preset[];
  readonly source: (where: LiveWhere) => Promise<AccessSource>;
};

/** One preset, or all. Fails with `usage` for a name that is none, and as reading does. */
export async function run(
  { name, file, where }: PresetsRequest,
  deps: PresetsDeps,
): Promise<readonly Preset[]> {
  const ofCluster =
    where === undefined
      ? []
      : clusterPresets(
          await (await deps.source(where)).read({ scope: { kind: 'cluster' }, namespaces: false }),
        );
  const all = [...presets, ...ofCluster, ...(file === undefined ? [] : deps.presetsIn(file))];
  return name === undefined ? all : [presetNamed(all, name)];
}

/** A line a preset, or one with its rules; `kind: PresetList` for scripts. */
export function describe(found: readonly Preset[], { output, name }: PresetsRequest): string {
  if (output === 'json') return jsonDocument('PresetList', { items: found });
  const [only] = found;
  if (name !== undefined && only !== undefined) return oneText(only);
  return `${columns([['NAME', 'WHAT IT LETS PEOPLE DO'], ...found.map((each) => [nameWords(each.name), nameWords(each.about)])])}\n"kubectl oidc presets NAME" shows the rules; "kubectl oidc grant --group GROUP -n NAMESPACE --preset NAME" grants one.\n`;
}

function oneText(preset: Preset): string {
  const { name, about, warning, rules, names, scope, binding, from, clusterRole } = preset;
  const lines = [
    `${nameWords(name)}: ${nameWords(about)}`,
    ...(clusterRole === undefined
      ? rules.map((each) => `  ${each}`)
      : [`  as ClusterRole ${nameWords(clusterRole)} says`]),
    ...(warning === '' ? [] : [`Mind: ${nameWords(warning)}`]),
    ...(names === 'required' ? ['The objects must be named: --name NAME.'] : []),
    scope === 'cluster'
      ? 'Its resources are in no namespace: grant it with --cluster.'
      : `Granted in a namespace${clusterRole === undefined ? ` it is the Role ${nameWords(name)} with the RoleBinding ${nameWords(binding)}` : ''}.`,
    ...(from === 'built in' ? [] : [`From the ${from}.`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** The real parts. */
export async function realDeps(host: Host): Promise<PresetsDeps> {
  const { readPresets } = await import('../edge/access/presets-file.ts');
  return {
    presetsIn: readPresets,
    source: async (where) => (await import('../edge/access/open-access.ts')).openAccess(where, host),
  };
}
