// A provider whose metadata is known: from disk while young, else discovered. Here openid-client gets its
// configuration: what it checks, which keys it starts with, and which client authentication it uses.

import * as oidc from 'openid-client';
import type { Failure } from '../../failure.ts';
import { clockToleranceSeconds } from '../../oidc/claims.ts';
import { discoveryUrl, judgeMetadata, type ProviderMetadata, usableAlgorithms } from '../../oidc/metadata.ts';
import type { LoginSettings } from '../../oidc/settings.ts';
import { authorityDigest } from './certificate-authority.ts';
import { clientAuthentication } from './client-authentication.ts';
import { type Https, openHttps } from './https.ts';
import { loadSignatures } from './load-network.ts';
import {
  type CachedProvider,
  isKeySet,
  type KeySet,
  openProviderCache,
  type ProviderCache,
} from './provider-cache.ts';
import { isBadSignature, notJson, statusFailure } from './provider-failure.ts';

export type ProviderOptions = {
  readonly settings: Pick<
    LoginSettings,
    | 'issuerUrl'
    | 'clientId'
    | 'scopes'
    | 'authParams'
    | 'acrValues'
    | 'maxAgeSeconds'
    | 'tokenType'
    | 'allowHttpLoopbackIssuer'
  >;
  /** What `readCertificateAuthority` gave; undefined = the system's. */
  readonly caPem: string | undefined;
  readonly clientSecret: string | undefined;
  /** Our own folder: metadata and keys are kept below it. */
  readonly folder: string;
  /** For HTTPS_PROXY, NO_PROXY. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Epoch seconds. */
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Milliseconds for one request in all; 30,000 unless told. */
  readonly requestMs?: number;
};

// openid-client takes keys younger than 300 s, and asks again for an unknown kid only when they are older than 60 s:
// kept keys always look this old, so that a provider that changes its keys costs one request and no failure.
const keysAgeSeconds = 61;

/** The network and the cache of one provider, nothing asked yet. */
export type Access = {
  readonly options: ProviderOptions;
  readonly https: Https;
  readonly cache: ProviderCache;
};

export type Connection = { readonly known: CachedProvider; readonly isFromDisk: boolean };

/** Fails with `refused` or `usage` when the environment or the CA is unfit. */
export function openAccess(options: ProviderOptions): Access {
  const { settings, caPem, environment, now, signal, requestMs } = options;
  const { issuerUrl, allowHttpLoopbackIssuer: allowHttpLoopback } = settings;
  const https = openHttps({
    caPem,
    environment,
    allowHttpLoopback,
    now,
    signal,
    ...(requestMs && { requestMs }),
  });
  const caSha256 = authorityDigest(caPem, 'the certificate authority');
  return { options, https, cache: openProviderCache({ folder: options.folder, issuerUrl, caSha256 }) };
}

/** From disk without a request where that is young enough, else by discovery. Fails with `provider`. */
export async function connect(access: Access): Promise<Connection> {
  const known = await access.cache.read(access.options.now());
  return known === undefined ? discover(access, undefined) : { known, isFromDisk: true };
}

/** Asks for the discovery document (OpenID Connect Discovery section 4), judges and keeps it; the keys of `before` stay while their address does. */
export async function discover(access: Access, before: CachedProvider | undefined): Promise<Connection> {
  const { options, cache } = access;
  const metadata = await fetchMetadata(access);
  const hasSameKeys = before?.jwks !== undefined && before.metadata.jwks_uri === metadata.jwks_uri;
  const keys = hasSameKeys ? { jwks: before.jwks, jwksFetchedAt: before.jwksFetchedAt ?? 0 } : {};
  const known: CachedProvider = { metadata, fetchedAt: options.now(), ...keys };
  await cache.write(known);
  return { known, isFromDisk: false };
}

