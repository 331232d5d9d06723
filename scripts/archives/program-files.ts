// The programs of an archive, by the target's form.

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Bundle } from '../parts/bundle.ts';
import { buildFront } from '../parts/front.ts';
import { makeExecutable, programContent } from './executable.ts';
import { readNodePackage } from './node-package.ts';
import { type ArchiveFile, plainFile, program } from './pack.ts';
import { programName, type Target } from './targets.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

/** Rejects when Node, Go or keytar's prebuilt file cannot be had. */
export async function programFiles(target: Target, bundle: Bundle): Promise<readonly ArchiveFile[]> {
  const keytar = join(root, 'node_modules/keytar/prebuilds', target.keytar, 'keytar.node');
  return [...(await mainFiles(target, bundle)), plainFile('keytar.node', await readFile(keytar))];
}

async function mainFiles(target: Target, bundle: Bundle): Promise<readonly ArchiveFile[]> {
  if (target.form === 'node') return nodeFiles(target, bundle);
  const executable = await signed(target, await makeExecutable(target, await programContent(bundle)));
  if (target.form === 'executable') return [program(programName(target), executable)];
  return [program(programName(target), await front(target)), program('kubectl-oidc-main', executable)];
}

async function nodeFiles(target: Target, { code }: Bundle): Promise<readonly ArchiveFile[]> {
  return [
    program(programName(target), await readFile(join(root, 'bin/launcher.sh'))),
    program('node', (await readNodePackage(target.node)).executable),
    // Without it Node would read every part twice to find out that it is a module.
    plainFile('program/package.json', '{"type":"module"}\n'),
    ...Object.entries(code).map(([name, text]) => plainFile(`program/${name}`, text)),
  ];
}

async function front({ arch }: Target): Promise<Buffer> {
  return inTemporaryFile(async (output) => {
    await buildFront({ arch, output, environment: process.env, say: console.error });
  });
}

/** A changed Mach-O file starts on Apple silicon only when it is signed again, which needs a Mac (docs/release.md). */
async function signed({ os }: Target, executable: Buffer): Promise<Buffer> {
  if (os !== 'darwin' || process.platform !== 'darwin') return executable;
  return inTemporaryFile(async (path) => {
    await writeFile(path, executable, { mode: 0o700 });
    await run('codesign', ['--force', '--sign', '-', path]);
  });
}

async function inTemporaryFile(work: (path: string) => Promise<void>): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'kubectl-oidc-program-'));
  try {
    const path = join(folder, 'program');
    await work(path);
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
