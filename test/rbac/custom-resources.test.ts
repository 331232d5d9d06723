import { expect, it } from 'vitest';
import { customResourcesIn } from '../../src/rbac/custom-resources.ts';
import { withResources } from '../../src/rbac/discovery.ts';
import { resolveResource } from '../../src/rbac/resource-words.ts';

const version = { name: 'v1', served: true };
const definition = (spec: object) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Cluster',
    names: { plural: 'widgets', kind: 'Widget' },
    versions: [version],
    ...spec,
  },
});

it('is a resource of its group and scope, with the subresources of any served version', () => {
  const found = customResourcesIn(
    definition({
      versions: [
        { ...version, subresources: { status: {} } },
        { name: 'v2', served: false, subresources: { scale: {} } },
      ],
    }),
  );
  expect(
    found.map(({ name, group, namespaced, singular }) => ({ name, group, namespaced, singular })),
  ).toEqual([
    { name: 'widgets', group: 'example.com', namespaced: false, singular: 'widget' },
    { name: 'widgets/status', group: 'example.com', namespaced: false, singular: '' },
  ]);
});

it.each([
  ['no version is served', { versions: [{ name: 'v1', served: false }] }],
  ['there is no plural', { names: { kind: 'Widget' } }],
  ['there is no group', { group: undefined }],
])('is none where %s', (_, spec) => {
  expect(customResourcesIn(definition(spec))).toEqual([]);
});

it('is none of another kind or API', () => {
  for (const other of [{ kind: 'Widget' }, { apiVersion: 'example.com/v1' }])
    expect(customResourcesIn({ ...definition({}), ...other })).toEqual([]);
  for (const nothing of [undefined, null, 'text', { kind: 'CustomResourceDefinition' }])
    expect(customResourcesIn(nothing)).toEqual([]);
});

it('does not change a resource that is known', () => {
  const [known] = customResourcesIn(definition({}));
  const [later] = customResourcesIn(definition({ scope: 'Namespaced' }));
  if (known === undefined || later === undefined) throw new Error('there is no resource');
  expect(withResources({ resources: [known] }, [later])).toEqual({ resources: [known] });
});

it('that no manifest brings is told as that', () => {
  const offline = { resources: customResourcesIn(definition({})), of: 'manifests' } as const;
  expect(() => resolveResource(offline, 'things')).toThrow(
    expect.objectContaining({
      message: 'Kubernetes and the manifests have no resource "things"',
      hint: 'Give its CustomResourceDefinition with -f too.',
    }),
  );
  expect(() => resolveResource(offline, 'widgetz')).toThrow(
    expect.objectContaining({ hint: 'Did you mean "widgets"?' }),
  );
});
