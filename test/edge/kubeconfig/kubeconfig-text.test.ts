import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { maskKubeText } from '../../../src/edge/kubeconfig/kubeconfig-mask.ts';
import { editKubeText } from '../../../src/edge/kubeconfig/kubeconfig-text.ts';
import type { KubeEdit } from '../../../src/oidc/kubeconfig-plan.ts';
import { diffLines } from '../../../src/oidc/line-diff.ts';

const exec = { command: 'kubectl-oidc', args: ['get-token', '--client-id=yes'], provideClusterInfo: true };
const addUser: KubeEdit = { file: '/k', path: ['users', { named: 'new' }], value: { user: { exec } } };
const addContext: KubeEdit = {
  file: '/k',
  path: ['contexts', { named: 'new' }],
  value: { context: { cluster: 'c', user: 'new' } },
};
const setCurrent: KubeEdit = { file: '/k', path: ['current-context'], value: 'new' };
const edited = (text: string, ...edits: KubeEdit[]): string => edits.reduce(editKubeText, text);
const block = (pad: string, nest = '') =>
  `${pad}- name: new\n${pad}  user:\n${pad}    exec:\n${pad}      command: kubectl-oidc\n${pad}      args:\n${pad}      ${nest}- get-token\n${pad}      ${nest}- --client-id=yes\n${pad}      provideClusterInfo: true\n`;

