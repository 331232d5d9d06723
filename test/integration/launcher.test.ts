import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programFiles } from '../../scripts/archives/program-files.ts';
import { targetNamed } from '../../scripts/archives/targets.ts';
import { bundle } from '../../scripts/parts/bundle.ts';
import { runProgram } from './lab.ts';

// The archive for Macs with an Intel processor has node, its files and a launcher in sh. This is that form with this
// machine's node.
describe('the launcher', () => {
  let folder: string;
  let link: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'launcher-'));
    const target = targetNamed(process.arch === 'arm64' ? 'linux-arm64' : 'linux-amd64');
    const files = await programFiles({ ...target, form: 'node' }, await bundle('beside-node'));
    for (const { name, mode, content } of files) {
      mkdirSync(dirname(join(folder, 'store', name)), { recursive: true });
      writeFileSync(join(folder, 'store', name), content, { mode });
    }
    mkdirSync(join(folder, 'bin'));
    symlinkSync('store/kubectl-oidc', join(folder, 'hop'));
    symlinkSync('../hop', join(folder, 'bin/kubectl-oidc'));
    link = join(folder, 'bin/kubectl-oidc');
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('starts the program through links, from any folder, with its arguments as they are', async () => {
    const env = { HOME: folder, PATH: '/usr/bin:/bin' };
    const { stdout, stderr } = await runProgram(link, ['version', '-o', 'json'], { env, cwd: '/' });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout).runtime).toMatchObject({ form: 'archive', front: false });
    const odd = await runProgram(link, ['status', '--kubeconfig', "it's  $HOME\n*"], { env });
    expect([odd.stderr, odd.status]).toEqual([expect.stringContaining("it's  $HOME"), 2]);
  });

  it('lets no variable of Node or OpenSSL load code', async () => {
    const marker = join(folder, 'ran');
    const evil = join(folder, 'evil.mjs');
    writeFileSync(
      evil,
      `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(marker)}, '');`,
    );
    const env = {
      HOME: folder,
      PATH: '/usr/bin:/bin',
      NODE_OPTIONS: `--import=${evil}`,
      NODE_V8_COVERAGE: join(folder, 'coverage'),
      NODE_COMPILE_CACHE: join(folder, 'cache'),
      OPENSSL_CONF: join(folder, 'missing.cnf'),
    };
    const { status } = await runProgram(link, ['--version'], { env });
    expect(status).toBe(0);
    for (const name of ['ran', 'coverage', 'cache']) expect(existsSync(join(folder, name))).toBe(false);
  });

  it('lets no variable of bash, which is sh on a Mac, run or trace anything', async () => {
    symlinkSync('/bin/bash', join(folder, 'sh'));
    const launcher = readFileSync(join(folder, 'store/kubectl-oidc'), 'utf8');
    const byBash = join(folder, 'store/by-bash');
    writeFileSync(byBash, launcher.replace('#!/bin/sh', `#!${folder}/sh`), { mode: 0o755 });
    const marker = join(folder, 'ran-by-bash');
    const env = {
      HOME: folder,
      PATH: '/usr/bin:/bin',
      SHELLOPTS: 'xtrace',
      PS4: `$(: > ${marker})`,
      ...Object.fromEntries(
        ['[', 'test', 'unset', 'exec'].map((name) => [
          `BASH_FUNC_${name}%%`,
          `() { : > ${marker}; return 1; }`,
        ]),
      ),
    };
    const { stderr, status } = await runProgram(byBash, ['--version'], { env });
    expect([stderr, status, existsSync(marker)]).toEqual(['', 0, false]);
  });

  it('lets SIGUSR1 open no inspector', async () => {
    const child = spawn(link, ['keychain-worker'], {
      env: { HOME: folder },
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    const stderr = text(child.stderr);
    const threads = () => readdirSync(`/proc/${child.pid}/task`).length;
    // sh has one thread; node has its signal handlers once it has its others.
    await expect.poll(threads, { timeout: 10_000 }).toBeGreaterThan(4);
    child.kill('SIGUSR1');
    child.stdin.end();
    await once(child, 'exit');
    expect(await stderr).not.toContain('Debugger');
  });
});
