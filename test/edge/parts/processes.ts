// How the storage tests start their processes and keep their folders.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

const program = join(import.meta.dirname, 'store-process.ts');

/** The command of the keychain's child, as the program itself would give it. */
export const workerCommand: readonly string[] = [process.execPath, program, 'keychain-worker'];

/** An empty 0700 folder that goes with the test. */
export function freshFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'ko-'));
  // What a test ended (a shell, a browser) may write its last file while the folder is emptied.
  onTestFinished(() => rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }));
  return path;
}

/** Starts `store-process.ts`; it ends with the test at the latest. */
export function startProcess(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  const child = spawn(process.execPath, [program, ...words], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

export type Run = { readonly stdout: string; readonly stderr: string; readonly tookMs: number };

export type Traced = {
  readonly status: number | null;
  readonly stdout: string;
  readonly calls: readonly string[];
};

/**
 * Runs it to its end under strace(1), which writes down these system calls, each with the paths behind its
 * descriptors, and kills the process at the `killAt`-th of each. One thread does the work, so that they can be counted.
 */
export function traceProcess(
  words: readonly string[],
  { calls, killAt }: { readonly calls: string; readonly killAt?: number },
): Traced {
  const log = join(freshFolder(), 'strace.log');
  const inject = killAt === undefined ? [] : ['-e', `inject=${calls}:signal=KILL:when=${killAt}`];
  const strace = ['-f', '-qq', '-y', '-e', `trace=${calls}`, '-e', 'signal=none', ...inject, '-o', log];
  const ended = spawnSync('strace', [...strace, process.execPath, program, ...words], {
    env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
    encoding: 'utf8',
    timeout: 20_000,
  });
  const lines = readFileSync(log, 'utf8').split('\n');
  return {
    status: ended.status,
    stdout: ended.stdout,
    calls: lines.map((line) => line.replace(/^\d+ +/, '')).filter((line) => /^\w+\(/.test(line)),
  };
}

/** Runs it to its end. */
export async function runProcess(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const startedAt = performance.now();
  const child = startProcess(words, env);
  const [stdout, stderr] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    once(child, 'close'),
  ]);
  return { stdout, stderr, tookMs: performance.now() - startedAt };
}

/** The child has said this word on stdout. */
export async function said(child: ChildProcess, word: string): Promise<void> {
  let heard = '';
  for await (const chunk of child.stdout!.iterator({ destroyOnReturn: false })) {
    heard += chunk;
    if (heard.includes(word)) return;
  }
  throw new Error(`the process ended without "${word}": ${heard} ${await text(child.stderr!)}`);
}

/** Kills it and waits until it is gone. */
export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
