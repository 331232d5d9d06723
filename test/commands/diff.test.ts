import { describe, expect, it } from 'vitest';
import * as diff from '../../src/commands/diff.ts';
import { Failure } from '../../src/failure.ts';
import type { Snapshot } from '../../src/rbac/snapshot.ts';
import { access, binding, role } from '../rbac/objects.ts';

const before = access(
  role('shop/reader', 'get pods', 'get secrets'),
  binding('shop/readers', 'role:reader', 'group:devs'),
).snapshot;
const after = access(
  role('shop/reader', 'get,list pods'),
  binding('shop/readers', 'role:reader', 'group:devs', 'user:a|b<i>`'),
).snapshot;

async function compared(words: object, sides: readonly Snapshot[] = [before, after]) {
  const request = diff.parse({ before: 'a', after: 'b', ...words });
  const given = [...sides];
  const outcome = await diff.run(request, { readSide: async () => given.shift() ?? before });
  return { outcome, text: diff.describe(outcome, request) };
}

describe('diff', () => {
  it('shows what each subject gains and loses', async () => {
    const { text } = await compared({});
    expect(text).toBe(
      [
        'Group devs',
        '  in namespace shop',
        '    + list on pods  (RoleBinding shop/readers)',
        '    - get on secrets  (RoleBinding shop/readers)',
        '',
        'User a|b<i>`',
        '  in namespace shop',
        '    + get, list on pods  (RoleBinding shop/readers)',
        '',
        '2 subjects: 2 rules gained, 1 rule lost.',
        '',
      ].join('\n'),
    );
  });

  it('for a pull request is a table that names cannot break', async () => {
    const { text } = await compared({ output: 'markdown' });
    expect(text).toContain(
      '| Group devs | in namespace shop | loses | get on secrets | RoleBinding shop/readers |\n',
    );
    expect(text).toContain('| User a\\|b&lt;i>\\` | in namespace shop | gains |');
  });

  it('as JSON says it by subject and place', async () => {
    const { text } = await compared({ output: 'json' });
    const by = [{ kind: 'RoleBinding', namespace: 'shop', name: 'readers' }];
    expect(JSON.parse(text)).toMatchObject({
      apiVersion: 'kubectl-oidc/v1',
      kind: 'AccessDiff',
      complete: true,
      subjects: [
        {
          kind: 'Group',
          name: 'devs',
          changes: [
            {
              namespace: 'shop',
              gained: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }],
              gainedBy: by,
              lost: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }],
              lostBy: by,
            },
          ],
        },
        { kind: 'User', name: 'a|b<i>`' },
      ],
    });
  });

  it('of the same is a word, and ends with 1 only where a difference was to be told so', async () => {
    const same = await compared({ 'exit-code': true }, [before, before]);
    expect(same.text).toBe('Nobody gains or loses anything.\n');
    expect(() => diff.insistOnSame(same.outcome, { exitCode: true })).not.toThrow();
    const { outcome } = await compared({});
    expect(() => diff.insistOnSame(outcome, { exitCode: false })).not.toThrow();
    expect(() => diff.insistOnSame(outcome, { exitCode: true })).toThrow(new Failure('no', ''));
  });

  it('says where a side could not be read', async () => {
    const gaps = [{ what: 'rolebindings', namespace: 'bank', reason: 'you may not list them' }] as const;
    const { text } = await compared({}, [{ ...before, gaps }, before]);
    expect(text).toContain(
      'Not all could be read, so a difference may be missing, or be none:\n  RoleBindings: you may not list them in bank\n',
    );
  });

  it.each([
    ['context:prod', { kind: 'context', context: 'prod' }],
    ['git:main:rbac', { kind: 'git', revision: 'main', folder: 'rbac' }],
    ['git:v1.2:', { kind: 'git', revision: 'v1.2', folder: '.' }],
    ['./context:prod', { kind: 'path', path: './context:prod' }],
  ])('%s is %j', (word, side) => {
    expect(diff.parse({ before: word, after: 'b' }).before).toEqual(side);
  });

  it.each([
    ['context:', '"context:" names no context'],
    ['git:main', '"git:main" is no folder at a revision'],
    ['git:--upload-pack=x:rbac', '"--upload-pack=x" is no revision'],
  ])('%s is refused', (word, message) => {
    expect(() => diff.parse({ before: word, after: 'b' })).toThrow(message);
  });
});