async function fetchMetadata({ https, options }: Access): Promise<ProviderMetadata> {
  const { issuerUrl } = options.settings;
  const response = await https.fetch(discoveryUrl(issuerUrl), { headers: { accept: 'application/json' } });
  const asked = { doing: 'discovering the provider', issuerUrl, answer: https.lastAnswer() };
  if (response.status !== 200) throw statusFailure(asked);
  const document = parsed(await response.text(), () => notJson(asked));
  return judgeMetadata(document, issuerUrl);
}

function parsed(text: string, failure: () => Failure): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw failure();
    throw error;
  }
}

/**
 * Runs a grant with every check on and keeps the keys that it had to fetch. Where a signature does not fit a key
 * from disk, or the keys could not be had, the same answer is judged once more with keys asked for anew: asking the
 * token endpoint again would cost a one-time token.
 */
export async function grant<Result>(
  access: Access,
  connection: Connection,
  run: (config: oidc.Configuration) => Promise<Result>,
): Promise<Result> {
  const { https } = access;
  const { known } = connection;
  const tokenUrl = new URL(known.metadata.token_endpoint).href;
  let answer: Response | undefined;
  let isKeyless = false;
  const config = configure(access, known, async (url, init) => {
    isKeyless = url !== tokenUrl;
    const response = await https.fetch(url, init);
    if (url === tokenUrl) answer = response.clone();
    isKeyless = isKeyless && response.status !== 200;
    return response;
  });
  // Comes to its turn once the question is on its way.
  setImmediate(loadSignatures);
  try {
    const result = await run(config);
    await keepKeys(access, known, config);
    return result;
  } catch (error) {
    const isReplaced = known.jwks !== undefined && isBadSignature(error);
    if (answer === undefined || !(isReplaced || isKeyless)) throw error;
    return judgeAgain(access, isKeyless ? await discover(access, undefined) : connection, { answer, run });
  }
}

async function judgeAgain<Result>(
  access: Access,
  { known: { metadata, fetchedAt } }: Connection,
  { answer, run }: { answer: Response; run: (config: oidc.Configuration) => Promise<Result> },
): Promise<Result> {
  const tokenUrl = new URL(metadata.token_endpoint).href;
  const config = configure(access, { metadata, fetchedAt }, async (url, init) =>
    url === tokenUrl ? answer : access.https.fetch(url, init),
  );
  const result = await run(config);
  await keepKeys(access, { metadata, fetchedAt }, config);
  return result;
}

/** The configuration of openid-client: signatures always checked, algorithms from our list only, 30 s of clock tolerance. */
export function configure(access: Access, known: CachedProvider, fetch: Https['fetch']): oidc.Configuration {
  const { settings, clientSecret, now } = access.options;
  const metadata = {
    ...known.metadata,
    id_token_signing_alg_values_supported: usableAlgorithms(known.metadata),
  };
  const clientMetadata = {
    [oidc.clockTolerance]: clockToleranceSeconds,
    // openid-client reads the system's clock: this makes it go by ours.
    [oidc.clockSkew]: now() - systemNow(),
  };
  const config = new oidc.Configuration(
    metadata,
    settings.clientId,
    clientMetadata,
    clientAuthentication(metadata, clientSecret),
  );
  config[oidc.customFetch] = fetch;
  oidc.enableNonRepudiationChecks(config);
  if (settings.allowHttpLoopbackIssuer) oidc.allowInsecureRequests(config);
  if (known.jwks !== undefined)
    oidc.setJwksCache(config, { jwks: ownCopy(known.jwks), uat: systemNow() - keysAgeSeconds });
  return config;
}

async function keepKeys(access: Access, known: CachedProvider, config: oidc.Configuration): Promise<void> {
  const jwks: unknown = oidc.getJwksCache(config)?.jwks;
  if (!isKeySet(jwks) || JSON.stringify(jwks) === JSON.stringify(known.jwks)) return;
  await access.cache.write({ ...known, jwks, jwksFetchedAt: access.options.now() });
}

function ownCopy(jwks: KeySet): { keys: Record<string, unknown>[] } {
  return { keys: jwks.keys.map((key) => ({ ...key })) };
}

function systemNow(): number {
  return Math.floor(Date.now() / 1000);
}
