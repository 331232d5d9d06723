// Lists of a real API server: in protocol buffers, in JSON, whole and in pages, all are the same snapshot.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fill } from '../../scripts/bench/filled-cluster.ts';
import { connectTo } from '../../scripts/parts/api-client.ts';
import { type ApiServer, startApiServer } from '../../scripts/parts/api-server.ts';
import { assetsForTests } from '../../scripts/parts/assets.ts';
import { makeCertificateAuthority } from '../../scripts/parts/certificates.ts';
import { rbacData } from '../../scripts/parts/rbac-data.ts';
import {
  type ApiAnswer,
  type ApiClient,
  type ApiRequest,
  openApiClient,
} from '../../src/edge/cluster/api-client.ts';
import { readDiscovery } from '../../src/edge/cluster/read-discovery.ts';
import { readSnapshot } from '../../src/edge/cluster/read-snapshot.ts';
import { customResourcesIn } from '../../src/rbac/custom-resources.ts';
import type { ApiResource } from '../../src/rbac/discovery.ts';

const size = { namespaces: 20, roleBindings: 2_500, clusterRoleBindings: 100, roles: 60, clusterRoles: 120 };
const group = 'rbac.authorization.k8s.io';
/** What no generator writes. */
const odd = {
  namespaces: [],
  clusterRoles: [
    {
      apiVersion: `${group}/v1`,
      kind: 'ClusterRole',
      metadata: { name: 'collects:ä?', annotations: { 'example.io/long': 'ö€😀'.repeat(300) } },
      aggregationRule: {
        clusterRoleSelectors: [
          { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'k', operator: 'In', values: ['v', ''] }] },
          { matchExpressions: [{ key: 'there', operator: 'Exists' }] },
        ],
      },
    },
    {
      apiVersion: `${group}/v1`,
      kind: 'ClusterRole',
      metadata: { name: 'of-urls' },
      rules: [{ verbs: ['get'], nonResourceURLs: ['/metrics', '/ä*'] }],
    },
  ],
  roles: [{ apiVersion: `${group}/v1`, kind: 'Role', metadata: { namespace: 'default', name: 'empty' } }],
  clusterRoleBindings: [
    {
      apiVersion: `${group}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'nobody' },
      roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'not there' },
    },
  ],
  roleBindings: [
    {
      apiVersion: `${group}/v1`,
      kind: 'RoleBinding',
      metadata: { namespace: 'default', name: 'of all kinds' },
      roleRef: { apiGroup: group, kind: 'Role', name: 'empty' },
      subjects: [
        { kind: 'ServiceAccount', name: 'ci' },
        { kind: 'ServiceAccount', namespace: 'team-0-dev', name: 'ci' },
        { apiGroup: group, kind: 'User', name: 'Ä “quoted”\u2028' },
        { apiGroup: group, kind: 'Group', name: '*' },
      ],
    },
  ],
};

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.shop.example.com' },
  spec: {
    group: 'shop.example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget', shortNames: ['wd'] },
    versions: ['v1', 'v1alpha1', 'v1alpha0'].map((name) => ({
      name,
      served: name !== 'v1alpha0',
      storage: name === 'v1',
      schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      subresources:
        name === 'v1'
          ? {
              status: {},
              scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
            }
          : {},
    })),
  },
};

const folder = mkdtempSync(join(tmpdir(), 'lists-'));
let apiServer: ApiServer;
let api: ApiClient;

beforeAll(async () => {
  const certificates = await makeCertificateAuthority();
  apiServer = await startApiServer({ assets: assetsForTests(process.env), folder, certificates });
  const client = await connectTo(apiServer);
  for (const data of [rbacData(size, 5), odd]) await fill(client, data, () => undefined);
  await client.ask({
    path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    body: definition,
  });
  client.close();
  const admin = await certificates.issueClientCertificate('administrator', ['system:masters']);
  api = openApiClient({
    cluster: {
      server: apiServer.server,
      tlsServerName: '',
      insecureSkipTlsVerify: false,
      certificateAuthorityData: Buffer.from(apiServer.caPem).toString('base64'),
      proxyUrl: '',
    },
    proof: { certificate: admin.certPem, privateKey: admin.keyPem },
    environment: {},
    signal: new AbortController().signal,
  });
}, 120_000);
afterAll(async () => {
  api?.close();
  await apiServer?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const read = (change: (asked: ApiRequest) => ApiRequest, version?: string) => {
  const ask = async (asked: ApiRequest): Promise<ApiAnswer> =>
    asked.path === '/version' && version !== undefined
      ? { status: 200, body: { gitVersion: version } }
      : api.ask(change(asked));
  const wish = { scope: { kind: 'all' }, namespaces: true, discovery: false } as const;
  return readSnapshot({ ...api, ask }, wish);
};
const asJson = (asked: ApiRequest): ApiRequest => ({ ...asked, accept: 'application/json' });

it('gives the same snapshot in either form, whole or in pages', async () => {
  let parts = 0;
  const whole = await read((asked) => ({
    ...asked,
    take: (items) => {
      parts += 1;
      asked.take?.(items);
    },
  }));
  // It came in protocol buffers, as it was sent.
  expect(parts).toBeGreaterThan(5);
  expect(whole.roleBindings.length).toBeGreaterThanOrEqual(size.roleBindings);
  expect(whole.clusterRoles.find(({ name }) => name === 'collects:ä?')).toMatchObject({
    aggregates: [
      [
        { key: 'a', values: ['b'] },
        { key: 'k', values: ['v', ''] },
      ],
      [{ key: 'there', operator: 'Exists' }],
    ],
    annotations: { 'example.io/long': 'ö€😀'.repeat(300) },
  });
  const others = [read(asJson), read((asked) => asked, 'v1.30.0'), read(asJson, 'v1.30.0')];
  for (const other of await Promise.all(others)) expect(other).toStrictEqual(whole);
});

it('knows of a CustomResourceDefinition among manifests what the server lists of it', async () => {
  const find = async () =>
    (await readDiscovery({ api, gaps: [] }))?.resources.filter(({ group: of }) => of === 'shop.example.com');
  let found = await find();
  for (let tries = 0; tries < 100 && found?.length !== 3; tries++) {
    await wait(100);
    found = await find();
  }
  const sorted = (resources: readonly ApiResource[] = []) =>
    resources
      .map((each) => ({ ...each, verbs: each.verbs.toSorted() }))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  expect(found).toHaveLength(3);
  expect(sorted(customResourcesIn(definition))).toEqual(sorted(found));
});
