import { spawn } from 'node:child_process';
import { json } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { judgeApproval, unnamedServer } from '../../src/oidc/approval.ts';
import {
  type Brought,
  broughtVariables,
  environmentToApprove,
  refuseMovedStore,
} from '../../src/oidc/environment.ts';

const source = (path: string) => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);
const execInfo = '{"kind":"ExecCredential"}';

const storeMoving: Readonly<Record<string, string>> = {
  HOME: '/tmp/evil',
  KUBECTL_OIDC_HOME: '/tmp/evil',
  XDG_RUNTIME_DIR: '/tmp/evil',
  XDG_DATA_HOME: '/tmp/evil',
  XDG_CONFIG_HOME: '/tmp/evil',
  DBUS_SESSION_BUS_ADDRESS: 'unix:path=/tmp/evil',
  SECRET_BACKEND: 'file',
  SECRET_FILE_TEST_PATH: '/tmp/evil',
};
const routing: Readonly<Record<string, string>> = {
  HTTPS_PROXY: 'http://evil.test',
  https_proxy: 'http://evil.test',
  ALL_PROXY: 'socks5://evil.test',
  NO_PROXY: '',
  SSL_CERT_FILE: '/tmp/evil.pem',
  SSL_CERT_DIR: '/tmp/evil',
  NODE_EXTRA_CA_CERTS: '/tmp/evil.pem',
  NODE_OPTIONS: '--no-deprecation',
  OPENSSL_CONF: '/dev/null',
  BROWSER: '/tmp/evil',
  LD_LIBRARY_PATH: '/tmp/evil',
  GIO_MODULE_DIR: '/tmp/evil',
};
const programs = { PATH: `/tmp/evil:${process.env.PATH}`, DISPLAY: ':66', GIO_LAUNCH_DESKTOP: '/tmp/evil' };

test.each([
  ['directly', false],
  ['through a wrapping shell', true],
])('row 29: what a hostile entry sets over a real client is found, %s', async (_, wrapped) => {
  const brought = await broughtBy({ ...storeMoving, ...routing, ...programs }, wrapped);
  expect(brought.storeMoving.toSorted()).toEqual(Object.keys(storeMoving).toSorted());
  expect(brought.broughtEnvironment).toEqual({ ...routing, ...programs });
});

test('row 29: an honest entry brings nothing but its settings', async () => {
  expect(await broughtBy({ KUBECTL_OIDC_ACCOUNT: 'ada' }, true)).toEqual({
    storeMoving: [],
    broughtEnvironment: {},
  });
});

test.each(Object.keys(storeMoving))('row 29: %s is refused, and can never be approved', async (name) => {
  const entry = { [name]: storeMoving[name] ?? '' };
  const reading = { own: entry, caller: {}, platform: 'linux', home: '/home/ada', uid: 1000 };
  const refused = expect.objectContaining({ code: 'refused', message: expect.stringContaining(name) });
  expect(() => refuseMovedStore(broughtVariables(reading))).toThrowError(refused);
  expect(() => refuseMovedStore(broughtVariables({ ...reading, caller: undefined }))).toThrowError(refused);
  expect(() => environmentToApprove(entry, reading)).toThrowError(refused);
});

test.each(Object.keys(routing))(
  'row 29: %s is refused unless it was approved with this very value',
  (name) => {
    const approved = { apiServer: unnamedServer, environment: { [name]: 'the approved one' }, approvedAt: 1 };
    const caller = { kind: 'unannounced-client' } as const;
    for (const environment of [undefined, {}]) {
      const brought = (value: string) =>
        broughtVariables({
          own: { [name]: value },
          caller: environment,
          platform: 'linux',
          home: '/h',
          uid: 1,
        });
      const verdict = (value: string) =>
        judgeApproval([approved], caller, brought(value).broughtEnvironment).kind;
      expect(verdict(routing[name] ?? '')).toBe('foreign-environment');
      expect(verdict('the approved one')).toBe('approved');
    }
  },
);

/** A client of its own process (as kubectl is) runs an entry with these variables; answers what the entry's program found. */
async function broughtBy(variables: Readonly<Record<string, string>>, wrapped: boolean): Promise<Brought> {
  const program = `import { readCaller } from ${source('edge/person/caller.ts')};
    import { broughtVariables } from ${source('oidc/environment.ts')};
    const { platform, ppid, env } = process;
    const { kind, environment } = readCaller({ platform, parentPid: ppid, execInfo: env.KUBERNETES_EXEC_INFO, stdoutTerminal: false });
    if (kind !== 'client' || environment === undefined) throw new Error(kind);
    console.log(JSON.stringify(broughtVariables({ own: env, caller: environment, platform, home: '/home/ada', uid: 1000 })));`;
  const entry = [process.execPath, '--input-type=module', '--eval', program];
  const command = wrapped ? ['/bin/sh', '-c', '"$@"; exit $?', 'sh', ...entry] : entry;
  const env = { ...variables, KUBERNETES_EXEC_INFO: execInfo };
  const client = `const [program, ...args] = ${JSON.stringify(command)};
    const env = { ...process.env, ...${JSON.stringify(env)} };
    require('node:child_process').spawnSync(program, args, { stdio: 'inherit', env });`;
  const clientEnvironment = { PATH: process.env.PATH, HOME: '/home/ada', DISPLAY: ':0' };
  const child = spawn(process.execPath, ['--eval', client], {
    env: clientEnvironment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return (await json(child.stdout)) as Brought;
}
