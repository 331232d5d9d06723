// Long-running programs of a test or demo: started with a log file, waited for, ended by their own ids, and never
// left behind when this process ends first.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { whichProgram } from './packages.ts';

export type Daemon = {
  readonly pid: number;
  /** Rejects with the last lines of its log when it ends by itself; never resolves. */
  readonly ended: Promise<never>;
  /** SIGTERM, then SIGKILL after a moment; resolves when it is gone. */
  readonly stop: () => Promise<void>;
};

/** The kernel ends the program when this process is gone, even by SIGKILL; util-linux has a command for that. */
export function dyingWithUs(command: readonly string[]): readonly string[] {
  const setpriv = whichProgram('setpriv');
  return setpriv === undefined ? command : [setpriv, '--pdeathsig', 'KILL', '--', ...command];
}

/** Starts a program whose output goes to `log`. */
export async function startDaemon(
  program: string,
  words: readonly string[],
  options: { readonly log: string; readonly env: NodeJS.ProcessEnv },
): Promise<Daemon> {
  const file = openSync(options.log, 'a', 0o600);
  const [first, ...rest] = dyingWithUs([program, ...words]);
  const child = spawn(first ?? program, rest, { env: options.env, stdio: ['ignore', file, file] });
  closeSync(file);
  await once(child, 'spawn');
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const gone = once(child, 'exit').finally(() => process.off('exit', endWithUs));
  const ended = gone.then(async ([status, signal]): Promise<never> => {
    throw new Error(`${basename(program)} ended (${status ?? signal}):\n${await lastLines(options.log)}`);
  });
  // Whoever waits for it hears of it; a daemon that ends when nobody waits is no unhandled rejection.
  ended.catch(() => undefined);
  return { pid: child.pid ?? 0, ended, stop: () => stop(child, gone) };
}

async function stop(child: ChildProcess, gone: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM');
  const abort = new AbortController();
  const patience = wait(5_000, 'too long' as const, { signal: abort.signal }).catch(() => 'gone');
  const outcome = await Promise.race([patience, gone]);
  abort.abort();
  if (outcome === 'too long') child.kill('SIGKILL');
  await gone;
}

/** Polls until `isReady`; rejects when a daemon ends first, or with the last lines of `log` after the deadline. */
export async function waitUntilReady(options: {
  readonly what: string;
  readonly isReady: () => Promise<boolean>;
  readonly daemons: readonly Daemon[];
  readonly deadlineMs: number;
  readonly log: string;
}): Promise<void> {
  const until = performance.now() + options.deadlineMs;
  const over = new AbortController();
  const poll = async () => {
    while (!(await options.isReady()) && !over.signal.aborted) {
      if (performance.now() > until) {
        throw new Error(
          `${options.what} is not ready after ${options.deadlineMs} ms:\n${await lastLines(options.log)}`,
        );
      }
      await wait(100);
    }
  };
  try {
    await Promise.race([poll(), ...options.daemons.map((daemon) => daemon.ended)]);
  } finally {
    over.abort();
  }
}

async function lastLines(log: string): Promise<string> {
  const lines = (await readFile(log, 'utf8')).trimEnd().split('\n');
  return lines.slice(-12).join('\n');
}

/** Ports of 127.0.0.1 that were free a moment ago, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('a listener has no port');
    ports.push(address.port);
  }
  for (const server of servers) {
    server.close();
    await once(server, 'close');
  }
  return ports;
}
