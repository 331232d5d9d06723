// Builds programs out of the Go module proxy, with the ordinary go command, into the cache. Go checks what it loads
// against the public checksum database.

import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findGo, type Go } from './go.ts';
import { runStep, type Say } from './progress.ts';

export type GoProgram = {
  /** The file's name. */
  readonly name: string;
  readonly version: string;
  /** The package of its main function. */
  readonly packagePath: string;
  /** The text of a go.mod of our own that requires it. */
  readonly moduleFile: (go: Go) => Promise<string>;
  readonly linkerFlags: readonly string[];
  /** Where the program ends up, under its name. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly say: Say;
};

/** Path of the built program. Builders at the same time do not disturb each other: each works apart, the last rename wins. */
export async function buildGoProgram(wanted: GoProgram): Promise<string> {
  const { name, version, folder, say } = wanted;
  const target = join(folder, name);
  await mkdir(folder, { recursive: true });
  const workplace = await mkdtemp(join(folder, '.build-'));
  try {
    const go = await findGo(wanted.environment, say);
    await writeFile(join(workplace, 'go.mod'), await wanted.moduleFile(go));
    say(`  building ${name} ${version}: minutes the first time, then it is cached`);
    const flags = ['-trimpath', '-ldflags', wanted.linkerFlags.join(' ')];
    const command = [go.program, 'build', ...flags, '-o', name, wanted.packagePath] as const;
    await runStep({ title: `building ${name}`, command, cwd: workplace, env: go.env }, say);
    await rename(join(workplace, name), target);
    return target;
  } finally {
    await rm(workplace, { recursive: true, force: true });
  }
}