describe('editKubeText', () => {
  it.each([
    ['an empty file', '', `apiVersion: v1\nkind: Config\nusers:\n${block('')}`],
    ['a file of comments', '# mine\n', `# mine\napiVersion: v1\nkind: Config\nusers:\n${block('')}`],
    [
      'an empty list with a comment',
      'users: [] # none\nkind: Config\n',
      `users: # none\n${block('')}kind: Config\n`,
    ],
    ['a key without a value', 'users:\nkind: Config', `users:\n${block('')}kind: Config`],
    [
      'a list in kubectl style',
      'users:\n- name: a\n  user: {}\n# next\nkind: Config\n',
      `users:\n- name: a\n  user: {}\n${block('')}# next\nkind: Config\n`,
    ],
    [
      'an indented list',
      'users:\n  - name: a # me\n\nkind: Config\n',
      `users:\n  - name: a # me\n${block('  ', '  ')}\nkind: Config\n`,
    ],
    ['no newline at the end', 'kind: Config', `kind: Config\nusers:\n${block('')}`],
    ['a byte order mark', '\ufeffusers: []\n', `\ufeffusers:\n${block('')}`],
    ['a document end', '---\nusers: []\n...\n', `---\nusers:\n${block('')}...\n`],
    ['a block text before the end', 'x: |+\n  a\n\n', `x: |+\n  a\n\nusers:\n${block('')}`],
  ])('adds an entry to %s and touches nothing else', (_, before, after) => {
    expect(edited(before, addUser)).toBe(after);
  });

  it('keeps CRLF', () => {
    const after = edited('kind: Config\r\nusers:\r\n- name: a # x\r\n', addUser);
    expect(after.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(after.startsWith('kind: Config\r\nusers:\r\n- name: a # x\r\n- name: new\r\n')).toBe(true);
  });

  it('keeps JSON JSON, on one line and on many', () => {
    const small = edited(
      '{"kind":"Config","users":[{"name":"a","user":{"token":"t"}}]}',
      addUser,
      addContext,
      setCurrent,
    );
    expect(small).not.toContain('\n');
    expect(JSON.parse(small)).toMatchObject({
      users: [{ name: 'a' }, { name: 'new', user: { exec } }],
      contexts: [{ name: 'new' }],
      'current-context': 'new',
    });
    const large = '{\n    "users": [\n        {\n            "name": "a"\n        }\n    ]\n}\n';
    const more = ',\n        {\n            "name": "new",\n            "user": {\n                "exec": ';
    const after = edited(large, addUser);
    expect(after.startsWith(`${large.slice(0, large.indexOf('\n    ]'))}${more}`)).toBe(true);
    expect(after.endsWith('\n    ]\n}\n')).toBe(true);
    expect(JSON.parse(after).users[1].user).toEqual({ exec });
  });

  it.each([
    [
      'a plain value and its comment',
      'current-context: a # mine\nkind: Config\n',
      'current-context: new # mine\nkind: Config\n',
    ],
    ['a quoted value', "current-context: 'a'\n", 'current-context: new\n'],
    ['an empty value', 'current-context:\nkind: Config\n', 'current-context: new\nkind: Config\n'],
    ['a block text', 'current-context: |-\n  a\nkind: Config\n', 'current-context: new\nkind: Config\n'],
    ['a value in braces', '{current-context: a, kind: Config}\n', '{current-context: "new", kind: Config}\n'],
  ])('replaces %s', (_, before, after) => {
    expect(edited(before, setCurrent)).toBe(after);
  });

  it.each([
    [
      'block',
      'users:\n- name: a\n  user:\n    exec:\n      args: # old\n      - one\n      # two\n      - two\n      command: x # keep\n',
      'users:\n- name: a\n  user:\n    exec:\n      args:\n      - get-token\n      command: x # keep\n',
    ],
    [
      'braces',
      'users:\n- name: a\n  user:\n    exec:\n      args: [one, two] # old\n      command: x\n',
      'users:\n- name: a\n  user:\n    exec:\n      args: # old\n      - get-token\n      command: x\n',
    ],
  ])('replaces a list in %s', (_, before, after) => {
    const path = ['users', { named: 'a' }, 'user', 'exec', 'args'];
    expect(edited(before, { file: '/k', path, value: ['get-token'] })).toBe(after);
  });

  it('does not fold a long certificate', () => {
    const long = 'QUJD'.repeat(2000);
    const before = `clusters:\n- cluster:\n    certificate-authority-data: ${long}\n  name: c\n`;
    expect(edited(before, addUser).startsWith(before)).toBe(true);
  });

  it.each([
    ['an alias in the way', 'x: &u\n- name: z\nusers: *u\n'],
    ['an anchored list that another key shares', 'users: &u\n- name: z\nfoo: *u\n'],
  ])('refuses %s instead of guessing', (_, text) => {
    expect(() => edited(text, addUser)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  it.each([
    'x"\n- name: evil\n  user: {exec: {command: sh}}',
    "'; rm -rf ~ #",
    'yes',
    '0123',
    '1:30',
    '2001-01-01',
    '~',
    '{a: b}',
    '&anchor *alias !tag',
    '# comment',
    ' leading and trailing ',
    'a: b',
    '\u0000\u0007\u001b[31m',
  ])('has the name %j come back as one text', (name) => {
    for (const start of ['', '{}', 'users:\n- name: a\n']) {
      const after = edited(
        start,
        { ...addUser, path: ['users', { named: name }] },
        { ...setCurrent, value: name },
      );
      expect(parse(after)['current-context']).toBe(name);
      expect(parse(after).users.at(-1)).toEqual({ name, user: { exec } });
      expect(parse(after, { version: '1.1' })['current-context']).toBe(name);
    }
  });
});

const anyText = fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('yes', '0', 'a b', '#x', 'https://a'));
const foreignValue = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    anyText,
    fc.boolean(),
    fc.integer(),
    fc.constant(null),
    tie('list'),
    tie('map'),
  ),
  list: fc.array(tie('any'), { maxLength: 3 }),
  map: fc.dictionary(anyText, tie('any'), { maxKeys: 3 }),
})).any;
const named = fc.uniqueArray(
  fc.record({ name: fc.string({ minLength: 1, maxLength: 8 }), user: foreignValue }),
  {
    selector: ({ name }) => name,
    maxLength: 4,
  },
);
const kubeconfig = fc.record(
  {
    apiVersion: fc.constant('v1'),
    users: named,
    contexts: fc.oneof(fc.constant(null), fc.constant([])),
    'current-context': anyText,
    extra: foreignValue,
  },
  { requiredKeys: [] },
);
const style = fc.record({
  indentSeq: fc.boolean(),
  indent: fc.constantFrom(2, 4),
  collectionStyle: fc.constantFrom('flow' as const, 'any' as const),
  defaultStringType: fc.constantFrom('PLAIN' as const, 'QUOTE_SINGLE' as const, 'QUOTE_DOUBLE' as const),
  comments: fc.boolean(),
  eol: fc.constantFrom('\n', '\r\n'),
});

