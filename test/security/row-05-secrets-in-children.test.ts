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

test('row 5: no token, verifier or code is in the arguments or the environment of a program that a login starts', async () => {
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
  expect(started).not.toMatch(/code_verifier|refresh_token|client_secret|[?&]code=/);
});

test('row 5: the opened address holds what the browser needs and no secret of ours', async () => {
  const [opened = ''] = await lab.desktop.opened();
  const usual = ['client_id', 'redirect_uri', 'response_type', 'scope', 'state', 'nonce', 'code_challenge'];
  const names = [...new URL(opened).searchParams.keys()];
  expect(names.toSorted()).toEqual([...usual, 'code_challenge_method', 'prompt'].toSorted());
});
