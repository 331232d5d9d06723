import { describe, expect, it } from 'vitest';
import * as review from '../../src/commands/review.ts';
import { sha256Base64 } from '../../src/edge/files/digest.ts';
import { Failure } from '../../src/failure.ts';
import type { AccessSource, LiveCluster } from '../../src/rbac/access-source.ts';
import { rulesIn } from '../../src/rbac/rule.ts';
import type { Gap } from '../../src/rbac/snapshot.ts';
import { stock } from '../../src/rbac/stock.ts';
import type { Where } from '../../src/rbac/where-words.ts';
import { access, binding, clusterRole, role, ruleOf } from '../rbac/objects.ts';

const world = [
  clusterRole('edit', 'get,create pods', 'get secrets'),
  role('bank/reader', 'get pods'),
  binding('shop/devs', 'clusterrole:edit', 'group:oidc:devs'),
  binding('bank/ann', 'role:reader', 'user:oidc:ann', 'sa:bank/ci'),
  binding('system:all', 'clusterrole:edit', 'group:system:authenticated'),
];

type Given = {
  readonly context?: string;
  readonly gaps?: readonly Gap[];
  readonly live?: Partial<LiveCluster>;
};

function sourceOf({ context = 'prod', gaps = [], live = {} }: Given = {}): AccessSource {
  return {
    name: `the cluster of context "${context}"`,
    namespace: 'shop',
    discovery: async () => stock().discovery,
    read: async () => ({ ...access(...world).snapshot, gaps }),
    live: {
      context,
      server: `https://${context}.example.com`,
      whoAmI: async () => ({ user: 'oidc:ann', groups: ['oidc:devs', 'system:authenticated'] }),
      review: async () => ({ allowed: false, reason: '' }),
      ownRules: async (namespace) => rulesIn([ruleOf(`get configmaps ${namespace}`)]),
      namespacesUnless: async () => undefined,
      ...live,
    },
  };
}

type Opened = { readonly source?: AccessSource; readonly open?: (where: Where) => Promise<AccessSource> };

async function ask(words: object, { source = sourceOf(), open = async () => source }: Opened = {}) {
  const request = review.parse({ ...words });
  const deps = {
    open,
    contextNames: async () => ['prod', 'stage', 'lab'],
    now: () => 1_790_000_000,
    digest: sha256Base64,
  };
  const outcome = await review.run(request, deps);
  return { outcome, text: [...(await review.describe(outcome, request, deps))].join('') };
}

