// A provider's discovery document and keys on disk, so that a refresh is one request. Nothing in here is secret;
// it is believed because the folder is ours alone to write.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Failure } from '../../failure.ts';
import { isFields, parseFields } from '../../json-fields.ts';
import { judgeMetadata, type ProviderMetadata } from '../../oidc/metadata.ts';
import { judgeFolder, openFolder, readOwnFile, writeOwnFile } from '../files/our-folder.ts';

/** A provider that moved, or dropped a key, is noticed within a day at the latest. */
export const metadataMaxAgeSeconds = 24 * 60 * 60;
const version = 1;

export type KeySet = { readonly keys: readonly Readonly<Record<string, unknown>>[] };

/** Points in time are epoch seconds by this machine's clock. */
export type CachedProvider = {
  readonly metadata: ProviderMetadata;
  readonly fetchedAt: number;
  readonly jwks?: KeySet;
  readonly jwksFetchedAt?: number;
};

export type ProviderCache = {
  /** undefined when there is none, or it is too old, damaged, or open to others: it is then fetched anew. */
  readonly read: (now: number) => Promise<CachedProvider | undefined>;
  /** Best effort: without it the next refresh only takes longer, while a failure here could lose a token just received. */
  readonly write: (cached: CachedProvider) => Promise<void>;
};

/** One file for an issuer as seen through one CA. `read` fails with `refused` when the folder is not ours alone. */
export function openProviderCache(place: {
  folder: string;
  issuerUrl: string;
  caSha256: string;
}): ProviderCache {
  const folder = join(place.folder, 'providers');
  const name = createHash('sha256').update(`${place.issuerUrl}\n${place.caSha256}`).digest('hex');
  const path = join(folder, `${name}.json`);
  return {
    read: async (now) => {
      if (judgeFolder(place.folder) === 'absent' || judgeFolder(folder) === 'absent') return undefined;
      const text = await unlessFailure(() => readOwnFile(path));
      return text === undefined ? undefined : parseCached(text, place.issuerUrl, now);
    },
    write: async (cached) => {
      await unlessFailure(async () => {
        await openFolder(place.folder);
        await openFolder(folder);
        await writeOwnFile(path, JSON.stringify({ version, issuer: place.issuerUrl, ...cached }));
        return undefined;
      });
    },
  };
}

function parseCached(text: string, issuerUrl: string, now: number): CachedProvider | undefined {
  const value = parseFields(text);
  if (value?.version !== version || value.issuer !== issuerUrl) return undefined;
  const { fetchedAt, jwks, jwksFetchedAt } = value;
  if (!isYoung(fetchedAt, now)) return undefined;
  const metadata = judgedAgain(value.metadata, issuerUrl);
  if (metadata === undefined) return undefined;
  if (!isKeySet(jwks) || !isYoung(jwksFetchedAt, now)) return { metadata, fetchedAt };
  return { metadata, fetchedAt, jwks, jwksFetchedAt };
}

function judgedAgain(document: unknown, issuerUrl: string): ProviderMetadata | undefined {
  try {
    return judgeMetadata(document, issuerUrl);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

async function unlessFailure<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** A time in the future was written under another clock: not believed. */
function isYoung(at: unknown, now: number): at is number {
  return typeof at === 'number' && at <= now && now - at < metadataMaxAgeSeconds;
}

export function isKeySet(value: unknown): value is KeySet {
  return isFields(value) && Array.isArray(value.keys) && value.keys.every(isFields);
}
