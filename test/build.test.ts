import { compileFunction } from 'node:vm';
import { beforeAll, expect, test } from 'vitest';
import { type Built, bundle, warmFiles, withLazyBuiltins } from '../scripts/parts/bundle.ts';

let built: Built;
beforeAll(async () => {
  ({ built } = await bundle('npm'));
});

test('what a warm get-token loads contains no package but keytar, and no lock', () => {
  const files = warmFiles(built);
  const sources = files.flatMap((name) => built[name]?.sources ?? []);
  expect(sources).toContain('src/edge/store/login-read.ts');
  expect(sources).not.toContain('src/edge/files/lock.ts');
  expect(sources.filter((source) => !source.startsWith('src/'))).toEqual([]);
  const fromOutside = files.filter((name) => built[name] === undefined && !name.startsWith('node:'));
  expect(fromOutside).toEqual([]);
  const late = files.flatMap((name) => built[name]?.dynamicImports ?? []);
  expect(late.filter((name) => built[name] === undefined && !name.startsWith('node:'))).toEqual(['keytar']);
});

test('a warm get-token loads one file beside main.js, and the address of it', () => {
  const files = warmFiles(built).filter((name) => name.endsWith('.js'));
  expect(files.filter((name) => (built[name]?.sources.length ?? 0) > 0)).toHaveLength(2);
});

test('a warm get-token loads nothing of the screen of a review', () => {
  const sources = warmFiles(built).flatMap((name) => built[name]?.sources ?? []);
  expect(sources.filter((source) => /src\/(ui|review)/.test(source))).toEqual([]);
});

test('the executable, whose parts are scripts, has the screen too: nothing in it waits while it is loaded', async () => {
  const { built: parts, code } = await bundle('executable');
  const sources = Object.values(parts).flatMap((each) => each.sources);
  expect(sources).toContain('src/ui/mount.tsx');
  expect(
    sources.filter((source) => /node_modules\/(string-width|react-devtools-core)\//.test(source)),
  ).toEqual([]);
  for (const [name, text] of Object.entries(code)) {
    expect(() => compileFunction(text, ['exports', 'require', 'module', '__filename']), name).not.toThrow();
  }
}, 60_000);

test('parts of Ink are replaced by ours in both forms', async () => {
  const { built: executable } = await bundle('executable');
  for (const parts of [built, executable]) {
    const sources = Object.values(parts).flatMap((each) => each.sources);
    for (const name of ['output', 'line-update', 'squash-text-nodes'])
      expect(sources).toContain(`src/ui/ink-${name}.ts`);
  }
}, 60_000);

test('a warm get-token loads no network module', () => {
  const builtins = warmFiles(built).filter((name) => name.startsWith('node:'));
  expect(builtins).not.toContain('node:https');
  expect(builtins).not.toContain('node:http');
  expect(builtins).not.toContain('node:net');
});

test.each([
  ['import{readFileSync}from"node:fs";', 'const {readFileSync}=process.getBuiltinModule("node:fs");'],
  [
    'import{join as join$1,dirname}from"node:path";',
    'const {join:join$1,dirname}=process.getBuiltinModule("node:path");',
  ],
  ['import * as fs from "node:fs";', 'const fs=process.getBuiltinModule("node:fs");'],
  ['import fs$1 from"node:fs";', 'const fs$1=process.getBuiltinModule("node:fs");'],
  ['import{x}from"./warm-1.js";', 'import{x}from"./warm-1.js";'],
  ['import("node:crypto")', 'import("node:crypto")'],
])('builtin modules are asked for, not imported: %s', (before, after) => {
  expect(withLazyBuiltins(before).replaceAll(/\s+(?=[{=])/g, ' ')).toBe(after);
});
