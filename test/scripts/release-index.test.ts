import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { billName } from '../../scripts/archives/release-index.ts';
import { archiveName, targets } from '../../scripts/archives/targets.ts';
import { freshFolder } from '../edge/parts/processes.ts';

const root = join(import.meta.dirname, '../..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const archives = targets.map(archiveName);
const tarball = `kubectl-oidc-${version}.tgz`;

/** A folder with files of those names, each holding its own name. */
function folderWith(names: readonly string[]): string {
  const folder = freshFolder();
  for (const name of names) writeFileSync(join(folder, name), name);
  return folder;
}

function makeRelease(...words: string[]) {
  return spawnSync(process.execPath, [join(root, 'scripts/make-release.ts'), ...words], { encoding: 'utf8' });
}

describe('scripts/release --manifest', () => {
  it('writes the sums and the krew manifest of the archives that lie in the folder', () => {
    const present = [...archives, ...archives.map(billName), tarball].toSorted();
    const folder = folderWith([...present, 'kubectl-oidc-0.0.1.tgz', 'notes.txt']);
    expect(makeRelease('--manifest', folder)).toMatchObject({ status: 0, stderr: '' });
    const sumOf = (name: string) => createHash('sha256').update(name).digest('hex');
    const lines = readFileSync(join(folder, 'SHA256SUMS'), 'utf8').split('\n');
    expect(lines).toEqual([...present.map((name) => `${sumOf(name)}  ${name}`), '']);
    const { spec } = parse(readFileSync(join(folder, 'krew-manifest.yaml'), 'utf8'));
    expect(spec.version).toBe(`v${version}`);
    expect(spec.platforms.map(({ uri, sha256 }: { uri: string; sha256: string }) => [uri, sha256])).toEqual(
      archives.map((name) => [expect.stringMatching(new RegExp(`/v${version}/${name}$`)), sumOf(name)]),
    );
  });

  it('names what is missing, and writes nothing', () => {
    const [gone = '', ...others] = [...archives, ...archives.map(billName)];
    const folder = folderWith(others);
    const { status, stderr } = makeRelease('--manifest', folder);
    expect([status, stderr]).toEqual([1, `${folder} lacks ${gone}: make them first\n`]);
    expect(readdirSync(folder).toSorted()).toEqual(others.toSorted());
  });

  it('takes no names of archives beside it', () => {
    expect(makeRelease('--manifest', freshFolder(), 'linux-amd64')).toMatchObject({
      status: 1,
      stderr: '--manifest takes a folder and no names of archives\n',
    });
  });
});
