// An identity provider of the worst kind, for tests: correct unless its plan says otherwise, and the plan may
// replace a claim, a key, a signature, a whole answer, or hold the line open for ever.

import { createHash, createHmac, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificateAuthority } from '../../scripts/parts/certificates.ts';
import { openProvider, type ProviderOptions } from '../../src/edge/provider/provider.ts';
import { describeFailure } from '../../src/failure.ts';
import type { LoginWords } from '../../src/oidc/login-options.ts';
import type { Provider } from '../../src/oidc/provider.ts';
import { parseLoginSettings } from '../../src/oidc/settings.ts';
import type { Tokens } from '../../src/oidc/token.ts';

/** In every answer of the provider that a message must not repeat. */
export const canary = 'CANARY-7f3a';
export const redirectUri = 'http://127.0.0.1:45678/';

export type Answer = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Writes the answer itself, for drips and floods. */
  readonly write?: (response: ServerResponse) => void;
};

/** Laid over what a good provider answers; a function gets what would have been answered. */
export type Plan = {
  claims?: Record<string, unknown>;
  signer?: Signer;
  /** Fields laid over a good token answer; undefined removes one. */
  tokenFields?: Record<string, unknown>;
  token?: (form: URLSearchParams) => Answer;
  discovery?: (good: Record<string, unknown>) => Answer;
  jwks?: (good: { keys: unknown[] }, path: string) => Answer;
  revocation?: (form: URLSearchParams) => Answer;
};

export type Signer = {
  readonly alg: string;
  readonly kid: string | undefined;
  readonly sign: (data: string) => Buffer;
  readonly jwk: Record<string, unknown> | undefined;
};

export type HostileProvider = {
  readonly issuerUrl: string;
  readonly caPem: string;
  readonly folder: string;
  plan: Plan;
  /** The keys it publishes. */
  signers: Signer[];
  /** `METHOD path` of every request, in order. */
  readonly requests: string[];
  /** The forms that the token and revocation endpoints got. */
  readonly forms: URLSearchParams[];
  nonce: string;
  readonly stop: () => Promise<void>;
};

/** Listens on a free port of loopback with a throw-away CA; `folder` is an empty place for our own files. */
export async function startHostileProvider(): Promise<HostileProvider> {
  const authority = await makeCertificateAuthority();
  const { certPem, keyPem } = await authority.issueServerCertificate(['127.0.0.1']);
  const server = createServer({ cert: certPem, key: keyPem });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
  const rig: HostileProvider = {
    issuerUrl: `https://127.0.0.1:${portOf(server)}`,
    caPem: authority.certPem,
    folder: join(folder, 'home'),
    plan: {},
    signers: [rsaSigner('one')],
    requests: [],
    forms: [],
    nonce: '',
    stop: async () => {
      rmSync(folder, { recursive: true, force: true });
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    void answerRequest(rig, request, response);
  });
  return rig;
}

async function answerRequest(
  rig: HostileProvider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '').split('?')[0] ?? '';
  rig.requests.push(`${request.method} ${path}`);
  let text = '';
  for await (const chunk of request) text += chunk;
  const form = new URLSearchParams(
    path === '/auth' ? new URL(request.url ?? '', rig.issuerUrl).search : text,
  );
  const { status = 200, headers, body, write } = answerTo(rig, path, form);
  if (write !== undefined) return write(response);
  const isText = typeof body === 'string' || body instanceof Uint8Array;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(isText ? body : JSON.stringify(body));
}

function answerTo(rig: HostileProvider, path: string, form: URLSearchParams): Answer {
  const { plan } = rig;
  switch (path) {
    case '/.well-known/openid-configuration':
      return plan.discovery?.(goodDiscovery(rig.issuerUrl)) ?? { body: goodDiscovery(rig.issuerUrl) };
    case '/auth':
      return contentPerson(rig, form);
    case '/jwks':
    case '/moved-jwks': {
      const keys = {
        keys: rig.signers.flatMap(({ jwk }) => (jwk === undefined ? [] : [{ ...jwk, note: canary }])),
      };
      return plan.jwks?.(keys, path) ?? { body: keys };
    }
    case '/token':
    case '/moved-token':
      rig.forms.push(form);
      return plan.token?.(form) ?? { body: goodTokenAnswer(rig, form) };
    case '/revoke':
      rig.forms.push(form);
      return plan.revocation?.(form) ?? { body: '' };
    default:
      return { status: 404, headers: { 'content-type': 'text/html' }, body: `<h1>${canary}</h1>` };
  }
}

/** A sign-in page that asks nobody: the browser is sent back at once with a code. */
function contentPerson(rig: HostileProvider, asked: URLSearchParams): Answer {
  rig.nonce = asked.get('nonce') ?? '';
  const back = new URL(asked.get('redirect_uri') ?? redirectUri);
  back.search = new URLSearchParams({ code: `${canary}-code`, state: asked.get('state') ?? '' }).toString();
  return { status: 302, headers: { location: back.href }, body: '' };
}

