import { spawn } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { startTimeAt, statFieldsOf } from '../../../src/edge/files/process-stat.ts';
import { type CallerQuestion, readCaller } from '../../../src/edge/person/caller.ts';

const caller = new URL('../../../src/edge/person/caller.ts', import.meta.url).href;
const execInfo = '{"kind":"ExecCredential"}';

describe('on Linux', () => {
  test('a shell that runs us by hand is a shell', async () => {
    expect(await asked({ command: ['/bin/sh', '-c', 'node "$@"; :', 'sh'] })).toMatchObject({
      kind: 'shell',
    });
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
    expect(found).toMatchObject({ kind: 'client', environment: { MARK: 'of the client' }, ...found.started });
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

  test('a process that is gone or of another user hides its environment', () => {
    const question = { platform: 'linux', parentPid: 2 ** 22 + 7, execInfo, stdoutTerminal: false };
    const hidden = { environment: undefined, pid: question.parentPid, startTime: '' };
    expect(readCaller(question)).toEqual({ ...hidden, kind: 'client' });
    expect(readCaller({ ...question, execInfo: undefined })).toEqual({ ...hidden, kind: 'unknown' });
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
  expect(readCaller({ ...usual, ...question })).toEqual({
    ...{ kind, environment: undefined },
    ...{ pid: process.pid, startTime: '' },
  });
});

const spawnRest = 'require("child_process").spawnSync("node", process.argv.slice(1), {stdio: "inherit"})';

type Found = {
  kind: string;
  environment?: Record<string, string>;
  /** Of the first process of the command. */
  started: { pid: number; startTime: string };
};

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
  const { pid = 0 } = child;
  const started = { pid, startTime: statFieldsOf(pid)[startTimeAt] };
  const chunks: string[] = [];
  for await (const chunk of child.stdout.setEncoding('utf8')) chunks.push(chunk);
  return { ...JSON.parse(chunks.join('')), started };
}
