// Tries what people install, on the system that it is for, with nothing but Node (22.21 or newer) and this file:
//   node scripts/try-build.ts ARCHIVE [--kubectl PATH]     an archive of a release
//   node scripts/try-build.ts FOLDER                       where npm has installed the package (npm install --prefix)
// `--commit SHA` also holds the build to that commit. Ends with 1 and a line at the first thing that is wrong.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

type Build = {
  /** What runs it, and its words. */
  readonly command: readonly string[];
  /** What `version -o json` must say about the runtime. */
  readonly runtime: { readonly form: 'executable' | 'npm'; readonly front: boolean };
};

const root = join(import.meta.dirname, '..');
const isWindows = process.platform === 'win32';
const programName = isWindows ? 'kubectl-oidc.exe' : 'kubectl-oidc';

function main(): void {
  const { values, positionals } = parseArgs({
    options: { kubectl: { type: 'string' }, commit: { type: 'string' } },
    allowPositionals: true,
  });
  const [given, ...others] = positionals;
  if (given === undefined || others.length > 0) throw new Error('give one archive, or one folder of npm');
  const scratch = mkdtempSync(join(tmpdir(), 'kubectl-oidc-try-'));
  try {
    const build = statSync(given).isDirectory() ? fromNpm(resolve(given)) : fromArchive(given, scratch);
    step('version -o json', () => tryVersion(build.command, build.runtime, values.commit));
    step('--help', () => assert.match(answerOf([...build.command, '--help']), /get-token/));
    step('a wrong use is one line and status 2', () => tryWrongUse(build.command));
    if (process.platform !== 'linux') step('the keychain', () => tryKeychain(build.command));
    const { kubectl } = values;
    if (kubectl !== undefined) step('kubectl oidc', () => tryKubectl(kubectl, build, scratch));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function step(what: string, check: () => void): void {
  check();
  console.log(`ok  ${what}`);
}

function fromNpm(folder: string): Build {
  const entry = join(folder, 'node_modules/kubectl-oidc/bin/kubectl-oidc.js');
  return { command: [process.execPath, entry], runtime: { form: 'npm', front: false } };
}

/** Unpacks it beside a link-free path, and looks at what must be in it. */
function fromArchive(archive: string, scratch: string): Build {
  const target = /^kubectl-oidc-(\w+-\w+)\.(?:tar\.gz|zip)$/.exec(basename(archive))?.[1] ?? '';
  const folder = join(scratch, 'unpacked');
  mkdirSync(folder);
  // Windows' own tar unpacks zip files; the one of Git's shell does not.
  const tar = isWindows ? join(process.env.SystemRoot ?? 'C:\\Windows', 'System32/tar.exe') : 'tar';
  answerOf([tar, '-xf', resolve(archive), '-C', folder]);
  const names = readdirSync(folder);
  for (const name of [programName, 'keytar.node', 'LICENSE', 'THIRD-PARTY-NOTICES.txt', 'sbom.cdx.json']) {
    assert.ok(names.includes(name), `${basename(archive)} holds no ${name}`);
  }
  const program = join(folder, programName);
  if (target === 'darwin-arm64')
    step('codesign --verify', () => answerOf(['codesign', '--verify', '--strict', program]));
  const isNode = target === 'darwin-amd64';
  return {
    command: [program],
    runtime: { form: isNode ? 'npm' : 'executable', front: target.startsWith('linux-') },
  };
}

function tryVersion(command: readonly string[], runtime: Build['runtime'], commit?: string): void {
  const said = JSON.parse(answerOf([...command, 'version', '-o', 'json']));
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { platform, arch } = process;
  assert.equal(said.version, version);
  if (commit !== undefined) assert.equal(said.commit, commit);
  assert.deepEqual({ ...said.runtime, node: '' }, { node: '', platform, arch, ...runtime });
  // Linux runners have no keyring in their session; the tests bring one.
  if (platform !== 'linux') assert.deepEqual(said.store, { place: 'keychain' });
}

function tryWrongUse(command: readonly string[]): void {
  const { status, stdout, stderr } = run([...command, 'get-token']);
  assert.deepEqual([status, stdout], [2, ''], stderr);
  assert.match(stderr, /^kubectl-oidc: --issuer-url is missing\.[^\n]*\n$/);
}

/** Through the process of the build that talks to the keychain (src/edge/store/keychain-worker.ts). */
function tryKeychain(command: readonly string[]): void {
  const account = `kubectl-oidc try ${randomUUID()}`;
  const ask = (question: object): unknown =>
    JSON.parse(
      answerOf([...command, 'keychain-worker'], { input: JSON.stringify({ account, ...question }) }),
    );
  // Longer than one item of Windows.
  const value = 'secret'.repeat(1000);
  try {
    assert.deepEqual(ask({ operation: 'write', value }), { kind: 'done' });
    assert.deepEqual(ask({ operation: 'read' }), { kind: 'found', value });
  } finally {
    assert.deepEqual(ask({ operation: 'delete' }), { kind: 'done' });
  }
  assert.deepEqual(ask({ operation: 'read' }), { kind: 'absent' });
}

function tryKubectl(kubectl: string, { command, runtime }: Build, scratch: string): void {
  const [program = ''] = command;
  assert.equal(basename(program), programName, 'only an archive can be tried with kubectl');
  const bin = join(scratch, 'bin');
  mkdirSync(bin);
  const own = join(bin, isWindows ? 'kubectl.exe' : 'kubectl');
  copyFileSync(kubectl, own);
  const path = [bin, join(program, '..'), process.env.PATH ?? ''].join(delimiter);
  const environment = { ...process.env, PATH: path };
  const said = JSON.parse(answerOf([own, 'oidc', 'version', '-o', 'json'], { environment }));
  assert.equal(said.runtime.form, runtime.form);
}

type Running = { readonly input?: string; readonly environment?: NodeJS.ProcessEnv };

function run([program = '', ...words]: readonly string[], { input = '', environment }: Running = {}) {
  const ended = spawnSync(program, words, {
    input,
    encoding: 'utf8',
    timeout: 60_000,
    ...(environment && { env: environment }),
  });
  if (ended.error !== undefined) throw ended.error;
  return ended;
}

/** Its stdout; throws with its stderr where it did not end with 0. */
function answerOf(command: readonly string[], running?: Running): string {
  const { status, signal, stdout, stderr } = run(command, running);
  assert.equal(status, 0, `${command.join(' ')} ended with ${status ?? signal}: ${stderr}`);
  return stdout;
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
