// Reading one stored login: the index says where, one read gets it. kubectl waits for this on every command, so
// whatever is imported here is paid for every time.

import { Failure } from '../../failure.ts';
import type { StoredLogin } from '../../oidc/logins.ts';
import type { StorePlace } from '../../oidc/token.ts';
import { judgeFolder } from '../files/our-folder.ts';
import {
  describeTrouble,
  type Keychain,
  type KeychainRead,
  type KeychainTrouble,
  readKeychain,
} from './keychain.ts';
import { type IndexEntry, readIndex } from './login-index.ts';
import { parseStoredLogin } from './stored-login.ts';
import { readTokenFile } from './token-file.ts';

export type ReadOutcome =
  | { readonly kind: 'found'; readonly login: StoredLogin; readonly place: StorePlace }
  | { readonly kind: 'absent' }
  /** The index knows the login, the keychain does not give it. `failure` is ready for those who can't go on. */
  | { readonly kind: 'locked'; readonly failure: Failure };

const signInAgain = 'Run: kubectl oidc login';

/** A login's key as far as it is known without a digest of the CA, and that CA (`IndexEntry.authority`). */
export type WarmName = { readonly keyWithoutCa: string; readonly authority: string | undefined };

/**
 * One login through this process's keychain; `found` is told of its entry before the keychain is asked. Throws
 * `StuckInKeychain`; fails with `keychain`, `file`, `refused`.
 */
export function readWarm(
  folder: string,
  name: WarmName,
  found: (entry: IndexEntry) => void,
): Promise<ReadOutcome> {
  const { keyWithoutCa, authority } = name;
  const readItem = (entry: IndexEntry): Promise<KeychainRead> => {
    found(entry);
    return readKeychain(entry.key);
  };
  return readEntry(folder, readItem, ({ key, authority: known }) =>
    authority === undefined
      ? key === keyWithoutCa
      : known === authority && key.startsWith(`${keyWithoutCa}&ca=`),
  );
}

/** One login through the keychain given; without an entry in the index nothing else is asked. */
export function readLogin(folder: string, key: string, readItem: Keychain['read']): Promise<ReadOutcome> {
  return readEntry(
    folder,
    (entry) => readItem(entry.key),
    (entry) => entry.key === key,
  );
}

async function readEntry(
  folder: string,
  readItem: (entry: IndexEntry) => Promise<KeychainRead>,
  isMeant: (entry: IndexEntry) => boolean,
): Promise<ReadOutcome> {
  if (judgeFolder(folder) === 'absent') return { kind: 'absent' };
  const entry = readIndex(folder).find(isMeant);
  if (entry === undefined) return { kind: 'absent' };
  return entry.place === 'file' ? readFromFile(folder, entry) : fromKeychain(entry, await readItem(entry));
}

function fromKeychain(entry: IndexEntry, item: KeychainRead): ReadOutcome {
  if (item.kind === 'found') return found('keychain', entry, item.value);
  if (item.kind === 'unavailable' && item.trouble === 'damaged') throw damaged('keychain', entry);
  const trouble = item.kind === 'absent' ? 'no-item' : item.trouble;
  return { kind: 'locked', failure: lockedFailure(entry, trouble) };
}

async function readFromFile(folder: string, entry: IndexEntry): Promise<ReadOutcome> {
  const text = await readTokenFile(folder, entry.key);
  // A file can't be locked: whoever removed it removed the login.
  return text === undefined ? { kind: 'absent' } : found('file', entry, text);
}

function found(place: StorePlace, entry: IndexEntry, text: string): ReadOutcome {
  const login = parseStoredLogin(text);
  if (login === undefined) throw damaged(place, entry);
  return { kind: 'found', login, place };
}

function damaged(place: StorePlace, entry: IndexEntry): Failure {
  const where = place === 'file' ? 'the token file' : 'the keychain';
  return new Failure(place, `the login for ${entry.issuerUrl} in ${where} is damaged`, { hint: signInAgain });
}

function lockedFailure(entry: IndexEntry, trouble: KeychainTrouble | 'no-item'): Failure {
  const why = trouble === 'no-item' ? 'the keychain is locked or has lost it' : describeTrouble(trouble);
  return new Failure('keychain', `could not read the login for ${entry.issuerUrl}: ${why}`, {
    hint: 'Unlock the keychain, or sign in again: kubectl oidc login.',
  });
}
