// The programs in C that the bench needs: the timer, and the empty program that a hit is held against. A timer in Node
// would add milliseconds of noise to answers that take half of one.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { installPackages, whichProgram } from '../parts/packages.ts';
import { dyingWithUs } from '../parts/process.ts';
import { runStep, type Say } from '../parts/progress.ts';

/** A program that is measured; `env` are the variables that its client itself does not have. */
export type Contestant = {
  readonly program: string;
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};

export type Turns = {
  /** Measured in turns: every round runs each of them once, in an order of its own. */
  readonly contestants: readonly Contestant[];
  readonly rounds: number;
  readonly warmUps?: number;
  /** So many clients at once make one call; default 1. */
  readonly clients?: number;
  /** A call begins so long after the one before at the earliest; default 0. */
  readonly everyMs?: number;
};

/**
 * When a call started and ended, in milliseconds of the clock that `process.hrtime` shows (CLOCK_MONOTONIC), and how
 * much memory the program took at its largest, its children and what it became by exec included one by one.
 */
export type Span = readonly [startedMs: number, endedMs: number, peakKiB: number];

export type Timer = {
  /** Milliseconds of every call, a list for each contestant. Rejects when a program ends with a status other than 0. */
  readonly time: (turns: Turns) => Promise<readonly (readonly number[])[]>;
  /** The same, with the moments and the memory. */
  readonly spans: (turns: Turns) => Promise<readonly (readonly Span[])[]>;
};

/** A compiler of C; installs Debian's where there is none. Rejects with the line that says what to install. */
export async function findCompiler(say: Say): Promise<string> {
  const find = () => ['cc', 'gcc', 'clang'].map(whichProgram).find((path) => path !== undefined);
  if (find() === undefined) await installPackages(['gcc', 'libc6-dev'], say);
  const found = find();
  if (found === undefined) throw new Error('gcc is installed, but there is no cc, gcc or clang on PATH');
  return found;
}

/** Builds the timer into `folder`. The clients that it makes have the variables `env`, nothing else. */
export async function buildTimer(
  compiler: string,
  { folder, env, say }: { readonly folder: string; readonly env: NodeJS.ProcessEnv; readonly say: Say },
): Promise<Timer> {
  const program = join(folder, 'timer');
  const source = join(import.meta.dirname, 'timer.c');
  const command = [compiler, '-O2', '-o', program, source] as const;
  await runStep({ title: 'building the timer', command, env: process.env }, say);
  const apart = await ownKeyringPrefix(say);
  const spans: Timer['spans'] = async (turns) => {
    const plan = join(folder, 'timer.plan');
    await writeFile(plan, turns.contestants.map(planOf).join(''), { mode: 0o600 });
    const { warmUps = 0, rounds, clients = 1, everyMs = 0 } = turns;
    const words = [plan, ...[warmUps, rounds, clients, everyMs].map(String)];
    const [first = program, ...rest] = [...apart, ...dyingWithUs([program, ...words])];
    const child = spawn(first, rest, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const [[status], stdout, stderr] = await Promise.all([
      once(child, 'close'),
      text(child.stdout),
      text(child.stderr),
    ]);
    if (status !== 0) throw new Error(stderr.trim() || `the timer ended with ${status}`);
    return JSON.parse(stdout);
  };
  const time: Timer['time'] = async (turns) =>
    (await spans(turns)).map((list) => list.map(([startedMs, endedMs]) => endedMs - startedMs));
  return { spans, time };
}

/**
 * Before a command, so that it gets a user keyring of the kernel of its own, with its user namespace: the front keeps
 * its memos in the user's, and empties it when any login of the user changes, that of a test or of a person too.
 */
async function ownKeyringPrefix(say: Say): Promise<readonly string[]> {
  const prefix = ['unshare', '--user', '--map-current-user', '--'] as const;
  try {
    await runStep({ title: 'a user namespace', command: [...prefix, 'true'], env: process.env }, say);
    return prefix;
  } catch {
    say('No user namespace here: a kubectl oidc login elsewhere disturbs what is measured.');
    return [];
  }
}

function planOf({ program, words, env = {} }: Contestant): string {
  const lines = [
    `program ${program}`,
    ...words.map((word) => `word ${word}`),
    ...Object.entries(env).map(([name, value]) => `env ${name}=${value}`),
  ];
  const broken = lines.find((line) => line.includes('\n'));
  if (broken !== undefined) throw new Error(`the timer's plan has no words of two lines: ${broken}`);
  return `${lines.join('\n')}\n`;
}

/** Path of a static program that does nothing. Rejects where the compiler cannot link one. */
export async function buildEmptyProgram(compiler: string, folder: string, say: Say): Promise<string> {
  const source = join(folder, 'empty.c');
  const program = join(folder, 'empty');
  await writeFile(source, 'int main(void) { return 0; }\n');
  const command = [compiler, '-O2', '-static', '-o', program, source] as const;
  await runStep({ title: 'building an empty static C program', command, env: process.env }, say);
  return program;
}
