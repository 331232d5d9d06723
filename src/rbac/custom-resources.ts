// Resources that CustomResourceDefinitions among manifests bring: what an API server that holds them would list.

import { type Fields, isFields } from '../json-fields.ts';
import type { ApiResource } from './discovery.ts';
import { objectsIn, stringsIn, textIn } from './raw.ts';

/** In the order of apiextensions-apiserver (customresource_discovery_controller.go). */
const verbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
const verbsBelow = ['get', 'patch', 'update'];

/** Of one object; none where it is something else, names nothing, or serves no version. */
export function customResourcesIn(object: unknown): readonly ApiResource[] {
  if (!isFields(object) || object.kind !== 'CustomResourceDefinition') return [];
  if (!textIn(object.apiVersion).startsWith('apiextensions.k8s.io/')) return [];
  const spec = isFields(object.spec) ? object.spec : {};
  const names = isFields(spec.names) ? spec.names : {};
  const versions = objectsIn(spec.versions).filter(({ served }) => served === true);
  const [group, name] = [textIn(spec.group), textIn(names.plural)];
  if (group === '' || name === '' || versions.length === 0) return [];
  const resource: ApiResource = {
    group,
    name,
    kind: textIn(names.kind),
    namespaced: spec.scope === 'Namespaced',
    verbs,
    singular: textIn(names.singular) || textIn(names.kind).toLowerCase(),
    shortNames: stringsIn(names.shortNames),
  };
  return [resource, ...subresources(resource, [spec, ...versions])];
}

/** `status` and `scale` may stand in a version, and in v1beta1 above all of them. */
function subresources(parent: ApiResource, places: readonly Fields[]): readonly ApiResource[] {
  const isThere = (name: string): boolean =>
    places.some(({ subresources: below }) => isFields(below) && isFields(below[name]));
  return ['status', 'scale'].filter(isThere).map((name) => ({
    ...parent,
    name: `${parent.name}/${name}`,
    kind: name === 'scale' ? 'Scale' : parent.kind,
    verbs: verbsBelow,
    singular: '',
    shortNames: [],
  }));
}
