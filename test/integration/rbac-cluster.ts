// A real API server, with its aggregation controller, that takes one generated cluster after the other.

import { setTimeout as wait } from 'node:timers/promises';
import type { ApiClient, ApiRequest } from '../../scripts/parts/api-client.ts';
import { assetsForTests } from '../../scripts/parts/assets.ts';
import { type CollectingCluster, startCollectingCluster } from '../../scripts/parts/collecting-cluster.ts';
import { type Fields, isFields } from '../../src/json-fields.ts';
import { ruleKey } from '../../src/rbac/aggregation.ts';
import { objectsIn, textIn } from '../../src/rbac/raw.ts';
import type { Rule } from '../../src/rbac/rule.ts';
import { bindingIn, roleIn, type Snapshot, snapshotOf } from '../../src/rbac/snapshot.ts';
import type { Question } from './rbac-world.ts';
import { namespaces, runLabel } from './rbac-world.ts';

export type Reviewed = { readonly allowed: boolean; readonly reason: string };

export type RbacCluster = {
  readonly client: ApiClient;
  readonly clientOf: CollectingCluster['clientOf'];
  /** Replaces the cluster before; resolves when the authorizer knows all of it, collected rules included. */
  readonly load: (objects: readonly object[], expected: Snapshot) => Promise<void>;
  /** What SubjectAccessReview says, in the order of the questions. */
  readonly review: (questions: readonly Question[]) => Promise<readonly Reviewed[]>;
  /** What the LISTs hold now. */
  readonly read: () => Promise<Snapshot>;
  readonly stop: () => Promise<void>;
};

const base = '/apis/rbac.authorization.k8s.io/v1';
const kinds = ['ClusterRole', 'Role', 'RoleBinding', 'ClusterRoleBinding'] as const;

export async function startRbacCluster(): Promise<RbacCluster> {
  const { client, clientOf, stop } = await startCollectingCluster(assetsForTests(process.env));
  for (const name of namespaces) {
    await expectCreated(client, { path: '/api/v1/namespaces', body: { metadata: { name } } });
  }
  let run = 0;
  return {
    client,
    clientOf,
    load: async (objects, expected) => {
      run += 1;
      await clear(client);
      for (const kind of kinds) {
        const ofKind = objects.filter(isFields).filter((object) => object.kind === kind);
        await Promise.all(ofKind.map((object) => create(client, labelled(object, run))));
      }
      await until('the collected rules are those that we computed', async () =>
        otherwiseCollected(await readAll(client), expected),
      );
      await waitForAuthorizer(client, run);
    },
    review: async (questions) =>
      (await client.askAll(questions.map(reviewOf))).map(({ body }) => reviewedIn(body)),
    read: () => readAll(client),
    stop,
  };
}

function labelled(object: Fields, run: number): Fields {
  const metadata = isFields(object.metadata) ? object.metadata : {};
  const labels = { ...(isFields(metadata.labels) ? metadata.labels : {}), [runLabel]: `${run}` };
  return { ...object, metadata: { ...metadata, labels } };
}

function create(client: ApiClient, object: Fields): Promise<void> {
  const { namespace } = isFields(object.metadata) ? object.metadata : {};
  const place = namespace === undefined ? '' : `/namespaces/${textIn(namespace)}`;
  return expectCreated(client, {
    path: `${base}${place}/${textIn(object.kind).toLowerCase()}s`,
    body: object,
  });
}

async function expectCreated(client: ApiClient, asked: ApiRequest): Promise<void> {
  const { status, body } = await client.ask(asked);
  if (status !== 201) throw new Error(`${JSON.stringify(asked)}: ${status} ${JSON.stringify(body)}`);
}

async function clear(client: ApiClient): Promise<void> {
  const places = namespaces.flatMap((name) => [
    `namespaces/${name}/roles`,
    `namespaces/${name}/rolebindings`,
  ]);
  const requests = ['clusterroles', 'clusterrolebindings', ...places].map((place) => ({
    method: 'DELETE',
    path: `${base}/${place}?labelSelector=${encodeURIComponent(runLabel)}`,
  }));
  for (const { status } of await client.askAll(requests)) {
    if (status !== 200) throw new Error(`the cluster before could not be removed: ${status}`);
  }
}

