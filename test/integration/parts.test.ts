import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startApiServer, startControllerManager } from '../../scripts/parts/api-server.ts';
import { authenticationConfigurationOf } from '../../scripts/parts/api-server-settings.ts';
import { assetsForTests } from '../../scripts/parts/assets.ts';
import { makeCertificateAuthority } from '../../scripts/parts/certificates.ts';
import { type IdentityProvider, startIdentityProvider } from '../../scripts/parts/identity-provider.ts';
import { signInAs } from '../../scripts/parts/person.ts';
import { freePorts, waitUntilReady } from '../../scripts/parts/process.ts';

const run = promisify(execFile);
const people = [{ subject: 'ada', email: 'ada@example.com', groups: ['devs', 'on-call'], password: 'a b&c' }];

test('the API server accepts a token that the provider gave a person, and nothing runs after stop', async () => {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'parts-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const certificates = await makeCertificateAuthority();
  const provider = await startIdentityProvider({ certificates, people });
  stack.defer(provider.stop);
  const assets = assetsForTests(process.env);
  const apiServer = await startApiServer({
    assets,
    certificates,
    folder,
    authenticationConfiguration: authenticationConfigurationOf(provider),
  });
  stack.defer(apiServer.stop);

  const { idToken } = await tokensOf(provider);
  const words = ['--server', apiServer.server, '--certificate-authority', join(folder, 'ca.pem')];
  const asAda = [...words, '--token', idToken, 'auth', 'whoami', '-o', 'json'];
  const { stdout } = await run(apiServer.kubectl, asAda, { env: { HOME: folder, KUBECONFIG: '/dev/null' } });
  const { username, groups } = JSON.parse(stdout).status.userInfo;
  expect({ username, groups }).toEqual({
    username: 'oidc:ada',
    groups: ['oidc:devs', 'oidc:on-call', 'system:authenticated'],
  });

  // The aggregated roles are empty until the controller manager has filled them.
  const manager = await startControllerManager(apiServer, { assets, folder });
  stack.defer(manager.stop);
  const asAdmin = ['--kubeconfig', apiServer.adminKubeconfigPath, 'get', 'clusterrole', 'view', '-o', 'json'];
  const isReady = async () => JSON.parse((await run(apiServer.kubectl, asAdmin)).stdout).rules?.length > 0;
  const log = join(folder, 'kube-controller-manager.log');
  await waitUntilReady({ what: 'the role view', isReady, daemons: [manager], deadlineMs: 30_000, log });
  await manager.stop();

  await apiServer.stop();
  expect(apiServer.pids.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
}, 120_000);

test('a refresh token works once: its second use ends the login', async () => {
  await using stack = new AsyncDisposableStack();
  const provider = await startIdentityProvider({ certificates: await makeCertificateAuthority(), people });
  stack.defer(provider.stop);
  const { refreshToken } = await tokensOf(provider);
  const refresh = { grant_type: 'refresh_token', client_id: 'kubectl' };
  const first = await post(provider, '/token', { ...refresh, refresh_token: refreshToken });
  const second = await post(provider, '/token', { ...refresh, refresh_token: refreshToken });
  const third = await post(provider, '/token', { ...refresh, refresh_token: first.refresh_token ?? '' });
  expect([first.token_type, second.error, third.error]).toEqual(['Bearer', 'invalid_grant', 'invalid_grant']);
});

test('an administrator can end every session at the provider', async () => {
  await using stack = new AsyncDisposableStack();
  const provider = await startIdentityProvider({ certificates: await makeCertificateAuthority(), people });
  stack.defer(provider.stop);
  const { refreshToken } = await tokensOf(provider);
  expect(provider.revokeAllRefreshTokens()).toBe(1);
  const answer = await post(provider, '/token', {
    grant_type: 'refresh_token',
    client_id: 'kubectl',
    refresh_token: refreshToken,
  });
  expect(answer.error).toBe('invalid_grant');
});

test('a person who presses Cancel, or has the wrong password, gets no code', async () => {
  await using stack = new AsyncDisposableStack();
  const provider = await startIdentityProvider({ certificates: await makeCertificateAuthority(), people });
  stack.defer(provider.stop);
  const { caPem } = provider;
  const [port = 0] = await freePorts(1);
  const wrong = await signInAs(addressOf(provider, port), 'ada', { caPem, password: 'wrong' });
  expect(wrong.status).toBe(401);
  const listener = createServer((_request, response) => response.end()).listen(port, '127.0.0.1');
  stack.defer(() => void listener.close());
  const cancelled = await signInAs(addressOf(provider, port), 'ada', { caPem, action: 'cancel' });
  expect(new URL(cancelled.url).searchParams.get('error')).toBe('access_denied');
});

const verifier = 'v'.repeat(43);

function addressOf(provider: IdentityProvider, port: number): string {
  const parameters = {
    client_id: provider.clientId,
    response_type: 'code',
    redirect_uri: `http://127.0.0.1:${port}/`,
    scope: 'openid email groups offline_access',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    prompt: 'consent',
  };
  return `${provider.issuerUrl}/auth?${new URLSearchParams(parameters)}`;
}

async function tokensOf(provider: IdentityProvider): Promise<{ idToken: string; refreshToken: string }> {
  const [port = 0] = await freePorts(1);
  const listener = createServer((_request, response) => response.end('thank you')).listen(port, '127.0.0.1');
  try {
    const person = { caPem: provider.caPem, password: 'a b&c' };
    const { url } = await signInAs(addressOf(provider, port), 'ada', person);
    const answer = await post(provider, '/token', {
      grant_type: 'authorization_code',
      client_id: provider.clientId,
      code: new URL(url).searchParams.get('code') ?? '',
      code_verifier: verifier,
      redirect_uri: `http://127.0.0.1:${port}/`,
    });
    return { idToken: answer.id_token ?? '', refreshToken: answer.refresh_token ?? '' };
  } finally {
    listener.close();
  }
}

async function post(
  provider: IdentityProvider,
  path: string,
  form: Record<string, string>,
): Promise<Record<string, string | undefined>> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const options = { method: 'POST', ca: provider.caPem, headers, agent: false as const };
  const asking = request(`${provider.issuerUrl}${path}`, options, (response) =>
    text(response).then(resolve, reject),
  );
  asking.on('error', reject);
  asking.end(new URLSearchParams(form).toString());
  return JSON.parse(await promise);
}
