import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUnauthenticated, refusalsIn } from '../../src/rbac/forbidden-message.ts';
import { deciderOf } from '../../src/rbac/forbidden-otherwise.ts';
import { resourceAttributes, rule } from '../../src/rbac/rule.ts';

const refused = (user: string, asked: Parameters<typeof resourceAttributes>[0], reason = '') => ({
  kind: 'access',
  user,
  asked: resourceAttributes(asked),
  reason,
});

describe('a Forbidden error', () => {
  const list = { verb: 'list', resource: 'pods', namespace: 'shop' };
  const plain =
    'pods is forbidden: User "bob" cannot list resource "pods" in API group "" in the namespace "shop"';

  it.each([
    ['as kubectl prints it', `Error from server (Forbidden): ${plain}`, refused('bob', list)],
    ['without its beginning', plain.slice(plain.indexOf('User')), refused('bob', list)],
    [
      'with what RBAC added',
      `${plain}: RBAC: role.rbac.authorization.k8s.io "x" not found`,
      refused('bob', list, 'RBAC: role.rbac.authorization.k8s.io "x" not found'),
    ],
    [
      'of a named subresource in another group',
      'Error from server (Forbidden): deployments.apps "web" is forbidden: User "bob" cannot get resource "deployments/scale" in API group "apps" in the namespace "shop"',
      refused('bob', {
        verb: 'get',
        resource: 'deployments',
        subresource: 'scale',
        group: 'apps',
        name: 'web',
        namespace: 'shop',
      }),
    ],
    [
      'of the cluster scope',
      'Error from server (Forbidden): nodes "n1" is forbidden: User "bob" cannot get resource "nodes" in API group "" at the cluster scope',
      refused('bob', { verb: 'get', resource: 'nodes', name: 'n1' }),
    ],
    [
      'behind what kubectl tried with a file',
      'Error from server (Forbidden): error when creating "cm.yaml": configmaps is forbidden: User "bob" cannot create resource "configmaps" in API group "" in the namespace "shop"',
      refused('bob', { verb: 'create', resource: 'configmaps', namespace: 'shop' }),
    ],
    [
      'whose quotes a shell took',
      'Error from server (Forbidden): error when creating cm.yaml: configmaps web is forbidden: User bob cannot patch resource configmaps in API group  in the namespace shop',
      refused('bob', { verb: 'patch', resource: 'configmaps', name: 'web', namespace: 'shop' }),
    ],
    [
      'of a URL',
      'Error from server (Forbidden): forbidden: User "bob" cannot get path "/foo bar"',
      {
        kind: 'access',
        user: 'bob',
        asked: { kind: 'non-resource', verb: 'get', path: '/foo bar' },
        reason: '',
      },
    ],
    [
      'of a service account in a log, quoted once more',
      `E1 reflector.go:1] "Failed" err="failed to list *v1.Pod: ${plain.replace('bob', 'system:serviceaccount:a:b').replaceAll('"', '\\"')}: RBAC: x" type="*v1.Pod"`,
      refused('system:serviceaccount:a:b', list, 'RBAC: x'),
    ],
    [
      'as a Status of one line',
      `{"kind":"Status","status":"Failure","message":${JSON.stringify(`${plain}: RBAC: "x" not found`)},"reason":"Forbidden","code":403}`,
      refused('bob', list, 'RBAC: "x" not found'),
    ],
    [
      'as a Status of several lines',
      JSON.stringify({ kind: 'Status', message: plain, reason: 'Forbidden' }, undefined, 2),
      refused('bob', list),
    ],
  ])('%s is read', (_, text, expected) => {
    expect(refusalsIn(text)).toEqual([expected]);
  });

  it('of a user of any name is read as the server writes it', () => {
    const quoted = (text: string): string => JSON.stringify(text);
    const sanitized = (text: string): string =>
      text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (user) => {
        const message = `pods is forbidden: ${sanitized(`User ${quoted(user)} cannot list resource "pods" in API group "" in the namespace "shop"`)}`;
        expect(refusalsIn(`Error from server (Forbidden): ${message}`)).toEqual([refused(user, list)]);
        expect(refusalsIn(JSON.stringify({ message }))).toEqual([refused(user, list)]);
      }),
    );
  });

  it('of a name with control characters as Go writes them is that name', () => {
    const [found] = refusalsIn(plain.replace('"bob"', String.raw`"a\x1b[31m\a\u0085\U0001f600\t"`));
    expect(found).toEqual(refused('a\u001b[31m\u0007\u0085😀\t', list));
  });

  it('stands among other output, each refusal once, several on a line', () => {
    const second = plain.replace('shop', 'bank').replace('pods is', 'pods "x" is').replace('list', 'get');
    const text = ['NAME READY', 'web 1/1', plain, `[${plain}, ${second}]`, 'Error: x'].join('\r\n');
    expect(refusalsIn(text).map((each) => (each.kind === 'access' ? each.asked : each))).toEqual([
      resourceAttributes(list),
      resourceAttributes({ verb: 'get', resource: 'pods', name: 'x', namespace: 'bank' }),
    ]);
  });

  it('of handing out too much tells the rules', () => {
    const text = [
      'error: failed to create rolebinding: rolebindings.rbac.authorization.k8s.io "y" is forbidden: user "bob" (groups=["devs" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:',
      '{APIGroups:["" "apps"], Resources:["pods"], ResourceNames:["a]"], Verbs:["get" "list"]}',
      '{NonResourceURLs:["/x"], Verbs:["get"]}',
      'next',
    ].join('\n');
    const expected = {
      kind: 'escalation',
      user: 'bob',
      groups: ['devs', 'system:authenticated'],
      resource: 'rolebindings',
      name: 'y',
      rules: [
        rule({ verbs: ['get', 'list'], apiGroups: ['', 'apps'], resources: ['pods'], resourceNames: ['a]'] }),
        rule({ verbs: ['get'], nonResourceURLs: ['/x'] }),
      ],
    };
    expect(refusalsIn(text)).toEqual([expected]);
    expect(refusalsIn(JSON.stringify({ message: text.slice(text.indexOf('rolebindings.')) }))).toEqual([
      expected,
    ]);
  });

  it.each([
    ['pods "web" is forbidden: violates PodSecurity "restricted:latest": x', 'pod-security'],
    ['pods "web" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1', 'quota'],
    ['namespaces "kube-system" is forbidden: this namespace may not be deleted', 'namespace-lifecycle'],
    [
      "configmaps \"z\" is forbidden: ValidatingAdmissionPolicy 'no-cm' with binding 'no-cm' denied request: no",
      'admission-policy',
    ],
    ['admission webhook "x.example.com" denied the request: no', 'admission-webhook'],
    ['nodes "n2" is forbidden: node "n1" is not allowed to modify node "n2"', 'node-restriction'],
    [
      'persistentvolumeclaims "big" is forbidden: maximum storage usage per PersistentVolumeClaim is 1Gi, but request is 2Gi',
      'limit-range',
    ],
    ['unknown', 'unknown'],
  ])('that is not RBAC’s, %s, is told as such', (message, by) => {
    const found = refusalsIn(`Error from server (Forbidden): ${message}`);
    expect(found).toEqual([{ kind: 'otherwise', message }]);
    expect(deciderOf(message)).toBe(by);
  });

  it.each(['', 'hello', 'Error from server (NotFound): pods "forbidden" not found', 'pod/forbidden created'])(
    'is not found in %j',
    (text) => {
      expect(refusalsIn(text)).toEqual([]);
    },
  );

  it('is something else than a login that was not accepted', () => {
    expect(isUnauthenticated('error: You must be logged in to the server (Unauthorized)')).toBe(true);
    expect(isUnauthenticated(plain)).toBe(false);
  });

  it('costs little however the text is made', () => {
    const hostile = [
      'forbidden: User "'.repeat(20_000),
      `forbidden ${'\\"'.repeat(100_000)}`,
      '"a '.repeat(100_000),
    ];
    const before = performance.now();
    for (const each of hostile) refusalsIn(each);
    expect(performance.now() - before).toBeLessThan(2_000);
  });
});