/** A binding of each kind to a role of each kind, written last: who sees them has seen everything before. */
async function waitForAuthorizer(client: ApiClient, run: number): Promise<void> {
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const rules = [{ verbs: ['see'], apiGroups: ['test'], resources: ['sentinels'] }];
  const name = 'sentinel';
  const subjects = (kind: string) => [{ kind: 'User', name: `${kind}-${run}` }];
  const at = { namespace: namespaces[0] ?? '', name };
  const sentinels = [
    { apiVersion, kind: 'ClusterRole', metadata: { name }, rules },
    { apiVersion, kind: 'Role', metadata: at, rules },
    {
      apiVersion,
      kind: 'RoleBinding',
      metadata: at,
      roleRef: { kind: 'Role', name },
      subjects: subjects('Role'),
    },
    {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { kind: 'ClusterRole', name },
      subjects: subjects('ClusterRole'),
    },
  ];
  for (const sentinel of sentinels) await create(client, labelled(sentinel, run));
  const asked = {
    kind: 'resource',
    verb: 'see',
    group: 'test',
    resource: 'sentinels',
    subresource: '',
    name: '',
    namespace: at.namespace,
  } as const;
  const questions = ['Role', 'ClusterRole'].map((kind) => ({
    identity: { user: `${kind}-${run}`, groups: [] },
    asked,
  }));
  await until('the authorizer has seen everything', async () => {
    const answers = await client.askAll(questions.map(reviewOf));
    return answers.map(({ body }) => reviewedIn(body)).find(({ allowed }) => !allowed);
  });
}

/** Polls until nothing stands against it any more; rejects with the last that did. */
async function until(what: string, against: () => Promise<object | undefined>): Promise<void> {
  const deadline = performance.now() + 20_000;
  for (let found = await against(); found !== undefined; found = await against()) {
    if (performance.now() > deadline) throw new Error(`not so after 20 s: ${what}: ${JSON.stringify(found)}`);
    await wait(20);
  }
}

/** The first ClusterRole whose rules, or their order, are not those that we computed. */
function otherwiseCollected(live: Snapshot, expected: Snapshot): object | undefined {
  const written = new Map(live.clusterRoles.map((role) => [role.name, role.rules]));
  const text = (rules: readonly Rule[] | undefined) => rules?.map(ruleKey).join();
  const other = expected.clusterRoles.find(({ name, rules }) => text(written.get(name)) !== text(rules));
  return other && { name: other.name, written: written.get(other.name), computed: other.rules };
}

function reviewOf({ identity, asked }: Question): ApiRequest {
  const { kind, ...attributes } = asked;
  const key = kind === 'resource' ? 'resourceAttributes' : 'nonResourceAttributes';
  return {
    path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { ...identity, [key]: attributes },
    },
  };
}

function reviewedIn(body: unknown): Reviewed {
  const status = isFields(body) && isFields(body.status) ? body.status : undefined;
  if (typeof status?.allowed !== 'boolean') throw new Error(`no review: ${JSON.stringify(body)}`);
  return { allowed: status.allowed, reason: textIn(status.reason) };
}

async function readAll(client: ApiClient): Promise<Snapshot> {
  const items = async (plural: string): Promise<readonly Fields[]> => {
    const { body } = await client.ask({ path: `${base}/${plural}` });
    return objectsIn(isFields(body) ? body.items : []);
  };
  const [clusterRoles, roles, roleBindings, clusterRoleBindings] = await Promise.all(
    ['clusterroles', 'roles', 'rolebindings', 'clusterrolebindings'].map(items),
  );
  return snapshotOf({
    clusterRoles: clusterRoles?.flatMap((item) => roleIn(item, 'ClusterRole') ?? []) ?? [],
    roles: roles?.flatMap((item) => roleIn(item, 'Role') ?? []) ?? [],
    roleBindings: roleBindings?.flatMap((item) => bindingIn(item, 'RoleBinding') ?? []) ?? [],
    clusterRoleBindings:
      clusterRoleBindings?.flatMap((item) => bindingIn(item, 'ClusterRoleBinding') ?? []) ?? [],
  });
}
