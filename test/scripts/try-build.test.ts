import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type ArchiveFile, packTarGz, plainFile, program } from '../../scripts/archives/pack.ts';
import { freshFolder } from '../edge/parts/processes.ts';

const root = join(import.meta.dirname, '../..');
const companions = ['keytar.node', 'LICENSE', 'THIRD-PARTY-NOTICES.txt', 'sbom.cdx.json'];

function tryBuild(...words: string[]) {
  return spawnSync(process.execPath, [join(root, 'scripts/try-build.ts'), ...words], { encoding: 'utf8' });
}

async function archiveOf(files: readonly ArchiveFile[]): Promise<string> {
  const path = join(freshFolder(), 'kubectl-oidc-linux-amd64.tar.gz');
  writeFileSync(path, await packTarGz(files));
  return path;
}

test("npm's program, as built here, is tried and found good", () => {
  const folder = freshFolder();
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/kubectl-oidc'));
  const { status, stdout, stderr } = tryBuild(folder);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toContain('ok  version -o json\nok  --help\nok  a wrong use');
});

test.each([
  ['that lacks its licence', 'exit 0', companions.slice(0, 1), 'holds no LICENSE'],
  ['whose program fails', 'echo broken >&2; exit 3', companions, 'ended with 3: broken'],
  ['of another version', `echo '{"version":"0.0.0"}'`, companions, "'0.0.0'"],
])('an archive %s is refused', async (_, script, names, words) => {
  const files = [
    program('kubectl-oidc', Buffer.from(`#!/bin/sh\n${script}\n`)),
    ...names.map((name) => plainFile(name, '')),
  ];
  const { status, stdout, stderr } = tryBuild(await archiveOf(files));
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toContain(words);
});
