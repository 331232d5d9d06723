import { describe, expect, it, test } from 'vitest';
import { discoveryOf } from '../../src/rbac/discovery-read.ts';
import { resolveResource } from '../../src/rbac/resource-words.ts';
import { stock } from '../../src/rbac/stock.ts';
import { checkVerb, isVerbOf } from '../../src/rbac/verbs.ts';

const { discovery } = stock();
const named = (typed: string) => {
  const { group, resource, subresource } = resolveResource(discovery, typed);
  return `${resource}|${group}|${subresource}`;
};

describe('resources as people type them', () => {
  it.each([
    ['po', 'pods||'],
    ['pods', 'pods||'],
    ['pod', 'pods||'],
    ['Pod', 'pods||'],
    ['deploy', 'deployments|apps|'],
    ['deploy.apps', 'deployments|apps|'],
    ['deployments.v1.apps', 'deployments|apps|'],
    ['pods.v1', 'pods||'],
    ['pods/log', 'pods||log'],
    ['po/exec', 'pods||exec'],
    ['deploy/scale', 'deployments|apps|scale'],
    ['deployments.apps/scale', 'deployments|apps|scale'],
    ['events', 'events||'],
    ['events.events.k8s.io', 'events|events.k8s.io|'],
    ['netpol', 'networkpolicies|networking.k8s.io|'],
    ['crds', 'customresourcedefinitions|apiextensions.k8s.io|'],
    ['ClusterRole', 'clusterroles|rbac.authorization.k8s.io|'],
    ['*', '*|*|'],
    ['*.apps', '*|apps|'],
    ['*/scale', '*|*|scale'],
  ])('%s', (typed, expected) => {
    expect(named(typed)).toBe(expected);
  });

  it.each([
    ['pdos', 'Did you mean "pods"?'],
    ['secret s', 'Did you mean "secrets"?'],
    ['deployments.ap', 'There is "deployments" in apps'],
    ['pods.core', 'There is "pods" in the core group; the core group is written as nothing.'],
    ['pods/logs', 'Did you mean "pods/log"?'],
    ['pods/nonsense', 'It has attach, binding'],
    ['configmaps/status', 'It has none.'],
    ['daemonset.app', 'Did you mean "daemonsets.apps"?'],
    ['xyzzy', 'kubectl api-resources'],
    ['', 'kubectl api-resources'],
  ])('%s is refused: %s', (typed, hint) => {
    expect(() => resolveResource(discovery, typed)).toThrow(
      expect.objectContaining({ code: 'usage', hint: expect.stringContaining(hint) }),
    );
  });
});

describe('verbs', () => {
  const pods = resolveResource(discovery, 'pods').known!;
  const clusterRoles = resolveResource(discovery, 'clusterroles').known!;
  it.each([
    [pods, 'get', true],
    [pods, 'GET', false],
    [pods, 'bind', false],
    [clusterRoles, 'bind', true],
    [clusterRoles, 'escalate', true],
    [pods, 'impersonate-on:user-info:get', true],
    [pods, 'impersonate-on:nobody:get', false],
    [pods, '*', true],
  ])('%o %s: %s', (resource, verb, expected) => {
    expect(isVerbOf(resource, verb)).toBe(expected);
  });

  it.each([
    ['GET', 'Did you mean "get"?'],
    ['lst', 'Did you mean "list"?'],
    ['POST', 'Did you mean "create"?'],
    ['read', 'Did you mean "get"?'],
    ['frobnicate', 'It has create, delete'],
  ])('%s is refused: %s', (verb, hint) => {
    expect(() => checkVerb(pods, verb)).toThrow(
      expect.objectContaining({ hint: expect.stringContaining(hint) }),
    );
  });
});

describe('discovery as servers send it', () => {
  const pods = {
    group: '',
    name: 'pods',
    kind: 'Pod',
    namespaced: true,
    singular: 'pod',
    shortNames: ['po'],
  };

  it('all at once', () => {
    const answer = (group: string, version: string, verbs: readonly string[]) => ({
      metadata: group === '' ? {} : { name: group },
      versions: [
        {
          version,
          resources: [
            {
              resource: 'pods',
              responseKind: { group: '', version: 'v1', kind: 'Pod' },
              scope: 'Namespaced',
              singularResource: 'pod',
              shortNames: ['po'],
              verbs,
              subresources: [{ subresource: 'log', responseKind: { kind: 'Pod' }, verbs: ['get'] }],
            },
          ],
        },
      ],
    });
    const kind = 'APIGroupDiscoveryList';
    const { resources } = discoveryOf([
      { kind, items: [answer('x.io', 'v1', ['get'])] },
      { kind, items: [answer('', 'v1', ['get', 'list'])] },
    ]);
    expect(resources).toEqual([
      { ...pods, verbs: ['get', 'list'] },
      { ...pods, name: 'pods/log', verbs: ['get'], singular: '', shortNames: [] },
      { ...pods, group: 'x.io', verbs: ['get'] },
      { ...pods, group: 'x.io', name: 'pods/log', verbs: ['get'], singular: '', shortNames: [] },
    ]);
  });

  it('one list a version, the versions of a group joined', () => {
    const list = (groupVersion: string, verbs: readonly string[]) => ({
      kind: 'APIResourceList',
      groupVersion,
      resources: [{ name: 'jobs', kind: 'Job', namespaced: true, singularName: 'job', verbs }],
    });
    expect(
      discoveryOf([list('batch/v1', ['get']), list('batch/v1beta1', ['get', 'watch'])]).resources,
    ).toEqual([
      {
        group: 'batch',
        name: 'jobs',
        kind: 'Job',
        namespaced: true,
        singular: 'job',
        shortNames: [],
        verbs: ['get', 'watch'],
      },
    ]);
  });

  it('takes nothing from what is no discovery', () => {
    expect(discoveryOf([null, 'x', { kind: 'Status' }, { kind: 'APIResourceList' }]).resources).toEqual([]);
  });
});

test('the stock of a version knows its resources and roles', () => {
  const { kubernetesVersion, discovery: known, objects } = stock();
  expect(kubernetesVersion).toMatch(/^v1\.\d+\.\d+$/);
  expect(known.resources.length).toBeGreaterThan(100);
  expect(objects.length).toBeGreaterThan(100);
});
