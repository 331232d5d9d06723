import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kubeconfigFor, type Lab, openLab, program } from '../integration/lab.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.stop());

const jwt = /ey[\w-]{16,}\.[\w-]{16,}\.[\w-]{16,}/;

test('row 5: no token, verifier, code, state or nonce is in the arguments or the environment of a program that a login starts', async () => {
  const file = join(lab.folder, 'config');
  const api = { url: 'https://127.0.0.1:6443', caPem: lab.caFile };
  await writeFile(file, JSON.stringify(kubeconfigFor(lab, api)));
  const log = join(lab.folder, 'strace.log');
  // -v prints the environment as well.
  const strace = ['-f', '-qq', '-v', '-s', '100000', '-e', 'trace=execve', '-e', 'signal=none', '-o', log];
  const words = [program, 'login', `--kubeconfig=${file}`];
  const ended = await lab.exec('strace', [...strace, process.execPath, ...words]);
  expect(ended.status).toBe(0);
  const started = await readFile(log, 'utf8');
  expect(started).toContain('xdg-open');
  expect(started).toContain('HOME=');
  expect(started).not.toMatch(jwt);
  expect(started).not.toMatch(
    /code_verifier|code_challenge|refresh_token|client_secret|[?&](code|state|nonce)=/,
  );
});

test('row 5: the opened address is a one-time address of ours and tells nothing of the sign-in', async () => {
  const [opened = ''] = await lab.desktop.opened();
  expect(opened).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{22}$/);
});
