// Node and the bundle in one executable file (Node's single executable applications), for any system from here.

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Bundle, warmFiles } from '../parts/bundle.ts';
import { readNodePackage } from './node-package.ts';
import { builderOf, type Target } from './targets.ts';
import { withoutSections } from './without-sections.ts';

const run = promisify(execFile);
const entryPath = join(import.meta.dirname, '../../bin/executable.cjs');

/** A script and what it may ask for by name, as they go into an executable. */
export type ExecutableContent = {
  readonly script: string;
  readonly assets: Readonly<Record<string, string>>;
};

/** The program: the warm parts as functions of the script, since a file of its own costs time, the rest as assets. */
export async function programContent({ code, built }: Bundle): Promise<ExecutableContent> {
  const warm = new Set(warmFiles(built));
  const parts = Object.entries(code).map(([name, text]) => ({ name, text, isWarm: warm.has(name) }));
  const functions = parts
    .filter(({ isWarm }) => isWarm)
    .map(({ name, text }) => `${JSON.stringify(`./${name}`)}(exports,require,module,__filename){${text}\n}`);
  return {
    script: `const warmParts={\n${functions.join(',\n')}};\n${await readFile(entryPath, 'utf8')}`,
    assets: Object.fromEntries(
      parts.filter(({ isWarm }) => !isWarm).map(({ name, text }) => [`./${name}`, text]),
    ),
  };
}

/**
 * The bytes of a target's executable. It ignores NODE_OPTIONS, and SIGUSR1 opens no inspector. For macOS they are
 * not signed: a Mac's `codesign` does that. Throws with the words of Node's builder.
 */
export async function makeExecutable(target: Target, { script, assets }: ExecutableContent): Promise<Buffer> {
  const builder = builderOf(target, `${process.platform}-${process.arch}`);
  const folder = await mkdtemp(join(tmpdir(), 'kubectl-oidc-executable-'));
  const write = async (name: string, content: string | Buffer, mode = 0o600): Promise<string> => {
    await writeFile(join(folder, name), content, { mode });
    return name;
  };
  try {
    const node = (await readNodePackage(target.node)).executable;
    const names = Object.keys(assets).sort();
    const assetFiles = names.map(async (name, index) => [
      name,
      await write(`asset-${index}`, assets[name] ?? ''),
    ]);
    // By their names in the folder, since the path of the script stays in the executable.
    const configuration = {
      main: await write('main.cjs', script),
      mainFormat: 'commonjs',
      executable: await write('base', target.os === 'linux' ? withoutSections(node) : node, 0o700),
      output: 'output',
      disableExperimentalSEAWarning: true,
      useCodeCache: false,
      execArgv: ['--disable-sigusr1'],
      execArgvExtension: 'none',
      assets: Object.fromEntries(await Promise.all(assetFiles)),
    };
    await write('configuration.json', JSON.stringify(configuration));
    const program = join(folder, await write('node', (await readNodePackage(builder)).executable, 0o700));
    await run(program, ['--build-sea', 'configuration.json'], { cwd: folder, env: {} });
    return await readFile(join(folder, configuration.output));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
