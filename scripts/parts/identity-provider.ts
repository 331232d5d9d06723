// A real identity provider (oidc-provider) over https on loopback, for tests, demo and bench: PKCE, rotation with
// one-time refresh tokens, revocation, device flow, and a sign-in page of its own.

import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import Provider, { type ClientMetadata, type Configuration } from 'oidc-provider';
import type { CertificateAuthority } from './certificates.ts';
import { escapeHtml, page } from './identity-provider-pages.ts';
import { type Person, providerSettings } from './identity-provider-settings.ts';
import { signIn } from './identity-provider-sign-in.ts';
import { makeMemory } from './memory-adapter.ts';

export type IdentityProviderOptions = {
  readonly certificates: CertificateAuthority;
  readonly people: readonly Person[];
  /** Default: a free one. */
  readonly port?: number;
  /** Default: one public native client `kubectl` with loopback redirects on any port. */
  readonly clients?: readonly ClientMetadata[];
  /** Life of ID and access tokens; default 300. */
  readonly idTokenTtlSeconds?: number;
  /** One-time refresh tokens: a second use revokes the whole login. Default true. */
  readonly rotateRefreshTokens?: boolean;
  /** Hears of every request when it arrives. */
  readonly onRequest?: (endpoint: Endpoint) => void;
  /** Laid over the provider's settings, field by field: for tests that need a lesser provider. */
  readonly configuration?: Configuration;
};

export type Endpoint =
  | 'discovery'
  | 'jwks'
  | 'authorization'
  | 'sign-in'
  | 'token'
  | 'revocation'
  | 'userinfo'
  | 'device'
  | 'other';

export type IdentityProvider = {
  readonly issuerUrl: string;
  readonly caPem: string;
  readonly clientId: string;
  /** How often each endpoint was asked, live. */
  readonly requests: Record<Endpoint, number>;
  /** As an administrator would end all sessions: later refreshes answer `invalid_grant`. Returns how many there were. */
  readonly revokeAllRefreshTokens: () => number;
  readonly setIdTokenTtl: (seconds: number) => void;
  /** How much later every answer comes from now on. */
  readonly setLatency: (ms: number) => void;
  readonly stop: () => Promise<void>;
};

export const kubectlClient: ClientMetadata = {
  client_id: 'kubectl',
  client_name: 'kubectl',
  application_type: 'native',
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
  response_types: ['code'],
  redirect_uris: ['http://127.0.0.1/', 'http://localhost/', 'http://[::1]/'],
};

const endpointByPath: readonly (readonly [string, Endpoint])[] = [
  ['/.well-known/', 'discovery'],
  ['/jwks', 'jwks'],
  ['/auth', 'authorization'],
  ['/sign-in/', 'sign-in'],
  ['/token/revocation', 'revocation'],
  ['/token', 'token'],
  ['/me', 'userinfo'],
  ['/device', 'device'],
];

/** Resolves when the provider answers. Nothing is written to disk or to stdout. */
export async function startIdentityProvider(options: IdentityProviderOptions): Promise<IdentityProvider> {
  const { certPem, keyPem } = await options.certificates.issueServerCertificate([
    '127.0.0.1',
    'localhost',
    '::1',
  ]);
  const server = createServer({ cert: certPem, key: keyPem });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const issuerUrl = `https://127.0.0.1:${portOf(server)}`;

  const life = { seconds: options.idTokenTtlSeconds ?? 300 };
  const latency = { ms: 0 };
  const memory = makeMemory();
  const clients = options.clients ?? [kubectlClient];
  const provider = new Provider(issuerUrl, {
    ...providerSettings({ ...options, life }),
    adapter: memory.adapter,
    clients: [...clients],
    ...options.configuration,
  });
  const handle = provider.callback();
  const requests = zeroRequests();
  server.on('request', async (request: IncomingMessage, response: ServerResponse) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const endpoint = endpointByPath.find(([start]) => path.startsWith(start))?.[1] ?? 'other';
    requests[endpoint] += 1;
    options.onRequest?.(endpoint);
    if (latency.ms > 0) await wait(latency.ms);
    if (path.startsWith('/sign-in/')) {
      signIn({ provider, request, response, people: options.people }).catch((error: unknown) => {
        const body = `<h1>Not possible</h1><p>${escapeHtml(String(error))}</p>`;
        response.writeHead(400, { 'content-type': 'text/html; charset=utf-8' }).end(page('Sign in', body));
      });
    } else handle(request, response);
  });

  return {
    issuerUrl,
    caPem: options.certificates.certPem,
    clientId: clients[0]?.client_id ?? '',
    requests,
    revokeAllRefreshTokens: () => memory.clear('RefreshToken'),
    setIdTokenTtl: (seconds) => {
      life.seconds = seconds;
    },
    setLatency: (ms) => {
      latency.ms = ms;
    },
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function zeroRequests(): Record<Endpoint, number> {
  return {
    discovery: 0,
    jwks: 0,
    authorization: 0,
    'sign-in': 0,
    token: 0,
    revocation: 0,
    userinfo: 0,
    device: 0,
    other: 0,
  };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the identity provider has no port');
  return address.port;
}
