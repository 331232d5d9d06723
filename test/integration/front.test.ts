import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type ApiServer, startApiServer } from '../../scripts/parts/api-server.ts';
import { authenticationConfigurationOf } from '../../scripts/parts/api-server-settings.ts';
import { type Assets, assetsForTests } from '../../scripts/parts/assets.ts';
import { makeDesktop } from '../../scripts/parts/person.ts';
import { waitUntilReady } from '../../scripts/parts/process.ts';
import { linuxArchive } from './archive.ts';
import { alice, type Ended, execInfoFor, type Lab, openLab } from './lab.ts';
import { makeOlder } from './older-login.ts';

const bob = { subject: 'bob', email: 'bob@example.com', groups: ['devs'] };

// kubectl, the front, main and the API server, told in order: the tests of this file build on each other.
describe('kubectl through the front', () => {
  let lab: Lab;
  let main: string;
  let apiServer: ApiServer;
  let assets: Required<Assets>;
  const kubectl = (...words: string[]): Promise<Ended> => lab.exec(assets.kubectl, words);

  beforeAll(async () => {
    assets = assetsForTests(process.env);
    const { program } = await linuxArchive();
    main = `${program}-main`;
    lab = await openLab({ program, people: [alice, bob] });
    const folder = join(lab.folder, 'api');
    apiServer = await startApiServer({ assets, folder, certificates: lab.certificates });
    await setAuthentication();
  }, 180_000);
  afterAll(async () => {
    await apiServer?.stop();
    await lab?.stop();
  }, 60_000);

  it('setup, which runs behind the front, names the front to kubectl', async () => {
    await setUp('alice', apiServer.server);
    const config = parse((await kubectl('config', 'view', '--raw')).stdout);
    expect(config.users.map(({ user }: User) => user.exec.command)).toEqual([lab.program]);
    const found = await lab.oidc(['version', '-o', 'json']);
    expect(JSON.parse(found.stdout)).toMatchObject({
      runtime: { front: true },
      store: { place: 'keychain' },
    });
  });

  it('the second kubectl needs no main program', async () => {
    await signIn('alice');
    expect(await personOf('alice')).toBe('oidc:alice');
    await withoutMain(async () => {
      for (let call = 0; call < 3; call += 1) expect(await personOf('alice')).toBe('oidc:alice');
    });
  });

  it('two contexts never share a memo, whatever they have in common', async () => {
    await setUp('bob', apiServer.server, '--account=bob');
    await person(bob.subject);
    await signIn('bob');
    expect(await personOf('bob')).toBe('oidc:bob');
    expect(await personOf('alice')).toBe('oidc:alice');
    await withoutMain(async () => {
      for (const name of ['bob', 'alice', 'bob']) expect(await personOf(name)).toBe(`oidc:${name}`);
    });
    await setUpAsStranger('evil', apiServer.server.replace('127.0.0.1', 'localhost'));
    const evil = await kubectl('--context=evil', 'auth', 'whoami');
    expect(evil.stderr).toContain('is not approved to receive tokens');
    expect(evil.stdout).toBe('');
  });

  it('what only the front may say is not believed from an entry', async () => {
    await makeOlder(lab, 400);
    const before = lab.provider.requests.token;
    for (const env of [{ KUBECTL_OIDC_REFRESH: 'refused' }, { KUBECTL_OIDC_REFRESH: 'early' }]) {
      expect((await lab.getToken(serverOf(apiServer), { env })).status).toBe(0);
    }
    expect(lab.provider.requests.token).toBe(before);
  });

  it('one client that sends one token to two clusters met no 401', async () => {
    const other = { url: 'https://127.0.0.1:6443', caPem: lab.certificates.certPem };
    expect((await lab.signIn(other)).status).toBe(0);
    await makeOlder(lab, 120);
    const before = lab.provider.requests.token;
    const ask = (info: string) => `env KUBERNETES_EXEC_INFO="$${info}" "$@" || exit`;
    const line = [...['A', 'B'].map(ask), 'exit 0'].join('; ');
    const words = ['-c', line, 'client', lab.program, 'get-token', ...lab.loginFlags];
    const env = { A: execInfoFor({ ...other, url: apiServer.server }), B: execInfoFor(other) };
    for (const _ of ['from main', 'from memos']) {
      const { status, stdout } = await lab.exec('/bin/sh', words, { env });
      const [first, second] = stdout.trim().split('\n');
      expect([status, second]).toEqual([0, first]);
    }
    expect(lab.provider.requests.token).toBe(before);
  });

  it('a token that the API server does not take any more is replaced, with one refresh', async () => {
    await person(alice.subject);
    await signIn('alice');
    await makeOlder(lab, 120);
    expect(await personOf('alice')).toBe('oidc:alice');
    const { token } = JSON.parse((await lab.getToken(serverOf(apiServer))).stdout).status;
    const { iat } = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
    // Tokens of one second are the same bytes.
    lab.provider.setIdTokenTtl(299);
    await setAuthentication({ expression: `claims.iat > ${iat}`, message: 'from before the change' });
    const bare = await bareKubeconfig(token);
    const isOut = async () => (await kubectl('--kubeconfig', bare, 'auth', 'whoami')).status !== 0;
    const what = 'the refusal of the old token';
    await waitUntilReady({ what, isReady: isOut, daemons: [], deadlineMs: 25_000, log: '/dev/null' });
    const before = lab.provider.requests.token;
    await kubectl('--context=alice', 'get', 'pods');
    expect(lab.provider.requests.token - before).toBe(1);
    expect(await personOf('alice')).toBe('oidc:alice');
    await withoutMain(async () => expect(await personOf('alice')).toBe('oidc:alice'));
    expect(lab.provider.requests.token - before).toBe(1);
    await setAuthentication();
  }, 90_000);

  it('near its end the token is answered at once, and refreshed behind that', async () => {
    lab.provider.setIdTokenTtl(20);
    await signIn('alice');
    lab.provider.setIdTokenTtl(300);
    expect(await personOf('alice')).toBe('oidc:alice');
    const opened = (await lab.desktop.opened()).length;
    const before = lab.provider.requests.token;
    lab.provider.setLatency(1500);
    const took: number[] = [];
    // Four fifths of 16 s, and past its end, which is when somebody would have to wait.
    for (const until = performance.now() + 20_000; performance.now() < until; await wait(250)) {
      const ended = await kubectl('--context=alice', 'get', '--raw', '/version');
      expect([ended.status, ended.stderr]).toEqual([0, '']);
      took.push(ended.elapsedMs);
    }
    lab.provider.setLatency(0);
    expect(Math.max(...took)).toBeLessThan(1500);
    expect(lab.provider.requests.token - before).toBe(1);
    expect((await lab.desktop.opened()).length).toBe(opened);
  }, 60_000);

  it('after logout no memo answers, and after another sign-in no memo of before', async () => {
    await withoutMain(async () => expect(await personOf('alice')).toBe('oidc:alice'));
    expect((await lab.oidc(['logout', '--context=alice'])).status).toBe(0);
    expect((await kubectl('--context=alice', 'auth', 'whoami')).stderr).toContain('nobody is signed in here');
    await person(bob.subject);
    await signIn('alice');
    expect(await personOf('alice')).toBe('oidc:bob');
    await person(alice.subject);
    await signIn('alice');
    await withoutMain(async () => {
      const ended = await kubectl('--context=alice', 'auth', 'whoami');
      expect(ended.stderr).toContain(
        `cannot run ${main}: no such file or directory; install kubectl-oidc again`,
      );
    });
    expect(await personOf('alice')).toBe('oidc:alice');
  });

  it('two people-watched kubectls of one moment share one tab, and its failure', async () => {
    expect((await lab.oidc(['logout', '--context=alice'])).status).toBe(0);
    const opened = (await lab.desktop.opened()).length;
    await person(alice.subject, 'cancel');
    const line = `${assets.kubectl} --context=alice get --raw /version`;
    const atTerminal = () => lab.exec('script', ['-qec', line, '/dev/null']);
    for (const { status, stdout } of await Promise.all([atTerminal(), atTerminal()])) {
      expect(status).not.toBe(0);
      expect(stdout).toContain('access_denied');
    }
    expect((await lab.desktop.opened()).length - opened).toBe(1);
  });

  type User = { readonly user: { readonly exec: { readonly command: string } } };

  function serverOf({ server }: ApiServer): { readonly url: string; readonly caPem: string } {
    return { url: server, caPem: lab.certificates.certPem };
  }

  async function setUp(name: string, server: string, ...flags: string[]): Promise<void> {
    const cluster = [
      `--cluster=${name}`,
      `--server=${server}`,
      `--cluster-certificate-authority=${lab.caFile}`,
    ];
    const words = [
      ...lab.loginFlags,
      ...flags,
      ...cluster,
      `--context=${name}`,
      '--cluster-side=none',
      '--yes',
    ];
    const ended = await lab.oidc(['setup', ...words]);
    expect([ended.stdout, ended.status]).toEqual(['', 0]);
  }

  /** A context of alice's user and another server, as somebody else's kubeconfig would have it. */
  async function setUpAsStranger(name: string, server: string): Promise<void> {
    const { users } = parse((await kubectl('config', 'view', '--raw')).stdout);
    const authority = `--certificate-authority=${lab.caFile}`;
    await kubectl('config', 'set-cluster', name, `--server=${server}`, authority, '--embed-certs');
    await kubectl('config', 'set-context', name, `--cluster=${name}`, `--user=${users[0].name}`);
  }

  async function signIn(context: string): Promise<void> {
    const ended = await lab.oidc(['login', `--context=${context}`]);
    expect([ended.status, ended.stderr]).toEqual([0, expect.stringContaining('opening the browser')]);
  }

  /** Who sits at the desktop from now on. */
  async function person(subject: string, action: 'sign-in' | 'cancel' = 'sign-in'): Promise<void> {
    await makeDesktop(join(lab.folder, 'desktop'), subject, { caPem: lab.certificates.certPem, action });
  }

  async function personOf(context: string): Promise<string> {
    const ended = await kubectl(`--context=${context}`, 'auth', 'whoami', '-o', 'json');
    return ended.status === 0 ? JSON.parse(ended.stdout).status.userInfo.username : ended.stderr;
  }

  async function withoutMain(work: () => Promise<void>): Promise<void> {
    renameSync(main, `${main}.away`);
    try {
      await work();
    } finally {
      renameSync(`${main}.away`, main);
    }
  }

  async function setAuthentication(
    ...claimValidationRules: { expression: string; message: string }[]
  ): Promise<void> {
    const configuration = authenticationConfigurationOf(lab.provider, claimValidationRules);
    await apiServer.setAuthenticationConfiguration(configuration);
  }

  /** A kubeconfig whose user is this token and nothing else. */
  async function bareKubeconfig(token: string): Promise<string> {
    const config = parse((await kubectl('config', 'view', '--raw')).stdout);
    const path = join(lab.folder, 'bare');
    const users = config.users.map((user: object) => ({ ...user, user: { token } }));
    writeFileSync(path, JSON.stringify({ ...config, users, 'current-context': 'alice' }));
    return path;
  }
});
