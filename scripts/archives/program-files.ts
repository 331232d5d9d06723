// The programs of an archive, by the target's form.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bundle } from '../parts/bundle.ts';
import { buildFront } from '../parts/front.ts';
import { makeExecutable, programContent } from './executable.ts';
import { signedMachO } from './macos-signature.ts';
import { readNodePackage } from './node-package.ts';
import { type ArchiveFile, plainFile, program } from './pack.ts';
import { programName, type Target } from './targets.ts';

const root = join(import.meta.dirname, '../..');

/** Rejects when Node, Go or keytar's prebuilt file cannot be had. */
export async function programFiles(target: Target, bundle: Bundle): Promise<readonly ArchiveFile[]> {
  const keytar = join(root, 'node_modules/keytar/prebuilds', target.keytar, 'keytar.node');
  const library = await readFile(keytar);
  const content = target.os === 'darwin' ? await signedMachO(library, 'library') : library;
  return [...(await mainFiles(target, bundle)), plainFile('keytar.node', content)];
}

async function mainFiles(target: Target, bundle: Bundle): Promise<readonly ArchiveFile[]> {
  if (target.form === 'node') return nodeFiles(target, bundle);
  const made = await makeExecutable(target, await programContent(bundle));
  const executable = target.os === 'darwin' ? await signedMachO(made, 'program') : made;
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
  const folder = await mkdtemp(join(tmpdir(), 'kubectl-oidc-front-'));
  try {
    const output = join(folder, 'program');
    await buildFront({ arch, output, environment: process.env, say: console.error });
    return await readFile(output);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
