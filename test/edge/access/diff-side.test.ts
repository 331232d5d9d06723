import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gitTexts } from '../../../src/edge/access/git-files.ts';
import type { ManifestText } from '../../../src/edge/access/manifest-files.ts';
import { objectsInText } from '../../../src/edge/access/manifests.ts';

const folder = mkdtempSync(join(tmpdir(), 'diff-side-'));
const before = process.cwd();
const host = { environment: process.env, signal: new AbortController().signal };

function git(...words: readonly string[]): void {
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.com'];
  execFileSync('git', ['-C', folder, ...identity, ...words], { stdio: 'pipe' });
}

const named = (texts: readonly ManifestText[]) => texts.map(({ name, text }) => [name, text]);

describe('a folder at a git revision', () => {
  beforeAll(() => {
    git('init', '-q');
    mkdirSync(join(folder, 'rbac/deep'), { recursive: true });
    writeFileSync(join(folder, 'rbac/one.yaml'), 'a: 1\n');
    writeFileSync(join(folder, 'rbac/deep/zwölf ".yml'), 'b: "ü"\n');
    writeFileSync(join(folder, 'rbac/notes.txt'), 'no manifest\n');
    // What a repository brings must not run: neither as a hook, nor to show a file.
    writeFileSync(join(folder, '.gitattributes'), '*.yaml diff=evil filter=evil\n');
    git('config', 'diff.evil.textconv', `touch ${join(folder, 'ran')}; cat`);
    git('config', 'core.fsmonitor', `touch ${join(folder, 'ran')}`);
    git('add', '.');
    git('commit', '-qm', 'one');
    rmSync(join(folder, 'ran'), { force: true });
    git('config', 'filter.evil.smudge', `touch ${join(folder, 'ran')}; cat`);
    writeFileSync(join(folder, 'rbac/one.yaml'), 'a: 2\n');
    process.chdir(folder);
  });
  afterAll(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true, force: true });
  });

  it('is read as it was, whatever the names, and runs nothing of the repository', async () => {
    expect(named(await gitTexts({ revision: 'HEAD', folder: 'rbac' }, host))).toEqual([
      ['HEAD:rbac/deep/zwölf ".yml', 'b: "ü"\n'],
      ['HEAD:rbac/one.yaml', 'a: 1\n'],
    ]);
    expect(() => execFileSync('ls', [join(folder, 'ran')], { stdio: 'pipe' })).toThrow();
  });

  it.each([
    ['nope', 'rbac', 'git knows no revision "nope" here'],
    ['HEAD:rbac', '.', 'git knows no revision'],
    ['HEAD', 'other', 'git:HEAD:other holds no manifest'],
  ])('%s %s is refused', async (revision, path, message) => {
    await expect(gitTexts({ revision, folder: path }, host)).rejects.toThrow(message);
  });
});

describe('the fast and the careful parser', () => {
  const texts = [
    'a: 1\n---\n# only words\n---\nb: [x, "*", \'y\', ~]\n',
    'a: yes\nb: 0123\nc: 2001-01-01\nd: 0x1f\ne: 1.0\nf: null\ng:\n',
    'a: |\n  text\n  more\nb: >-\n  folded\n  line\n"quoted key": true\n',
    '- 1\n- {a: b}\n',
    'verbs: ["*"]\nresources: ["*/scale"]\nnonResourceURLs: [/healthz*, "*"]\n',
  ];
  it.each(texts)('read %j the same', async (text) => {
    const { documentsIn } = await import('../../../src/edge/access/manifests.ts');
    // An anchor that nobody names sends the same text to the careful one.
    const careful = documentsIn('x', `${text}---\n&anchor last\n`).map(({ value }) => value);
    expect(documentsIn('x', text).map(({ value }) => value)).toEqual(careful.slice(0, -1));
  });

  it('do not unfold aliases without bound, and know merge keys', () => {
    const text = 'apiVersion: v1\nkind: ConfigMap\nx: &x {a: 1}\ny: {<<: *x, b: 2}\n';
    const [object] = objectsInText({ name: 'x', text, how: 'named' });
    expect(object).toMatchObject({ y: { a: 1, b: 2 } });
  });
});
