import { describe, expect, it } from 'vitest';
import { refusalsIn } from '../../src/rbac/forbidden-message.ts';
import { type Asking, type Explained, explain, scopeOf } from '../../src/rbac/why.ts';
import { whyDocument, whyText } from '../../src/rbac/why-words.ts';
import { access, accessWith, binding, clusterRole, role } from './objects.ts';

const world = [
  role('shop/reader', 'list pods'),
  binding('shop/readers', 'role:reader', 'group:devs'),
  clusterRole('root', '* *', '* * *'),
  binding('root', 'clusterrole:root', 'group:ops'),
];
const asking: Asking = { me: undefined, groups: [], live: undefined, namespace: 'default' };
const lineOf = (
  user: string,
  words = 'list resource "pods" in API group "" in the namespace "shop"',
): string => `Error from server (Forbidden): pods is forbidden: User ${JSON.stringify(user)} cannot ${words}`;

async function explained(
  text: string,
  more: Partial<Asking> = {},
  by = access(...world),
): Promise<readonly Explained[]> {
  return Promise.all(refusalsIn(text).map((each) => explain(each, by, { ...asking, ...more })));
}

describe('why', () => {
  it('is allowed by now, with the way, for somebody of a group that was named besides', async () => {
    expect(whyText(await explained(lineOf('bob')))).toMatch(
      /^User bob may not list pods in namespace shop\.\n/,
    );
    expect(whyText(await explained(lineOf('bob'), { groups: ['devs'] }))).toBe(
      'User bob may list pods in namespace shop by now: try again.\n  Group devs\n    └ RoleBinding shop/readers\n      └ Role shop/reader\n        └ list on pods\n',
    );
  });

  it('says of names what a terminal can bear, and offers no command for them', async () => {
    const hostile = 'x\u001b]0;title\u0007\u202e\u009b31m';
    const by = access(
      ...world,
      binding(`shop/b`, 'role:reader', `group:${hostile}`),
      binding('all', 'clusterrole:root', `group:${hostile}`),
    );
    const answer = await explained(`${lineOf(hostile)}: reason \u001b[31m`, {}, by);
    expect(answer).toHaveLength(1);
    expect(whyText(answer)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(whyText(answer)).not.toContain('Ask for: ');
    expect(whyDocument(answer)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });

  it('offers no grant to names of Kubernetes itself, and none for everything', async () => {
    const ofKubelet = whyText(await explained(lineOf('system:node:n1')));
    expect(ofKubelet).toContain('There is no "kubectl oidc grant" to ask for');
    const ofAll = whyText(
      await explained(lineOf('bob', '* resource "*" in API group "*" at the cluster scope')),
    );
    expect(ofAll).toContain('There is no "kubectl oidc grant" to ask for');
  });

  it('is "at least" where bindings were not read', async () => {
    const gap = { what: 'rolebindings', namespace: 'shop', reason: 'you may not list them' } as const;
    const text = whyText(await explained(lineOf('bob'), {}, accessWith({ gaps: [gap] }, ...world)));
    expect(text).toContain('Could grant it, at least:\n    Group ops');
    expect(text).toContain('RoleBindings: you may not list them in shop');
    expect(text).toContain('Whether it is allowed by now is not certain');
  });

  it('shows ten of many, and all of them as JSON', async () => {
    const many = Array.from({ length: 12 }, (_, index) => lineOf(`person-${index}`)).join('\n');
    const answer = await explained(many);
    expect(whyText(answer)).toContain('… and 2 more; -o json explains them all.');
    expect(JSON.parse(whyDocument(answer)).refusals).toHaveLength(12);
  });

  it('reads one namespace, the cluster, or all, as the refusals need', () => {
    const scope = (...lines: readonly string[]) => scopeOf(refusalsIn(lines.join('\n')), 'default');
    const bank = lineOf('bob').replace('"shop"', '"bank"');
    expect(scope(lineOf('bob'))).toEqual({ kind: 'namespace', namespace: 'shop' });
    expect(scope(lineOf('bob'), bank)).toEqual({ kind: 'all' });
    expect(scope('forbidden: User "bob" cannot get path "/metrics"')).toEqual({ kind: 'cluster' });
  });
});
