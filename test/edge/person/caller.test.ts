import { spawn } from 'node:child_process';
import { constants, copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CallerQuestion, readCaller } from '../../../src/edge/person/caller.ts';

const caller = new URL('../../../src/edge/person/caller.ts', import.meta.url).href;
const execInfo = '{"kind":"ExecCredential"}';
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kubectl-oidc-caller-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('on Linux', () => {
  test('a shell that runs us by hand is a shell', async () => {
    expect(await asked({ command: ['/bin/sh', '-c', 'node "$@"; :', 'sh'] })).toEqual({ kind: 'shell' });
  });

  test('any other program that runs us is a client, with its environment', async () => {
    const found = await asked({
      command: ['node', '-e', spawnRest, '--'],
      variables: { MARK: 'of the client' },
    });
    expect(found).toMatchObject({ kind: 'client', environment: { MARK: 'of the client' } });
  });

  test('a client is found behind a wrapping shell that has the same exec info', async () => {
    const wrapper = `/bin/sh -c 'node "$@"; :' sh "$@"; :`;
    const client = `require("child_process").spawnSync("/bin/sh", ["-c", ${JSON.stringify(wrapper)}, "sh", ...process.argv.slice(1)], {stdio: "inherit", env: {...process.env, KUBERNETES_EXEC_INFO: ${JSON.stringify(execInfo)}, BROUGHT: "evil"}})`;
    const found = await asked({
      command: ['node', '-e', client, '--'],
      variables: { MARK: 'of the client' },
    });
    expect(found).toMatchObject({ kind: 'client', environment: { MARK: 'of the client' } });
    expect(found.environment).not.toHaveProperty('BROUGHT');
  });

  test('a shell with exec info is a client: kubectl runs nothing for a person by hand', async () => {
    const variables = { KUBERNETES_EXEC_INFO: execInfo };
    const command = [
      'env',
      '-u',
      'KUBERNETES_EXEC_INFO',
      '/bin/sh',
      '-c',
      `KUBERNETES_EXEC_INFO='${execInfo}' node "$@"; :`,
      'sh',
    ];
    expect(await asked({ command, variables })).toMatchObject({ kind: 'client' });
  });

  test('our own front between a shell and us is looked through', async () => {
    const front = join(folder, 'kubectl-oidc');
    await copyFile(process.execPath, front, constants.COPYFILE_FICLONE);
    const script = `"${front}" -e '${spawnRest}' -- "$@"; :`;
    expect(await asked({ command: ['/bin/sh', '-c', script, 'sh'] })).toEqual({ kind: 'shell' });
  });

  test('a process that is gone or of another user hides its environment', () => {
    const question = { platform: 'linux', parentPid: 2 ** 22 + 7, execInfo, stdoutTerminal: false };
    expect(readCaller(question)).toEqual({ kind: 'client', environment: undefined });
    expect(readCaller({ ...question, execInfo: undefined })).toEqual({
      kind: 'unknown',
      environment: undefined,
    });
  });
});

test.each<[string, Partial<CallerQuestion>, string]>([
  ['a person at a terminal', { stdoutTerminal: true }, 'shell'],
  ['nobody knows', {}, 'unknown'],
  ['kubectl', { execInfo }, 'client'],
  ['kubectl with a terminal on stdout', { execInfo, stdoutTerminal: true }, 'client'],
  ['an empty exec info', { execInfo: '' }, 'unknown'],
])('elsewhere: %s', (_, question, kind) => {
  const usual = { platform: 'darwin', parentPid: process.pid, execInfo: undefined, stdoutTerminal: false };
  expect(readCaller({ ...usual, ...question })).toEqual({ kind, environment: undefined });
});

const spawnRest = 'require("child_process").spawnSync("node", process.argv.slice(1), {stdio: "inherit"})';

type Found = { kind: string; environment?: Record<string, string> };

/** Runs `command` with, at its end, the arguments of a node that reads its caller; answers what that one saw. */
async function asked({
  command,
  variables = {},
}: {
  command: string[];
  variables?: Record<string, string>;
}): Promise<Found> {
  const script = `import { readCaller } from ${JSON.stringify(caller)};
    const execInfo = process.env.KUBERNETES_EXEC_INFO;
    console.log(JSON.stringify(readCaller({ platform: process.platform, parentPid: process.ppid, execInfo, stdoutTerminal: false })));`;
  const [program = '', ...args] = command;
  const child = spawn(program, [...args, '--input-type=module', '--eval', script], {
    env: { PATH: process.env.PATH, ...variables },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks: string[] = [];
  for await (const chunk of child.stdout.setEncoding('utf8')) chunks.push(chunk);
  return JSON.parse(chunks.join(''));
}