export function goodDiscovery(issuerUrl: string): Record<string, unknown> {
  return {
    issuer: issuerUrl,
    authorization_endpoint: `${issuerUrl}/auth`,
    token_endpoint: `${issuerUrl}/token`,
    jwks_uri: `${issuerUrl}/jwks`,
    revocation_endpoint: `${issuerUrl}/revoke`,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    scopes_supported: ['openid', 'profile', 'email', 'groups', 'offline_access'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none'],
    // As a provider would that hopes for a careless client.
    id_token_signing_alg_values_supported: ['RS256', 'ES256', 'PS384', 'EdDSA', 'HS256', 'none'],
    authorization_response_iss_parameter_supported: false,
  };
}

/** What a good provider answers, bent by the plan's claims, signer and fields. */
export function goodTokenAnswer(rig: HostileProvider, form: URLSearchParams): Record<string, unknown> {
  const signer = rig.plan.signer ?? rig.signers[0]!;
  const accessToken = `${canary}-access-${randomUUID()}`;
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: rig.issuerUrl,
    sub: 'alice',
    aud: 'kubectl',
    iat: now,
    exp: now + 300,
    ...(form.get('grant_type') === 'authorization_code' && { nonce: rig.nonce }),
    at_hash: halfHash(signer.alg, accessToken),
    ...rig.plan.claims,
  };
  return {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: 300,
    refresh_token: `${canary}-refresh-${randomUUID()}`,
    id_token: signJwt(claims, signer),
    ...rig.plan.tokenFields,
  };
}

export function signJwt(claims: Record<string, unknown>, signer: Signer): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const data = `${part({ alg: signer.alg, typ: 'JWT', ...(signer.kid && { kid: signer.kid }) })}.${part(claims)}`;
  return `${data}.${signer.sign(data).toString('base64url')}`;
}

export function rsaSigner(kid: string | undefined, alg = 'RS256'): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    alg,
    kid,
    jwk: jwkOf(publicKey, kid, alg),
    sign: (data) => sign('sha256', Buffer.from(data), privateKey),
  };
}

export function ecSigner(kid: string): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
  return {
    alg: 'ES256',
    kid,
    jwk: jwkOf(publicKey, kid, 'ES256'),
    sign: (data) => sign('sha256', Buffer.from(data), key),
  };
}

export function edSigner(kid: string): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    alg: 'EdDSA',
    kid,
    jwk: jwkOf(publicKey, kid, 'EdDSA'),
    sign: (data) => sign(null, Buffer.from(data), privateKey),
  };
}

/** HS256 with a secret that everybody knows, and no signature at all. */
export function hmacSigner(secret: string): Signer {
  return {
    alg: 'HS256',
    kid: undefined,
    jwk: undefined,
    sign: (data) => createHmac('sha256', secret).update(data).digest(),
  };
}

export const noSigner: Signer = { alg: 'none', kid: undefined, jwk: undefined, sign: () => Buffer.alloc(0) };

function jwkOf(key: KeyObject, kid: string | undefined, alg: string): Record<string, unknown> {
  return { ...key.export({ format: 'jwk' }), ...(kid && { kid }), alg, use: 'sig' };
}

export function halfHash(alg: string, text: string): string {
  const digest = createHash(`sha${/\d+$/.exec(alg)?.[0] ?? '256'}`)
    .update(text)
    .digest();
  return digest.subarray(0, digest.length / 2).toString('base64url');
}

/** Options for our own provider code against this rig. */
export function optionsFor(
  rig: HostileProvider,
  words: LoginWords = {},
  others: Partial<ProviderOptions> = {},
): ProviderOptions {
  return {
    settings: parseLoginSettings({ 'issuer-url': rig.issuerUrl, 'client-id': 'kubectl', ...words }),
    caPem: rig.caPem,
    clientSecret: undefined,
    folder: rig.folder,
    environment: {},
    now: () => Math.floor(Date.now() / 1000),
    signal: new AbortController().signal,
    ...others,
  };
}

/** A whole sign-in whose person is content at once: the code comes back with this `iss`. */
export async function signInAt(
  rig: HostileProvider,
  provider: Provider,
  answer: { readonly iss?: string } = {},
): Promise<Tokens> {
  const attempt = await provider.beginSignIn(redirectUri);
  rig.nonce = new URL(attempt.url).searchParams.get('nonce') ?? '';
  return attempt.exchange({ code: `${canary}-code`, iss: answer.iss });
}

/** The same with a provider opened for it. */
export async function signIn(rig: HostileProvider, options = optionsFor(rig)): Promise<Tokens> {
  return signInAt(rig, await openProvider(options));
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** What a person would read of work that failed. */
export const lineOf = (work: Promise<unknown>): Promise<string> =>
  work.then(() => 'accepted', describeFailure);
