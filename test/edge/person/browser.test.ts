import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const browser = new URL('../../../src/edge/person/browser.ts', import.meta.url).href;
let folder: string;
let record: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kubectl-oidc-opener-'));
  record = join(folder, 'record');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the address goes to the browser as one argument', async () => {
  const url = 'https://idp.test/authorize?scope=openid+groups&state=$(touch%20x)&x=%27;`id`';
  expect(await open(url, await browserThat(`printf '%s\\n' "$#" "$@" > "${record}"`))).toEqual({
    kind: 'opened',
  });
  expect(await readFile(record, 'utf8')).toBe(`1\n${new URL(url).href}\n`);
});

test('a browser that stays open is not waited for, and lives on after us', async () => {
  const script = `echo started > "${record}"; read -r _ < "${folder}/go"; echo outlived > "${record}"`;
  await once(spawn('mkfifo', [join(folder, 'go')]), 'close');
  expect(await open('https://idp.test/', await browserThat(script))).toEqual({ kind: 'opened' });
  expect(await readFile(record, 'utf8')).toBe('started\n');
  await writeFile(join(folder, 'go'), 'now\n');
  await expect.poll(() => readFile(record, 'utf8')).toBe('outlived\n');
});

test('a sign-in that is over does not wait for the opener', async () => {
  const program = await browserThat(`read -r _ < "${folder}/go"`);
  const startedAt = performance.now();
  expect(await open('https://idp.test/', program, { watchMs: 1 })).toEqual({ kind: 'opened' });
  expect(performance.now() - startedAt).toBeLessThan(2500);
  await writeFile(join(folder, 'go'), 'now\n');
});

test('where no browser can be found it says so, quickly', async () => {
  const startedAt = performance.now();
  const outcome = await open('https://idp.test/', join(folder, 'no-such-browser'));
  expect(outcome).toEqual({
    kind: 'no-browser',
    reason: expect.stringMatching(/^the opener ended with status \d$/),
  });
  expect(performance.now() - startedAt).toBeLessThan(3000);
});

test('where the opener finds none of its own programs it says so', async () => {
  const outcome = await open('https://idp.test/', '/bin/true', { PATH: folder });
  expect(outcome).toMatchObject({ kind: 'no-browser' });
});

test.each(['file:///etc/passwd', 'javascript:alert(1)', '/etc/passwd', '--version', ''])(
  '"%s" is not opened',
  async (url) => {
    await rm(record, { force: true });
    const outcome = await open(url, await browserThat(`touch "${record}"`));
    expect(outcome).toEqual({ kind: 'no-browser', reason: 'not a web address' });
    await expect(readFile(record)).rejects.toMatchObject({ code: 'ENOENT' });
  },
);

/** A program that stands for the person's browser. */
async function browserThat(script: string): Promise<string> {
  const path = join(folder, 'browser');
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

/** Opens in a process of its own, as the opener inherits the environment; answers the outcome once that process has ended. */
async function open(
  url: string,
  program: string,
  { watchMs = 60_000, ...extra }: { watchMs?: number; PATH?: string } = {},
): Promise<object> {
  const script = `import { openBrowser } from ${JSON.stringify(browser)};
    console.log(JSON.stringify(await openBrowser(${JSON.stringify(url)}, AbortSignal.timeout(${watchMs}))));`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    env: { PATH: process.env.PATH, HOME: folder, BROWSER: program, ...extra },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks: string[] = [];
  for await (const chunk of child.stdout.setEncoding('utf8')) chunks.push(chunk);
  return JSON.parse(chunks.join(''));
}
