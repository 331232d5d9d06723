// The OS keychain through keytar, in this process. Its errors carry no code and their words are not judged: a call
// gives a value, gives nothing, is refused, or does not come back.

import { Failure } from '../../failure.ts';
import { deleteChunked, type KeychainItems, readChunked, writeChunked } from './chunks.ts';

export type KeychainTrouble =
  /** keytar or libsecret is not there. */
  | 'not-loadable'
  /** An error came back: no secret service, no D-Bus, no or a locked collection on a write, a person said no. */
  | 'refused'
  /** No answer within the deadline. */
  | 'no-answer'
  /** The item is there, but its chunks are not the ones that were written. */
  | 'damaged';
export type KeychainUnavailable = { readonly kind: 'unavailable'; readonly trouble: KeychainTrouble };
export type KeychainRead =
  | { readonly kind: 'found'; readonly value: string }
  /** Nothing stored, or a locked collection: a Linux keychain answers both alike. */
  | { readonly kind: 'absent' }
  | KeychainUnavailable;
export type KeychainDone = { readonly kind: 'done' } | KeychainUnavailable;

/** Whole values by account. Trouble is an outcome, never thrown, but for `StuckInKeychain` in this process. */
export type Keychain = {
  readonly read: (account: string) => Promise<KeychainRead>;
  readonly write: (account: string, value: string) => Promise<KeychainDone>;
  readonly delete: (account: string) => Promise<KeychainDone>;
};

export const keychainDeadlineMs = 3000;
const serviceName = 'kubectl-oidc';
const troubleWords: Readonly<Record<KeychainTrouble, string>> = {
  'not-loadable': 'the keychain cannot be used here: libsecret is not installed or not made for this machine',
  refused: 'the keychain refused: none runs in this session, or it is locked',
  'no-answer': `the keychain did not answer within ${keychainDeadlineMs / 1000} s`,
  damaged: 'what the keychain holds is damaged',
};

/**
 * The keychain did not answer this process, whose thread in it can't be ended: exit() waits for that thread. The
 * one way out is SIGKILL of oneself once the message is written; `stuckThread` tells it apart without an import.
 */
export class StuckInKeychain extends Failure {
  readonly stuckThread = true;

  constructor() {
    super('keychain', `the keychain did not answer within ${keychainDeadlineMs / 1000} s`, {
      hint: 'Unlock or restart the keyring service of this session, then run it again.',
    });
  }
}

/** Bytes that one item takes: Windows 2,560 less a reserve, elsewhere what a D-Bus message carries with ease. */
export function itemLimitBytes(platform: string): number {
  return platform === 'win32' ? 2400 : 65_536;
}

/** What stands in the keychain under this account, within 3 s in all. Throws `StuckInKeychain` after them. */
export async function readKeychain(account: string): Promise<KeychainRead> {
  const outcome = await withinDeadline(attempt((items) => readChunked(items, account)));
  if ('trouble' in outcome) return outcome;
  return outcome.value.kind === 'damaged' ? { kind: 'unavailable', trouble: 'damaged' } : outcome.value;
}

/** The keychain of this process, for one that may be killed: the worker, a test. Throws `StuckInKeychain`. */
export function inProcessKeychain(limitBytes: number): Keychain {
  const done = async (work: (items: KeychainItems) => Promise<void>): Promise<KeychainDone> => {
    const outcome = await withinDeadline(attempt(work));
    return 'trouble' in outcome ? outcome : { kind: 'done' };
  };
  return {
    read: readKeychain,
    write: (account, value) => done((items) => writeChunked(items, { account, limitBytes }, value)),
    delete: (account) => done((items) => deleteChunked(items, account)),
  };
}

/**
 * The same for a process that ends by itself although a thread of it hangs: a write that hangs is an outcome, so that
 * no fresh token is lost, and `leaveThread` hears of it. A read throws `StuckInKeychain` as ever.
 */
export function leavableKeychain(limitBytes: number, leaveThread: () => void): Keychain {
  const keychain = inProcessKeychain(limitBytes);
  const told = async (work: Promise<KeychainDone>): Promise<KeychainDone> => {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof StuckInKeychain)) throw error;
      leaveThread();
      return { kind: 'unavailable', trouble: 'no-answer' };
    }
  };
  return {
    read: keychain.read,
    write: (account, value) => told(keychain.write(account, value)),
    delete: (account) => told(keychain.delete(account)),
  };
}

/** The trouble as the end of a sentence that began with the keychain. */
export function describeTrouble(trouble: KeychainTrouble): string {
  return troubleWords[trouble];
}

async function attempt<Value>(
  work: (items: KeychainItems) => Promise<Value>,
): Promise<{ readonly value: Value } | KeychainUnavailable> {
  const items = await loadItems();
  if (items === undefined) return { kind: 'unavailable', trouble: 'not-loadable' };
  try {
    return { value: await work(items) };
  } catch {
    // keytar's errors have no code, and their text is the platform's and the language's.
    return { kind: 'unavailable', trouble: 'refused' };
  }
}

async function loadItems(): Promise<KeychainItems | undefined> {
  try {
    const { default: keytar } = await import('keytar');
    return {
      get: (account) => keytar.getPassword(serviceName, account),
      set: (account, value) => keytar.setPassword(serviceName, account, value),
      delete: (account) => keytar.deletePassword(serviceName, account),
    };
  } catch {
    // Whatever the loader says (libsecret is missing, wrong CPU), there is no keychain for us here.
    return undefined;
  }
}

async function withinDeadline<Outcome>(work: Promise<Outcome>): Promise<Outcome> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new StuckInKeychain()), keychainDeadlineMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
