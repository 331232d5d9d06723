// Finds or gets a Go that is new enough, through the system's packages and the Go module proxy only.

import { execFile } from 'node:child_process';
import { chmod, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { installPackages } from './packages.ts';
import { runStep, type Say } from './progress.ts';

const run = promisify(execFile);

/** The first version that can build what we need, and the one that is loaded where an older one is found. */
const neededMinor = 26;
export const goToolchain = '1.26.10';

export type Go = { readonly program: string; readonly env: NodeJS.ProcessEnv };

/** What to do with the go command that was found; `minor` of 1.minor, undefined where there is none. */
export function judgeGo(minor: number | undefined): 'use' | 'let it fetch' | 'fetch' | 'install' {
  if (minor === undefined) return 'install';
  if (minor >= neededMinor) return 'use';
  // From 1.21 on, go runs a newer go by itself when GOTOOLCHAIN says so.
  return minor >= 21 ? 'let it fetch' : 'fetch';
}

/** A go command of at least 1.26, with the variables to run it. Installs Debian's where there is none. */
export async function findGo(environment: NodeJS.ProcessEnv, say: Say): Promise<Go> {
  const env = goEnvironment(environment);
  const minor = await goMinor(env);
  const verdict = judgeGo(minor);
  if (verdict === 'install') {
    await installPackages(['golang-go', 'ca-certificates'], say);
    const installed = await goMinor(env);
    if (installed === undefined) throw new Error('golang-go is installed, but there is no go on PATH');
    return findGo(environment, say);
  }
  if (verdict === 'use') return { program: 'go', env: { ...env, GOTOOLCHAIN: 'local' } };
  if (verdict === 'let it fetch') return { program: 'go', env: { ...env, GOTOOLCHAIN: `go${goToolchain}` } };
  return fetchToolchain(env, say);
}

function goEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    ...environment,
    HOME: environment.HOME || homedir(),
    // Where Go's own archive and Debian put it, for shells that do not have it on PATH.
    PATH: [environment.PATH ?? '', '/usr/local/go/bin', '/usr/lib/go/bin'].join(delimiter),
    GOFLAGS: '-mod=mod',
    GOWORK: 'off',
    CGO_ENABLED: '0',
  };
}

async function goMinor(env: NodeJS.ProcessEnv): Promise<number | undefined> {
  try {
    // Not in the current folder: a go.mod there could make it run another version.
    const { stdout } = await run('go', ['version'], { env: { ...env, GOTOOLCHAIN: 'local' }, cwd: '/' });
    const minor = /go1\.(\d+)/.exec(stdout)?.[1];
    return minor === undefined ? undefined : Number(minor);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The toolchain is a module too; before 1.21 go loads it, but does not run it, and leaves its programs not executable. */
async function fetchToolchain(env: NodeJS.ProcessEnv, say: Say): Promise<Go> {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const module = `golang.org/toolchain@v0.0.1-go${goToolchain}.linux-${arch}`;
  say(`  loading Go ${goToolchain} through the module proxy`);
  const answer: unknown = JSON.parse(
    await runStep(
      {
        title: `loading Go ${goToolchain}`,
        command: ['go', 'mod', 'download', '-json', module],
        env,
        cwd: '/',
      },
      say,
    ),
  );
  if (typeof answer !== 'object' || answer === null || !('Dir' in answer)) {
    throw new Error(`loading ${module}: go did not say where it is`);
  }
  const root = String(answer.Dir);
  for (const folder of ['bin', 'pkg/tool']) await makeExecutable(join(root, folder));
  return { program: join(root, 'bin/go'), env: { ...env, GOROOT: root, GOTOOLCHAIN: 'local' } };
}

async function makeExecutable(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) await chmod(join(entry.parentPath, entry.name), 0o555);
  }
}
