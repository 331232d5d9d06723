import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPresets } from '../../../src/edge/access/presets-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'presets-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const head = 'apiVersion: kubectl-oidc/v1\nkind: Presets\n';
function read(text: string) {
  const file = join(folder, 'presets.yaml');
  writeFileSync(file, text);
  return readPresets(file);
}

describe("a team's own presets", () => {
  it('have a name, a sentence and rules', () => {
    expect(
      read(
        `${head}presets:\n  - name: cache\n    about: Empties caches.\n    rules: ['delete configmaps']\n    names: required\n`,
      ),
    ).toEqual([
      {
        name: 'cache',
        about: 'Empties caches.',
        rules: ['delete configmaps'],
        warning: '',
        scope: 'any',
        names: 'required',
        binding: 'cache',
        from: 'file',
      },
    ]);
  });

  it.each([
    ['another file', 'kind: Pod\n', /line 1, column 1: this is no file of presets/],
    ['no list', `${head}presets: x\n`, /line 3, column 10: presets must be a list/],
    ['no name', `${head}presets:\n  - about: x\n`, /a preset has a name of lower-case letters/],
    ['no sentence', `${head}presets:\n  - name: a\n`, /says in one sentence what it lets people do/],
    ['no rules', `${head}presets:\n  - name: a\n    about: x\n`, /a preset has rules/],
    [
      'a rule that cannot be read',
      `${head}presets:\n  - name: a\n    about: x\n    rules: [get]\n`,
      /line 6, column 12: the rule "get" cannot be read/,
    ],
    ['no YAML', `${head}presets: [\n`, /line/],
  ])('%s is said with its place', (_, text, words) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(words) }),
    );
  });
});
