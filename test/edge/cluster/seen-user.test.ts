import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type CertificateAuthority,
  type IssuedCertificate,
  makeCertificateAuthority,
} from '../../../scripts/parts/certificates.ts';
import { whoDoesClusterSee } from '../../../src/edge/cluster/seen-user.ts';
import { Failure } from '../../../src/failure.ts';

let authority: CertificateAuthority;
let issued: IssuedCertificate;
beforeAll(async () => {
  authority = await makeCertificateAuthority();
  issued = await authority.issueServerCertificate(['127.0.0.1', 'api.inner']);
});
let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
async function serve(answer: Answer): Promise<string> {
  server = createServer({ cert: issued.certPem, key: issued.keyPem }, answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return `https://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}
const base64 = (text: string) => Buffer.from(text).toString('base64');
const ask = (url: string, parts: { ca?: string; tlsServerName?: string; signal?: AbortSignal } = {}) =>
  whoDoesClusterSee({
    cluster: {
      server: url,
      tlsServerName: parts.tlsServerName ?? '',
      insecureSkipTlsVerify: false,
      certificateAuthorityData: parts.ca ?? base64(authority.certPem),
      proxyUrl: '',
    },
    token: 'the-token',
    signal: parts.signal ?? new AbortController().signal,
  });
const review = (username: string) =>
  JSON.stringify({
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'SelfSubjectReview',
    status: { userInfo: { username, uid: '7', groups: ['oidc:devs', 'system:authenticated'] } },
  });
const withStatus =
  (status: number): Answer =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end('{"kind":"Status","message":"CANARY the-token"}');
  };

describe('whoDoesClusterSee', () => {
  it('posts a SelfSubjectReview with the token and tells name, groups and uid', async () => {
    const seen: unknown[] = [];
    const url = await serve((request, response) => {
      seen.push(request.method, request.url, request.headers.authorization);
      response.writeHead(201, { 'content-type': 'application/json' });
      response.end(review('oidc:ann'));
    });
    expect(await ask(url)).toEqual({
      username: 'oidc:ann',
      groups: ['oidc:devs', 'system:authenticated'],
      uid: '7',
    });
    expect(seen).toEqual(['POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', 'Bearer the-token']);
  });

  it('checks the certificate against the name that the kubeconfig gives', async () => {
    const url = await serve((_, response) => {
      response.writeHead(201, { 'content-type': 'application/json' });
      response.end(review('a'));
    });
    expect((await ask(url, { tlsServerName: 'api.inner' })).username).toBe('a');
    await expect(ask(url, { tlsServerName: 'other.inner' })).rejects.toMatchObject({
      code: 'cluster',
      reason: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });

  it.each([
    [401, 'does not accept the token', 'AuthenticationConfiguration'],
    [404, 'knows no SelfSubjectReview', '1.28'],
    [500, 'refused to say who', undefined],
  ])('says what %i means, without what the server wrote', async (status, words, hint) => {
    const failure = await ask(await serve(withStatus(status))).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'cluster', message: expect.stringContaining(words) });
    if (hint !== undefined) expect(failure).toMatchObject({ hint: expect.stringContaining(hint) });
    expect(JSON.stringify(failure) + (failure instanceof Error ? failure.message : '')).not.toMatch(
      /CANARY|the-token/,
    );
  });

  it('a server of another CA is told as such', async () => {
    const other = await makeCertificateAuthority();
    const url = await serve(withStatus(201));
    await expect(ask(url, { ca: base64(other.certPem) })).rejects.toMatchObject({
      code: 'cluster',
      hint: expect.stringContaining('certificate-authority'),
    });
  });

  it('nobody listening is told as such', async () => {
    const closed = createTcpServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const address = closed.address();
    closed.close();
    await once(closed, 'close');
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(ask(`https://127.0.0.1:${port}`)).rejects.toMatchObject({
      code: 'cluster',
      reason: 'ECONNREFUSED',
    });
  });

  it('Ctrl-C ends the wait for a silent server', async () => {
    const cancel = new AbortController();
    const url = await serve(() => cancel.abort(new Failure('cancelled', 'cancelled by SIGINT')));
    await expect(ask(url, { signal: cancel.signal })).rejects.toMatchObject({ code: 'cancelled' });
  });
});
