import { expect, test } from 'vitest';
import { assetCache, assetSources, locateAssets } from '../../scripts/parts/assets.ts';
import { judgeGo } from '../../scripts/parts/go.ts';
import { consumerModule } from '../../scripts/parts/kubernetes-build.ts';
import { missingPackages, planInstall } from '../../scripts/parts/packages.ts';

const environment = { HOME: '/home/ada', KUBEBUILDER_ASSETS: '/assets', PATH: '/usr/bin:/bin' };
const cache = assetCache(environment);

test('programs are looked for in KUBEBUILDER_ASSETS, then in the cache, then, for the demo only, on PATH', () => {
  expect(assetSources(environment, { usePath: true }).map(({ folder }) => folder)).toEqual([
    '/assets',
    cache,
    '/usr/bin',
    '/bin',
  ]);
  expect(assetSources({ HOME: '/home/ada' }, { usePath: false }).map(({ folder }) => folder)).toEqual([
    cache,
  ]);
});

test('the cache is outside of any checkout and named by version', () => {
  expect(cache).toBe(`/home/ada/.cache/kubectl-oidc/kubernetes-v1.36.3-linux-${process.arch}-1`);
  expect(assetCache({ ...environment, XDG_CACHE_HOME: '/big' })).toMatch(
    /^\/big\/kubectl-oidc\/kubernetes-v1/,
  );
});

test('each program comes from the first source that has it, and the others are missing', () => {
  const there = new Set(['/assets/etcd', `${cache}/etcd`, `${cache}/kubectl`, '/usr/bin/kube-apiserver']);
  const located = locateAssets(
    ['etcd', 'kube-apiserver', 'kubectl', 'kube-controller-manager'],
    assetSources(environment, { usePath: true }),
    (path) => there.has(path),
  );
  expect(located).toEqual({
    found: { etcd: '/assets/etcd', 'kube-apiserver': '/usr/bin/kube-apiserver', kubectl: `${cache}/kubectl` },
    missing: ['kube-controller-manager'],
  });
});

test('the go.mod for building replaces every staging module by its published version', () => {
  const published = [
    'module k8s.io/kubernetes',
    'go 1.26.0',
    'require (',
    '\tgo.etcd.io/etcd/server/v3 v3.6.8 // indirect',
    ')',
    'replace (',
    '\tk8s.io/api => ./staging/src/k8s.io/api',
    '\tk8s.io/kube-proxy => ./staging/src/k8s.io/kube-proxy',
    ')',
  ].join('\n');
  expect(consumerModule(published, 'v1.36.3').split('\n')).toEqual([
    'module kubectl-oidc-test-assets',
    'go 1.26.0',
    'require k8s.io/kubernetes v1.36.3',
    'require go.etcd.io/etcd/server/v3 v3.6.8',
    'replace k8s.io/api => k8s.io/api v0.36.3',
    'replace k8s.io/kube-proxy => k8s.io/kube-proxy v0.36.3',
    '',
  ]);
  expect(() => consumerModule('module k8s.io/kubernetes', 'v1.36.3')).toThrow('looks different');
});

test.each([
  [undefined, 'install'],
  [19, 'fetch'],
  [21, 'let it fetch'],
  [25, 'let it fetch'],
  [26, 'use'],
  [30, 'use'],
])('Go 1.%s: %s', (minor, verdict) => {
  expect(judgeGo(minor)).toBe(verdict);
});

test('only parts that are not there are installed', () => {
  const parts = [
    { package: 'strace', isThere: () => true },
    { package: 'dbus', isThere: () => false },
  ];
  expect(missingPackages(parts)).toEqual(['dbus']);
});

test('without root the exact command is named', () => {
  const rights = { isRoot: false, hasSudo: false, hasApt: true };
  expect(planInstall(['dbus', 'strace'], rights)).toEqual({
    kind: 'refused',
    message:
      'missing: dbus, strace. Installing needs root. ' +
      'Run: sudo apt-get update && sudo apt-get install -y --no-install-recommends dbus strace',
  });
  expect(planInstall(['dbus'], { ...rights, isRoot: true })).toEqual({ kind: 'run', prefix: [] });
  expect(planInstall(['dbus'], { ...rights, hasSudo: true }).kind).toBe('run');
  expect(planInstall(['dbus'], { isRoot: true, hasSudo: true, hasApt: false }).kind).toBe('refused');
});
