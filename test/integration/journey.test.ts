import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type ApiServer, startApiServer } from '../../scripts/parts/api-server.ts';
import { type Assets, assetsForTests } from '../../scripts/parts/assets.ts';
import { waitUntilReady } from '../../scripts/parts/process.ts';
import { type Ended, type Lab, openLab, program } from './lab.ts';

// One story on real parts, told in order: the tests of this file build on each other.
describe('from nothing to kubectl', () => {
  let lab: Lab;
  let apiServer: ApiServer;
  let assets: Required<Assets>;
  const kubectl = (...words: string[]): Promise<Ended> => lab.exec(assets.kubectl, words);
  /** kubectl at a terminal of its own (util-linux script). */
  const kubectlAtTerminal = (line: string): Promise<Ended> =>
    lab.exec('script', ['-qec', `${assets.kubectl} ${line}`, '/dev/null']);
  const admin = (...words: string[]): Promise<Ended> =>
    lab.exec(assets.kubectl, ['--kubeconfig', apiServer.adminKubeconfigPath, ...words]);

  beforeAll(async () => {
    assets = assetsForTests(process.env);
    lab = await openLab({ idTokenTtlSeconds: 300 });
    apiServer = await startApiServer({
      assets,
      folder: join(lab.folder, 'api'),
      certificates: lab.certificates,
    });
  }, 120_000);

  afterAll(async () => {
    await apiServer?.stop();
    await lab?.stop();
  }, 60_000);

  it('setup writes the context and prints what the cluster must be told, which the API server takes as it is', async () => {
    const setup = await lab.oidc([
      'setup',
      ...lab.loginFlags,
      '--cluster=lab',
      `--server=${apiServer.server}`,
      `--cluster-certificate-authority=${lab.caFile}`,
      '--context=lab',
      '--use-context',
      '--username-claim=email',
      '--yes',
    ]);
    expect(setup.stderr).toContain('get-token');
    expect(setup.status).toBe(0);
    await apiServer.setAuthenticationConfiguration(parse(setup.stdout));
    const kubeconfig = parse(readFileSync(join(lab.home, '.kube/config'), 'utf8'));
    expect(kubeconfig.users[0].user.exec).toMatchObject({
      command: program,
      interactiveMode: 'IfAvailable',
      provideClusterInfo: true,
    });
  });

  it('login opens the browser, and the cluster sees the person with prefixed name and groups', async () => {
    const login = await lab.oidc(['login']);
    expect(login.stdout).toContain('as alice@example.com');
    expect(login.stdout).toContain('the OS keychain');
    const isReady = async () => (await kubectl('auth', 'whoami')).status === 0;
    await waitUntilReady({
      what: 'the API server with the provider',
      isReady,
      daemons: [],
      deadlineMs: 20_000,
      log: '/dev/null',
    });
    const whoami = await kubectl('auth', 'whoami', '-o', 'yaml');
    expect(parse(whoami.stdout).status.userInfo).toMatchObject({
      username: 'oidc:alice@example.com',
      groups: ['oidc:k8s-restricted-users', 'oidc:devs', 'system:authenticated'],
    });
    expect(whoami.stderr).toBe('');
  });

  it('keeps no token bytes anywhere in the HOME', async () => {
    const credential = JSON.parse(
      (
        await lab.exec('/bin/sh', [
          '-c',
          `"$0" "$@"; exit $?`,
          process.execPath,
          program,
          'get-token',
          ...entryFlags(),
        ])
      ).stdout,
    );
    const secrets = (credential.status.token as string).split('.');
    const files = readdirSync(lab.home, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) {
      const bytes = readFileSync(join(file.parentPath, file.name), 'latin1');
      for (const secret of secrets.slice(1)) expect(bytes).not.toContain(secret.slice(0, 40));
    }
  });

  it('the group gets what RBAC gives it, and Forbidden for the rest', async () => {
    await admin(
      'create',
      'role',
      'pod-service-reader',
      '-n',
      'default',
      '--verb=get,list,watch',
      '--resource=pods,services',
    );
    await admin(
      'create',
      'rolebinding',
      'read-pods-services',
      '-n',
      'default',
      '--role=pod-service-reader',
      '--group=oidc:k8s-restricted-users',
    );
    const pods = await kubectl('get', 'pods');
    expect([pods.status, pods.stderr]).toEqual([0, 'No resources found in default namespace.\n']);
    expect((await kubectl('get', 'secrets')).stderr).toContain(
      'User "oidc:alice@example.com" cannot list resource "secrets"',
    );
  });

  it('an expired token is refreshed silently, with one request to the provider', async () => {
    const opened = (await lab.desktop.opened()).length;
    lab.provider.setIdTokenTtl(3);
    await lab.oidc(['login']);
    const before = { ...lab.provider.requests };
    await lab.untilExpired();
    lab.provider.setIdTokenTtl(300);
    const pods = await kubectl('get', 'pods');
    expect([pods.status, pods.stderr]).toEqual([0, 'No resources found in default namespace.\n']);
    const { discovery, jwks, token } = lab.provider.requests;
    expect([discovery - before.discovery, jwks - before.jwks, token - before.token]).toEqual([0, 0, 1]);
    expect((await lab.desktop.opened()).length).toBe(opened + 1);
  });

  it('a session that the provider ended makes kubectl say what to do where no terminal is, within a second a try', async () => {
    lab.provider.setIdTokenTtl(3);
    await lab.oidc(['login']);
    const opened = (await lab.desktop.opened()).length;
    lab.provider.revokeAllRefreshTokens();
    await lab.untilExpired();
    lab.provider.setIdTokenTtl(300);
    const pods = await kubectl('get', 'pods');
    expect(pods.status).not.toBe(0);
    expect(pods.stderr).toContain('kubectl-oidc: a sign-in at');
    expect(pods.stderr).toContain('Run "kubectl oidc login" in a terminal');
    expect((await lab.desktop.opened()).length).toBe(opened);
  });

  it('and signs in at once where one is', async () => {
    const opened = (await lab.desktop.opened()).length;
    const pods = await kubectlAtTerminal('get pods');
    expect(pods.stdout).toContain('opening the browser to sign in');
    expect(pods.stdout).toContain('No resources found in default namespace.');
    expect(pods.status).toBe(0);
    expect((await lab.desktop.opened()).length).toBe(opened + 1);
  });

  it('setup --verify compares what the token says with what the cluster sees', async () => {
    const verified = await lab.oidc([
      'setup',
      ...lab.loginFlags,
      '--context=lab',
      '--username-claim=email',
      '--yes',
      '--verify',
      '--cluster-side=none',
    ]);
    expect(verified.stderr).toContain('oidc:alice@example.com');
    expect(verified.status).toBe(0);
  });

  it('logout revokes at the provider, and kubectl asks for a sign-in again', async () => {
    const logout = await lab.oidc(['logout']);
    expect(logout.stdout).toContain('tokens deleted here and revoked at the provider');
    const pods = await kubectl('get', 'pods');
    expect(pods.stderr).toContain('nobody is signed in here yet');
  });

  function entryFlags(): readonly string[] {
    const kubeconfig = parse(readFileSync(join(lab.home, '.kube/config'), 'utf8'));
    return kubeconfig.users[0].user.exec.args.slice(1);
  }
});