describe('review', () => {
  it('is a table, groups first, with what it does not say by itself below', async () => {
    expect((await ask({})).text).toBe(
      [
        'SUBJECT                     REACH        ROLES  BINDINGS  MARKS',
        'Group system:authenticated  everywhere   1      1         may read secrets everywhere (everybody who is authenticated)',
        'Group oidc:devs             1 namespace  1      1         may read secrets',
        'User oidc:ann               1 namespace  1      1',
        'ServiceAccount bank/ci      1 namespace  1      1',
        '',
        '4 subjects, by 3 bindings in the cluster of context "prod".',
        'Whoever is in system:masters may do everything besides, whatever is bound.',
        '',
      ].join('\n'),
    );
  });

  it('that leaves something out says so in every format: nobody takes a part for the whole', async () => {
    for (const output of ['table', 'json', 'ndjson', 'csv', 'markdown', 'html']) {
      const part = await ask({ output, namespace: 'shop', risky: true, 'hide-system': true, search: 'de' });
      const whole = await ask({ output });
      const says =
        /This is a part of it: |"namespace": ?"shop",\s*"search": ?"de",\s*"risky": ?true,\s*"hidesSystem": ?true/;
      expect(part.text, output).toMatch(says);
      expect(whole.text, output).not.toMatch(says);
    }
  });

  it('says of system:masters in every format that no binding has to name it', async () => {
    for (const output of ['table', 'json', 'ndjson', 'csv', 'markdown', 'html']) {
      const { text } = await ask({ subject: 'group:system:masters', output });
      expect(text, output).toMatch(/system:masters, as here, may do everything/);
    }
    expect((await ask({ subject: 'group:oidc:devs' })).text).not.toContain('as here');
  });

  it.each([
    [
      { by: 'role' },
      'ClusterRole edit  everywhere + 1 namespace  2         2         may read secrets everywhere\n',
    ],
    [{ by: 'namespace' }, 'the whole cluster  1         1      1         may read secrets everywhere\n'],
    [
      { by: 'resource' },
      'secrets   everywhere + 1 namespace   2         1      2         may read secrets everywhere\n',
    ],
    [{ risky: true }, '\n2 subjects, by 3 bindings'],
    [{ 'hide-system': true }, '\n3 subjects, by 2 bindings'],
    [{ search: 'ann' }, '\n1 subject, by 3 bindings'],
  ])('of %j says %j', async (words, part) => {
    expect((await ask(words)).text).toContain(part);
  });

  it('me is what names the caller, their groups, and every login', async () => {
    const { text, outcome } = await ask({ subject: 'me', output: 'json' });
    const [cluster] = JSON.parse(text).clusters;
    expect(cluster.subject).toEqual({ user: 'oidc:ann', groups: ['oidc:devs', 'system:authenticated'] });
    expect(cluster.rows.map(({ name }: { name: string }) => name)).toEqual([
      'system:authenticated',
      'oidc:devs',
      'oidc:ann',
    ]);
    expect(cluster).not.toHaveProperty('serverRules');
    expect(() => review.insistOnAll(outcome)).not.toThrow();
  });

  it('me asks the server too where not all could be read', async () => {
    const gaps: readonly Gap[] = [{ what: 'rolebindings', namespace: '', reason: 'you may not list them' }];
    const { text } = await ask({ subject: 'me' }, { source: sourceOf({ gaps }) });
    expect(text).toContain(
      'Not all could be read, so there may be more:\n  RoleBindings: you may not list them\n',
    );
    expect(text).toContain('In namespace shop the API server itself says that you may');
    const csv = await ask({ subject: 'me', output: 'csv' }, { source: sourceOf({ gaps }) });
    expect(csv.text).toMatch(
      /^prod,Note,.*the API server itself says.*\r\nprod,Note,.*get on configmaps.*\r\n/m,
    );
  });

  it('somebody who is named is seen with the groups that they are in by themselves', async () => {
    const { text } = await ask({ subject: 'sa:bank/ci' });
    expect(text).toContain('Group system:authenticated');
    expect(text).toContain('ServiceAccount bank/ci');
    expect(text).not.toContain('oidc:ann ');
  });

  it('somebody whom no binding names may be meant otherwise', async () => {
    expect((await ask({ subject: 'group:devs' })).text).toContain(
      'No binding that was read names the group "devs"; did you mean group:oidc:devs?\n',
    );
  });

  it('refuses a namespace that is not there, offering one that is', async () => {
    const live = { namespacesUnless: async () => ['shop', 'bank'] };
    await expect(ask({ namespace: 'shopp' }, { source: sourceOf({ live }) })).rejects.toThrow(
      expect.objectContaining({ code: 'usage', hint: 'Did you mean "shop"?' }),
    );
  });

  it('of several clusters tells of one that cannot be read in a line, and ends with it', async () => {
    const open = async (where: Where): Promise<AccessSource> => {
      const context = where.kind === 'live' ? (where.context ?? '') : '';
      if (context === 'lab')
        throw new Failure('cluster', 'the API server of lab does not answer', { hint: 'Start it.' });
      return sourceOf({ context });
    };
    const { outcome, text } = await ask({ contexts: 'all' }, { open });
    expect(text).toContain(
      'stage    Group oidc:devs             1 namespace  1      1         may read secrets\n',
    );
    expect(text).toContain('Not read: context lab: the API server of lab does not answer. Start it.\n');
    expect(() => review.insistOnAll(outcome)).toThrow(
      new Failure(
        'cluster',
        '1 of 3 contexts could not be read: lab: the API server of lab does not answer',
        { hint: 'Start it.' },
      ),
    );
    const json = JSON.parse((await ask({ contexts: 'prod,lab', output: 'json' }, { open })).text);
    expect([json.complete, json.clusters.length, json.clusters[1]]).toEqual([
      false,
      2,
      { context: 'lab', complete: false, error: 'the API server of lab does not answer' },
    ]);
    const csv = (await ask({ contexts: 'prod,lab', output: 'csv' }, { open })).text;
    expect(csv.trimEnd().split('\r\n').at(-1)).toBe(
      'lab,NotRead,,,,,,,,,,,,,the API server of lab does not answer',
    );
  });

  it('of several clusters ends at once with a bug', async () => {
    const open = async (): Promise<AccessSource> => {
      throw new TypeError('a bug');
    };
    await expect(ask({ contexts: 'a,b' }, { open })).rejects.toThrow(new TypeError('a bug'));
  });

  it.each([
    [{ output: 'yaml' }, '--output is "yaml"'],
    [{ by: 'verb' }, '--by is "verb"'],
    [{ subject: 'devs' }, '"devs" does not say whether a user, a group or a service account is meant'],
    [{ subject: 'me', filename: 'x.yaml' }, 'who "me" is, only a cluster knows'],
    [
      { contexts: 'a,b', context: 'c' },
      '--contexts does not go with --context, -f, --snapshot or --save-snapshot',
    ],
    [
      { contexts: 'a,b', filename: 'x.yaml' },
      '--contexts does not go with --context, -f, --snapshot or --save-snapshot',
    ],
    [{ contexts: ',' }, '--contexts names none'],
    [{ namespace: 'Shop' }, '"Shop" is no name of a namespace'],
  ])('refuses %j', (words, message) => {
    expect(() => review.parse(words)).toThrow(expect.objectContaining({ code: 'usage', message }));
  });
});
