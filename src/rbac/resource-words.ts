// What a person types for a resource: `po`, `pods`, `Pod`, `deploy.apps`, `deployments.v1.apps`, `pods/log`.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import { nearestName } from '../nearest-name.ts';
import { type ApiResource, type Discovery, partsOf, resourceName } from './discovery.ts';

/** A resource as attributes and rules name it; `known` is undefined for `*` alone, which is none and all. */
export type NamedResource = {
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly known: ApiResource | undefined;
};

/**
 * The resource meant by a word: plural, singular, kind or short name, with or without its group and version; of several
 * groups the first in discovery's order, as kubectl takes it. `*` is every resource of every group, `*.apps` of that
 * one, `*` + `/scale` that subresource of any. Fails with `usage`, offering the nearest spelling.
 */
export function resolveResource({ resources, of }: Discovery, typed: string): NamedResource {
  const slash = typed.indexOf('/');
  const [word, subresource] = slash < 0 ? [typed, ''] : [typed.slice(0, slash), typed.slice(slash + 1)];
  const dot = word.indexOf('.');
  const [name, group] = dot < 0 ? [word, undefined] : [word.slice(0, dot), word.slice(dot + 1)];
  if (name === '*') return { group: group ?? '*', resource: '*', subresource, known: undefined };
  const parents = resources.filter(({ name: each }) => !each.includes('/'));
  const found = parentOf(parents, name, group) ?? parentOf(headless(resources), name, group);
  if (found === undefined) throw unknownResource({ resources: parents, ...(of && { of }) }, typed, word);
  const whole = { group: found.group, resource: partsOf(found).resource, subresource };
  if (subresource === '') return { ...whole, known: found };
  const known = resources.find(
    (each) => each.group === found.group && each.name === `${whole.resource}/${subresource}`,
  );
  if (known === undefined) throw unknownSubresource(resources, whole);
  return { ...whole, known };
}

/** Resources that discovery has only by their subresources are named by these. */
function headless(resources: readonly ApiResource[]): readonly ApiResource[] {
  return resources.map((each) => ({ ...each, name: partsOf(each).resource }));
}

function parentOf(
  parents: readonly ApiResource[],
  name: string,
  group: string | undefined,
): ApiResource | undefined {
  if (name === '') return undefined;
  const ofGroup = parents.filter((each) => group === undefined || isGroup(each.group, group));
  const lower = name.toLowerCase();
  return (
    ofGroup.find((each) => each.name === lower) ??
    ofGroup.find(({ singular, kind }) => singular === lower || kind.toLowerCase() === lower) ??
    ofGroup.find(({ shortNames }) => shortNames.includes(lower))
  );
}

/** `apps`, and `v1.apps`, which rules do not know; an abbreviated group is none. */
function isGroup(group: string, typed: string): boolean {
  return (
    group === typed ||
    (/^v\d+((alpha|beta)\d+)?(\.|$)/.test(typed) && group === typed.replace(/^v\w+\.?/, ''))
  );
}

function unknownResource({ resources, of }: Discovery, typed: string, word: string): Failure {
  const [whose, list] =
    of === 'manifests'
      ? ['Kubernetes and the manifests have', 'Give its CustomResourceDefinition with -f too.']
      : ['the cluster has', 'List them with "kubectl api-resources".'];
  return new Failure('usage', `${whose} no resource "${cleanText(typed, 80)}"`, {
    hint: resourceHint(resources, word) ?? list,
  });
}

function resourceHint(parents: readonly ApiResource[], word: string): string | undefined {
  const name = word.includes('.') ? word.slice(0, word.indexOf('.')) : word;
  const groups = parents.filter((each) => each.name === name).map((each) => each.group || 'the core group');
  if (groups.length > 0)
    return `There is "${cleanText(name)}" in ${groups.join(' and in ')}; the core group is written as nothing.`;
  const byWord = new Map<string, string>();
  for (const each of parents) {
    const full = resourceName(partsOf(each));
    for (const spelling of [each.name, full, each.singular]) {
      if (spelling !== '' && !byWord.has(spelling))
        byWord.set(spelling, spelling === full ? full : each.name);
    }
  }
  const nearest = nearestName(word, [...byWord.keys()]);
  return nearest && `Did you mean "${cleanText(byWord.get(nearest) ?? nearest)}"?`;
}

type Whole = { readonly group: string; readonly resource: string; readonly subresource: string };

function unknownSubresource(
  resources: readonly ApiResource[],
  { group, resource, subresource }: Whole,
): Failure {
  const known = resources
    .map((each) => partsOf(each))
    .filter((each) => each.group === group && each.resource === resource && each.subresource !== '')
    .map((each) => each.subresource);
  const nearest = nearestName(subresource, known);
  const hint =
    known.length === 0
      ? 'It has none.'
      : nearest !== undefined
        ? `Did you mean "${resource}/${nearest}"?`
        : `It has ${known.join(', ')}.`;
  const name = resourceName({ group, resource });
  return new Failure('usage', `${name} has no subresource "${cleanText(subresource, 80)}"`, { hint });
}
