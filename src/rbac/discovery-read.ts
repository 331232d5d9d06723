// Discovery as the API server sends it: aggregated (apidiscovery.k8s.io/v2), one list a group version (v1
// APIResourceList), and as we keep it. Shapes that are none of these count as nothing.

import { type Fields, isFields } from '../json-fields.ts';
import type { ApiResource, Discovery } from './discovery.ts';
import { objectsIn, stringsIn, textIn } from './raw.ts';

/** What Accept must say for `/api` and `/apis` to answer with everything at once (Kubernetes 1.30; v2beta1 before). */
export const aggregatedDiscovery = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** The resources in these answers, the core group first, each once with the verbs of every version. */
export function discoveryOf(answers: Iterable<unknown>): Discovery {
  const found = new Map<string, ApiResource>();
  for (const answer of answers) {
    for (const each of resourcesInAnswer(answer)) {
      const key = `${each.group}/${each.name}`;
      const there = found.get(key);
      found.set(
        key,
        there === undefined ? each : { ...there, verbs: [...new Set([...there.verbs, ...each.verbs])] },
      );
    }
  }
  return {
    resources: [...found.values()].sort(
      (left, right) => Number(left.group !== '') - Number(right.group !== ''),
    ),
  };
}

function resourcesInAnswer(answer: unknown): readonly ApiResource[] {
  if (!isFields(answer)) return [];
  if (answer.kind === 'APIGroupDiscoveryList') return objectsIn(answer.items).flatMap(resourcesOfGroup);
  if (answer.kind !== 'APIResourceList') return [];
  const groupVersion = textIn(answer.groupVersion);
  const group = groupVersion.includes('/') ? groupVersion.slice(0, groupVersion.indexOf('/')) : '';
  return objectsIn(answer.resources).flatMap(
    (fields) => apiResourceIn({ ...fields, group: textIn(fields.group) || group }) ?? [],
  );
}

function resourcesOfGroup({ metadata, versions }: Fields): readonly ApiResource[] {
  const group = isFields(metadata) ? textIn(metadata.name) : '';
  return objectsIn(versions).flatMap(({ resources }) =>
    objectsIn(resources).flatMap((fields) => withSubresources(group, fields)),
  );
}

function withSubresources(group: string, fields: Fields): readonly ApiResource[] {
  const parent = entry(group, textIn(fields.resource), fields);
  const below = objectsIn(fields.subresources).map((each) =>
    entry(group, `${parent.name}/${textIn(each.subresource)}`, { ...each, scope: fields.scope }),
  );
  // A parent without verbs only holds its subresources together.
  return parent.verbs.length === 0 ? below : [parent, ...below];
}

function entry(group: string, name: string, fields: Fields): ApiResource {
  const { responseKind, scope, verbs, singularResource, shortNames } = fields;
  return {
    group,
    name,
    kind: isFields(responseKind) ? textIn(responseKind.kind) : '',
    namespaced: scope === 'Namespaced',
    verbs: stringsIn(verbs),
    singular: textIn(singularResource),
    shortNames: stringsIn(shortNames),
  };
}

/** One resource in the shape of APIResource, which is ours too; undefined without a name. */
export function apiResourceIn(value: unknown): ApiResource | undefined {
  if (!isFields(value)) return undefined;
  const { group, name, kind, namespaced, verbs, singular, singularName, shortNames } = value;
  if (textIn(name) === '') return undefined;
  return {
    group: textIn(group),
    name: textIn(name),
    kind: textIn(kind),
    namespaced: namespaced === true,
    verbs: stringsIn(verbs),
    singular: textIn(singular) || textIn(singularName),
    shortNames: stringsIn(shortNames),
  };
}
