// The outside parts of one login, opened together: its key, its place in the store, its lock, its provider.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Failure } from '../../failure.ts';
import type { Host } from '../../host.ts';
import type { Approval } from '../../oidc/approval.ts';
import { describePerson } from '../../oidc/claims.ts';
import { loginKey } from '../../oidc/login-key.ts';
import type { StoredLogin } from '../../oidc/logins.ts';
import type { Provider } from '../../oidc/provider.ts';
import type { LoginSettings, TokenStorePreference } from '../../oidc/settings.ts';
import type { Tokens } from '../../oidc/token.ts';
import { withLock } from '../files/lock.ts';
import { folderPath, openFolder } from '../files/our-folder.ts';
import { readCertificateAuthority } from '../provider/certificate-authority.ts';
import { readClientSecret } from '../provider/client-secret.ts';
import type { Keychain } from '../store/keychain.ts';
import { type LoginStore, openLoginStore, type WriteOutcome } from '../store/login-store.ts';

export type LoginParts = {
  readonly settings: LoginSettings;
  readonly folder: string;
  readonly key: string;
  /** The provider's CA as the index keeps it. */
  readonly authority: string | undefined;
  readonly store: LoginStore;
  /** Opened when first asked for: where nobody is there to sign in, the provider is not asked either. */
  readonly provider: () => Promise<Provider>;
  readonly exclusively: <Result>(
    doing: string,
    work: (isAlone: boolean) => Promise<Result>,
  ) => Promise<Result>;
};

/** How much longer than a sign-in may take the others wait for its outcome. */
const waitMarginMs = 15_000;

/** The keychain, in child processes of ours that can be killed. */
export async function openKeychainChild(host: Host): Promise<Keychain> {
  // Loaded here: what starts processes takes 5 ms to load, and a refresh starts none.
  const { childKeychain } = await import('../store/keychain-child.ts');
  return childKeychain({ command: [...host.programCommand, 'keychain-worker'], signal: host.signal });
}

/** The store of this machine's logins; without a `keychain` its calls go through children. */
export async function openStore(
  host: Host,
  keychain?: Keychain,
): Promise<Pick<LoginParts, 'folder' | 'store'>> {
  const folder = await openFolder(folderPath(host.environment));
  const used = keychain ?? (await openKeychainChild(host));
  return { folder, store: openLoginStore({ folder, keychain: used, now: host.now }) };
}

/** Fails with `file` or `refused` on our folder, `usage` or `file` on the CA; opens neither keychain nor network. */
export async function openLoginParts(
  settings: LoginSettings,
  host: Host,
  keychain?: Keychain,
): Promise<LoginParts> {
  const { folder, store } = await openStore(host, keychain);
  const ca = readCertificateAuthority(settings.certificateAuthority);
  const key = loginKey(settings, ca?.sha256 ?? '');
  const lockPath = join(folder, `login-${createHash('sha256').update(key).digest('hex').slice(0, 32)}.lock`);
  let provider: Promise<Provider> | undefined;
  return {
    settings,
    folder,
    key,
    authority: ca?.certificates,
    store,
    provider: () => {
      provider ??= openLateProvider({ settings, caPem: ca?.pem, folder }, host);
      return provider;
    },
    exclusively: (doing, work) =>
      withLock(
        lockPath,
        { waitMs: settings.timeoutSeconds * 1000 + waitMarginMs, signal: host.signal, doing },
        work,
      ),
  };
}

async function openLateProvider(
  given: { readonly settings: LoginSettings; readonly caPem: string | undefined; readonly folder: string },
  host: Host,
): Promise<Provider> {
  const { openProvider } = await import('../provider/provider.ts');
  const clientSecret = readClientSecret(given.settings.clientSecretFile);
  return openProvider({
    ...given,
    clientSecret,
    environment: host.environment,
    now: host.now,
    signal: host.signal,
  });
}

/** Writes tokens and approvals; where the tokens went is for the caller to say. */
export function writeLogin(
  parts: LoginParts,
  login: {
    readonly approvals: readonly Approval[];
    readonly tokens: Tokens | undefined;
    /** Default: what the settings say. */
    readonly preference?: TokenStorePreference;
  },
): Promise<WriteOutcome> {
  const { settings, key, authority, store } = parts;
  const { tokens, approvals } = login;
  const person = tokens === undefined ? undefined : describePerson(tokens.idToken);
  const stored: StoredLogin = tokens === undefined ? { approvals } : { approvals, tokens };
  return store.write(key, stored, {
    preference: login.preference ?? settings.tokenStore,
    entry: {
      issuerUrl: settings.issuerUrl,
      clientId: settings.clientId,
      account: settings.account,
      refreshable: tokens?.refreshToken !== undefined,
      ...(authority === undefined ? {} : { authority }),
      ...(person === undefined ? {} : { subject: person.subject, name: person.name }),
      ...(tokens === undefined ? {} : { expiresAt: tokens.expiresAt }),
    },
  });
}

/** The words for a fallback or a loss, for stderr; undefined when all went as wished. */
export function describeWrite(outcome: WriteOutcome, settings: LoginSettings): string | undefined {
  if (outcome.kind === 'not-stored') {
    return settings.tokenStore === 'none'
      ? undefined
      : `kubectl-oidc: the tokens could not be stored and end with this command: ${outcome.reason}`;
  }
  if (outcome.fallbackReason === undefined) return undefined;
  return `kubectl-oidc: the tokens are kept in a file that only you can read, not in the keychain: ${outcome.fallbackReason}.`;
}

/**
 * What is stored now. A locked keychain or a damaged value fails with `keychain` or `file`, unless `anew`, where it
 * is about to be written over: signing in again is the way out of both.
 */
export async function readStored(parts: LoginParts, anew: boolean): Promise<StoredLogin> {
  try {
    const outcome = await parts.store.read(parts.key);
    if (outcome.kind === 'locked') throw outcome.failure;
    return outcome.kind === 'found' ? outcome.login : { approvals: [] };
  } catch (error) {
    const isMendable = error instanceof Failure && (error.code === 'keychain' || error.code === 'file');
    if (anew && isMendable) return { approvals: [] };
    throw error;
  }
}

/** A write that is the whole purpose: a login or an approval that did not arrive is none. Fails with `file`. */
export function insistOnWrite(outcome: WriteOutcome, settings: LoginSettings): void {
  if (outcome.kind === 'stored' || settings.tokenStore === 'none') return;
  throw new Failure('file', `the login at ${settings.issuerUrl} could not be stored: ${outcome.reason}`);
}
