// Running other programs for minutes without going silent.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Says one line to whoever watches. */
export type Say = (line: string) => void;

export type Step = {
  /** What is being done, as a line may start with it. */
  readonly title: string;
  readonly command: readonly [program: string, ...words: string[]];
  readonly cwd?: string;
  readonly env: NodeJS.ProcessEnv;
};

const everyMs = 15_000;

/** Runs a program to its end and answers its stdout; a line with the elapsed time every 15 s. Rejects with its last lines. */
export async function runStep({ title, command, cwd, env }: Step, say: Say): Promise<string> {
  const startedAt = performance.now();
  const seconds = () => Math.round((performance.now() - startedAt) / 1000);
  const timer = setInterval(() => say(`  ${title}: ${seconds()} s`), everyMs);
  try {
    const [program, ...words] = command;
    const child = spawn(program, words, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const tail: string[] = [];
    createInterface({ input: child.stderr }).on('line', (line) => {
      tail.push(line);
      if (tail.length > 15) tail.shift();
    });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
    });
    const [status] = await once(child, 'close');
    if (status !== 0) {
      const said = [...tail, ...stdout.trimEnd().split('\n').slice(-15)].filter(Boolean).join('\n    ');
      throw new Error(`${title} failed (${status}): ${command.join(' ')}\n    ${said}`);
    }
    if (performance.now() - startedAt > everyMs) say(`  ${title}: done in ${seconds()} s`);
    return stdout;
  } finally {
    clearInterval(timer);
  }
}
