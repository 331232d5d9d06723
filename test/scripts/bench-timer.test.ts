import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildEmptyProgram, buildTimer, findCompiler, type Timer } from '../../scripts/bench/timer.ts';

let folder: string;
let compiler: string;
let time: Timer['time'];
let spans: Timer['spans'];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'timer-'));
  compiler = await findCompiler(console.log);
  const env = { OF_CLIENT: 'yes', PATH: process.env.PATH ?? '' };
  ({ time, spans } = await buildTimer(compiler, { folder, env, say: console.log }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A contestant that appends to a file what `script` prints. */
const noting = (file: string, script: string, env: Readonly<Record<string, string>> = {}) => ({
  program: '/bin/sh',
  words: ['-c', `{ ${script}; } >> "$0"`, join(folder, file)],
  env,
});
const linesOf = (file: string): readonly string[] =>
  readFileSync(join(folder, file), 'utf8').trimEnd().split('\n');

test('programs run in turns, no one always behind the same other, and every call has a client process of its own', async () => {
  const contestants = ['a', 'b'].map((name) => noting('turns', `echo ${name} $PPID`));
  const lists = await time({ contestants, rounds: 19, warmUps: 1 });
  expect(lists.map((list) => list.length)).toEqual([19, 19]);
  const calls = linesOf('turns').map((line) => line.split(' '));
  const rounds = Array.from({ length: 20 }, (_, round) => calls.slice(2 * round, 2 * round + 2));
  const orders = rounds.map((round) => round.map(([name]) => name).join());
  expect(new Set(orders)).toEqual(new Set(['a,b', 'b,a']));
  expect(new Set(calls.map(([, client]) => client)).size).toBe(40);
});

test('a variable of the program is not one of its client, and one of the client is one of the program', async () => {
  const script =
    'tr "\\0" "\\n" < /proc/$PPID/environ | grep -cE "^(BROUGHT|OF_CLIENT)="; echo "$BROUGHT $OF_CLIENT"';
  await time({ contestants: [noting('variables', script, { BROUGHT: 'with blanks' })], rounds: 1 });
  expect(linesOf('variables')).toEqual(['1', 'with blanks yes']);
});

test('what is measured is from the start to the end, of all clients together when they start at once', async () => {
  const sleep = { program: '/bin/sleep', words: ['0.3'] };
  const [one = []] = await time({ contestants: [sleep], rounds: 2 });
  const [crowd = []] = await time({ contestants: [sleep], rounds: 1, clients: 10 });
  for (const ms of [...one, ...crowd]) {
    expect(ms).toBeGreaterThanOrEqual(300);
    expect(ms).toBeLessThan(3000);
  }
});

test('calls keep their pace, and their moments are those of this process', async () => {
  const now = () => Number(process.hrtime.bigint()) / 1e6;
  const before = now();
  const [calls = []] = await spans({
    contestants: [{ program: '/bin/true', words: [] }],
    rounds: 4,
    everyMs: 200,
  });
  const moments = [before, ...calls.flatMap((call) => call.slice(0, 2)), now()];
  expect(moments).toEqual(moments.toSorted((one, other) => one - other));
  for (const [index, [startedMs]] of calls.entries()) {
    expect(startedMs - before).toBeGreaterThanOrEqual(index * 200);
  }
});

test('the memory of a call is that of the program at its largest, whatever it became by exec', async () => {
  const filled = (megabytes: number) => ({
    program: '/bin/sh',
    words: ['-c', `exec dd if=/dev/zero of=/dev/null bs=${megabytes}M count=1 status=none`],
  });
  const [[small] = [], [large] = []] = await spans({ contestants: [filled(1), filled(100)], rounds: 1 });
  const added = ((large?.[2] ?? 0) - (small?.[2] ?? 0)) / 1024;
  expect(added).toBeGreaterThan(95);
  expect(added).toBeLessThan(105);
});

test('a program that fails or is not there ends the measurement, by its name', async () => {
  const failing = { program: '/bin/false', words: ['get-token'] };
  await expect(time({ contestants: [failing], rounds: 1 })).rejects.toThrow(
    '/bin/false get-token ended with',
  );
  const missing = { program: join(folder, 'missing'), words: [] };
  await expect(time({ contestants: [missing], rounds: 1 })).rejects.toThrow('missing');
});

test('the empty program does nothing', async () => {
  const empty = await buildEmptyProgram(compiler, folder, console.log);
  expect(await time({ contestants: [{ program: empty, words: [] }], rounds: 1 })).toHaveLength(1);
});
