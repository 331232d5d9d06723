// Ten thousand checks in one run, each expecting what the API server's own authorizer says: the run ends with 0 only
// if all of them hold.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { isFields } from '../../src/json-fields.ts';
import { withImpliedGroups } from '../../src/rbac/subject.ts';
import type { ApiClient } from '../parts/api-client.ts';
import type { AccessLab } from './access-lab.ts';
import type { FilledCluster } from './filled-cluster.ts';
import { median, type Row } from './row.ts';

const count = 10_000;
const barSeconds = 3;
const rounds = 7;
const [verbs, resources] = [
  ['get', 'list', 'create'],
  ['pods', 'secrets', 'configmaps', 'services'],
];

export async function measureChecks(lab: AccessLab, cluster: FilledCluster): Promise<readonly Row[]> {
  const path = join(lab.home, 'checks.yaml');
  const checks = await withExpectations(cluster.client, questions());
  await writeFile(path, stringify({ apiVersion: 'kubectl-oidc/v1', kind: 'AccessChecks', checks }));
  const env = { KUBECONFIG: cluster.kubeconfig };
  const own = { program: lab.ours, words: ['check', path], env };
  const [ours = []] = await lab.spans({ contestants: [own], rounds, warmUps: 1 });
  const seconds = median(ours.map(([startedMs, endedMs]) => endedMs - startedMs)) / 1000;
  const allowed = checks.filter(({ expect }) => expect === 'allow').length;
  return [
    {
      kind: 'count',
      figure: `B: ${count.toLocaleString('en-US')} checks in one run, seconds`,
      bar: barSeconds,
      count: Math.round(seconds * 100) / 100,
      words: `YAML; ${allowed} expect allow, as SubjectAccessReview said of each`,
    },
  ];
}

type Asked = {
  readonly subject: { readonly user: string; readonly groups: readonly string[] };
  readonly verb: string;
  readonly resource: string;
  readonly namespace: string;
};

/** People and accounts in the namespaces of two hundred teams. */
function questions(): readonly Asked[] {
  return Array.from({ length: count }, (_, index) => {
    const team = index % 200;
    const user =
      index % 3 === 0 ? `system:serviceaccount:team-${team}-ci:ci` : `oidc:person-${index}@example.com`;
    return {
      subject: { user, groups: [`oidc:team-${team}`] },
      verb: verbs[index % 3] ?? 'get',
      resource: resources[index % 4] ?? 'pods',
      namespace: `team-${(team + (index % 7)) % 200}-dev`,
    };
  });
}

async function withExpectations(
  client: ApiClient,
  asked: readonly Asked[],
): Promise<readonly (Asked & { readonly expect: 'allow' | 'deny' })[]> {
  const answers = await client.askAll(
    asked.map(({ subject, verb, resource, namespace }) => ({
      path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: {
          ...withImpliedGroups(subject),
          resourceAttributes: { verb, group: '', resource, namespace },
        },
      },
    })),
  );
  return asked.map((each, index) => {
    const { body } = answers[index] ?? {};
    const status = isFields(body) && isFields(body.status) ? body.status : {};
    if (typeof status.allowed !== 'boolean') throw new Error(`no review: ${JSON.stringify(body)}`);
    return { ...each, expect: status.allowed ? 'allow' : 'deny' };
  });
}