describe('whatever stands in the file', () => {
  it('every line of others stays as it was and in order, and the file says exactly what was meant', () => {
    fc.assert(
      fc.property(kubeconfig, style, (value, { comments, eol, ...options }) => {
        const plain = stringify(value, {
          lineWidth: 0,
          blockQuote: false,
          doubleQuotedMinMultiLineLength: 1e9,
          ...options,
        });
        const commented =
          comments && options.collectionStyle === 'any'
            ? plain.replaceAll(/^( *)(?=\S)/gm, (indent, _, at) =>
                at % 3 === 0 ? `${indent}# note ${at}\n${indent}` : indent,
              )
            : plain;
        const before = commented.replaceAll('\n', eol);
        const after = edited(before, addUser, addContext);
        const { users, contexts: _, ...others } = parse(before) ?? {};
        const { users: usersAfter, contexts, ...othersAfter } = parse(after);
        expect(usersAfter.filter((each: { name: string }) => each.name !== 'new')).toEqual(
          (users ?? []).filter((each: { name: string }) => each.name !== 'new'),
        );
        expect(usersAfter.find((each: { name: string }) => each.name === 'new').user).toEqual({ exec });
        expect(contexts).toEqual([{ name: 'new', context: { cluster: 'c', user: 'new' } }]);
        expect({ apiVersion: 'v1', kind: 'Config', ...others }).toEqual({
          apiVersion: 'v1',
          kind: 'Config',
          ...othersAfter,
        });
        if (options.collectionStyle !== 'any') return;
        const left = after.split(eol);
        const kept = before
          .split(eol)
          .filter(
            (line) => !/^["']?(users|contexts)["']?: *(\[\]|null)?$|^\{\}$|^$|name: ["']?new/.test(line),
          );
        let at = 0;
        for (const line of kept) {
          at = left.indexOf(line, at) + 1;
          expect(at, `${line} is kept`).toBeGreaterThan(0);
        }
      }),
      { numRuns: 600 },
    );
  });
});

describe('what is shown', () => {
  it('hides whatever proves a user, wherever it stands, and keeps the lines', () => {
    const text = [
      'users:',
      '- name: a',
      '  user:',
      '    token: SECRET1',
      '    client-key-data: |',
      '      SECRET2',
      '      SECRET3',
      '    password: "SECRET4" # the token: SECRET5',
      '    auth-provider: {name: oidc, config: {client-id: kube, id-token: SECRET6, refresh-token: SECRET7}}',
      '    exec:',
      '      command: kubelogin',
      '      args: [get-token, --oidc-client-secret=SECRET8, --password, SECRET9, --client-id=kube, --token-type=id]',
      '      env:',
      '      - {name: AWS_SECRET, value: SECRETA}',
      '      - {name: KUBECTL_OIDC_ACCOUNT, value: bob}',
      '    unknown-thing: SECRETB',
      'clusters:',
      '- {name: c, cluster: {server: https://c, proxy-url: http://u:SECRETC@p}}',
      '',
    ].join('\n');
    const shown = maskKubeText('/k', text);
    expect(shown).not.toContain('SECRET1');
    expect(shown.match(/SECRET[0-9A-C]/g)).toBeNull();
    expect(shown.split('\n')).toHaveLength(text.split('\n').length);
    expect(shown).toContain(
      'args: [get-token, <hidden>, --password, <hidden>, --client-id=kube, --token-type=id]',
    );
    expect(shown).toContain('{name: KUBECTL_OIDC_ACCOUNT, value: bob}');
    expect(shown).toContain('command: kubelogin');
  });

  it('shows changed lines with two around them, cut and without control characters', () => {
    const before = ['a', 'b', 'c', 'd', 'e', 'f', 'g', `  long: ${'x'.repeat(300)}`, 'y', 'z', ''].join('\n');
    const after = before.replace('c\n', 'c\nnew \u202e\n').replace('y\n', 'changed\n');
    expect(diffLines(before, after)).toEqual([
      '  b',
      '  c',
      '+ new',
      '  d',
      '  e',
      '  …',
      '  g',
      `    long: ${'x'.repeat(113)}…`,
      '- y',
      '+ changed',
      '  z',
    ]);
    expect(diffLines(before, before)).toEqual([]);
  });
});
