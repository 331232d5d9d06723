// The store of logins: a keychain where there is one, else a file, an index beside both. The value is always
// written before the index that names it, and a second copy is removed last.

import { join } from 'node:path';
import { Failure } from '../../failure.ts';
import type { StoredLogin } from '../../oidc/logins.ts';
import type { TokenStorePreference } from '../../oidc/settings.ts';
import type { StorePlace } from '../../oidc/token.ts';
import { withLock } from '../files/lock.ts';
import { judgeFolder, openFolder, writeOwnFile } from '../files/our-folder.ts';
import { describeTrouble, type Keychain } from './keychain.ts';
import { formatIndex, type IndexEntry, indexPath, readIndex } from './login-index.ts';
import { type ReadOutcome, readLogin } from './login-read.ts';
import { formatStoredLogin } from './stored-login.ts';
import { removeTokenFile, writeTokenFile } from './token-file.ts';

export type { IndexEntry } from './login-index.ts';
export type { ReadOutcome } from './login-read.ts';

export type WriteOutcome =
  /** `fallbackReason`: why it is a file although the keychain was wanted; to be said aloud. */
  | { readonly kind: 'stored'; readonly place: StorePlace; readonly fallbackReason?: string }
  /** The tokens are not kept and live in this process alone: use them, and say why. */
  | { readonly kind: 'not-stored'; readonly reason: string };

export type WriteOptions = {
  readonly preference: TokenStorePreference;
  /** What the index tells about the login. */
  readonly entry: Omit<IndexEntry, 'key' | 'place' | 'savedAt'>;
};

export type LoginStore = {
  readonly read: (key: string) => Promise<ReadOutcome>;
  /** Never throws away a fresh token: what storing it ran into is an outcome, not a Failure. */
  readonly write: (key: string, login: StoredLogin, options: WriteOptions) => Promise<WriteOutcome>;
  /** Every copy of the login. Fails with `keychain` when the keychain keeps its copy; the index then still names it. */
  readonly remove: (key: string) => Promise<void>;
  readonly list: () => Promise<readonly IndexEntry[]>;
};

export type StoreParts = {
  readonly folder: string;
  readonly keychain: Keychain;
  /** Epoch seconds. */
  readonly now: () => number;
};

/** Touches nothing until it is used; two writers of one login must hold that login's lock. */
export function openLoginStore(parts: StoreParts): LoginStore {
  return {
    read: (key) => readLogin(parts.folder, key, parts.keychain.read),
    write: (key, login, options) => writeLogin(parts, { ...options, key, login }),
    remove: (key) => removeLogin(parts, key),
    list: async () => (judgeFolder(parts.folder) === 'absent' ? [] : readIndex(parts.folder)),
  };
}

type Writing = WriteOptions & { readonly key: string; readonly login: StoredLogin };
type Placed = { readonly place: StorePlace; readonly fallbackReason?: string };

async function writeLogin(parts: StoreParts, writing: Writing): Promise<WriteOutcome> {
  try {
    await openFolder(parts.folder);
    const before = readIndex(parts.folder).find((each) => each.key === writing.key);
    const placed = await placeValue(parts, writing);
    try {
      await updateIndex(parts, writing.key, indexEntryOf(parts, writing, placed.place));
    } catch (error) {
      if (before?.place === placed.place) return { kind: 'stored', ...placed };
      // Nothing names the new copy: it must not stay behind unseen.
      await removeCopy(parts, writing.key, placed.place);
      throw error;
    }
    await removeOtherCopy(parts, { key: writing.key, placed, before: before?.place });
    if (writing.preference !== 'none') return { kind: 'stored', ...placed };
    return { kind: 'not-stored', reason: 'the token store is "none"' };
  } catch (error) {
    if (!(error instanceof Failure) || error.code === 'cancelled') throw error;
    return { kind: 'not-stored', reason: reasonOf(error) };
  }
}

/** Writes the value where it was wanted; into the file where a keychain was hoped for, not where it was insisted on. */
async function placeValue(parts: StoreParts, { key, login, preference }: Writing): Promise<Placed> {
  const value = formatStoredLogin(preference === 'none' ? { approvals: login.approvals } : login);
  if (preference !== 'file') {
    const written = await parts.keychain.write(key, value);
    if (written.kind === 'done') return { place: 'keychain' };
    if (preference === 'keychain') throw new Failure('keychain', describeTrouble(written.trouble));
    await writeTokenFile(parts.folder, key, value);
    return { place: 'file', fallbackReason: describeTrouble(written.trouble) };
  }
  await writeTokenFile(parts.folder, key, value);
  return { place: 'file' };
}

function indexEntryOf(parts: StoreParts, { key, entry, preference }: Writing, place: StorePlace): IndexEntry {
  const { expiresAt, ...rest } = entry;
  const savedAt = parts.now();
  if (preference === 'none') return { ...rest, key, place, refreshable: false, savedAt };
  return { ...rest, ...(expiresAt === undefined ? {} : { expiresAt }), key, place, savedAt };
}

/** The keychain is asked only where the index had named it and it did not refuse just now; logout asks it again. */
async function removeOtherCopy(
  parts: StoreParts,
  moved: { readonly key: string; readonly placed: Placed; readonly before: StorePlace | undefined },
): Promise<void> {
  const { key, placed, before } = moved;
  if (placed.place === 'keychain') await removeTokenFile(parts.folder, key);
  else if (before === 'keychain' && placed.fallbackReason === undefined) await parts.keychain.delete(key);
}

async function removeCopy(parts: StoreParts, key: string, place: StorePlace): Promise<void> {
  if (place === 'file') await removeTokenFile(parts.folder, key);
  else await parts.keychain.delete(key);
}

async function removeLogin(parts: StoreParts, key: string): Promise<void> {
  if (judgeFolder(parts.folder) === 'absent') return;
  const entry = readIndex(parts.folder).find((each) => each.key === key);
  await removeTokenFile(parts.folder, key);
  const deleted = await parts.keychain.delete(key);
  if (deleted.kind === 'unavailable' && entry?.place === 'keychain') {
    const why = describeTrouble(deleted.trouble);
    throw new Failure('keychain', `could not remove the login for ${entry.issuerUrl}: ${why}`, {
      hint: 'Unlock the keychain and run it again.',
    });
  }
  if (entry !== undefined) await updateIndex(parts, key, undefined);
}

/** Puts the entry in the place of the one with this key; undefined removes it. */
async function updateIndex(parts: StoreParts, key: string, entry: IndexEntry | undefined): Promise<void> {
  const options = {
    waitMs: 10_000,
    // A short wait that ends by itself: what was stored must get its place in the index, Ctrl-C or not.
    signal: new AbortController().signal,
    doing: 'writing the list of logins',
  };
  await withLock(join(parts.folder, 'index.lock'), options, async () => {
    const others = readIndex(parts.folder).filter((each) => each.key !== key);
    const entries = entry === undefined ? others : [...others, entry];
    await writeOwnFile(indexPath(parts.folder), formatIndex(entries));
  });
}

function reasonOf({ message, reason, hint }: Failure): string {
  return `${message}${reason === undefined ? '' : ` (${reason})`}${hint === undefined ? '' : `. ${hint}`}`;
}
