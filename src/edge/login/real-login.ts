// The steps of a login with their real parts: what get-token does when its answer is not at hand, and
// what login does.

import type { Host } from '../../host.ts';
import { type Approval, unnamedServer, withApproval } from '../../oidc/approval.ts';
import { describePerson } from '../../oidc/claims.ts';
import type { FrontWishes } from '../../oidc/front-wishes.ts';
import type { GetTokenRequest, SignedIn, SignInWish } from '../../oidc/logins.ts';
import { type ObtainRequest, obtainTokens } from '../../oidc/obtain.ts';
import { type Presence, presenceOf } from '../../oidc/presence.ts';
import { signIn } from '../../oidc/sign-in.ts';
import type { LoginTarget } from '../../oidc/targets.ts';
import type { Tokens } from '../../oidc/token.ts';
import { openTerminal, type Terminal } from '../person/terminal.ts';
import { itemLimitBytes, type Keychain, leavableKeychain, readKeychain } from '../store/keychain.ts';
import {
  describeWrite,
  insistOnWrite,
  type LoginParts,
  openKeychainChild,
  openLoginParts,
  readStored,
  writeLogin,
} from './login-parts.ts';
import { type AsRead, readAgain } from './read-again.ts';
import { openFailureNotes } from './shared-failure.ts';

const howToSignIn =
  'Run "kubectl oidc login" in a terminal (--context NAME for another than the current one).';

/** Fresh, stored tokens for kubectl: refresh or sign in, one process at a time. Fails as `obtainTokens` does. */
export async function obtain(
  { settings, execInfo, wishes }: GetTokenRequest,
  ask: {
    readonly want: ObtainRequest['want'];
    readonly seen: Tokens | undefined;
    readonly clientPid: number;
    readonly asRead: AsRead | undefined;
  },
  host: Host,
): Promise<Tokens> {
  const terminal = openTerminal(host);
  const around = terminal.surroundings(host.environment);
  const presence = presenceOf(
    {
      asked: wishes.refresh === 'early' ? 'ahead' : 'in-passing',
      policy: settings.login,
      noBrowser: false,
      execInfo,
    },
    around,
  );
  const parts = await openLoginParts(settings, host, await refreshKeychain(host));
  return obtainStored({ ...ask, ...wishes, parts, presence, terminal, approvals: [] }, host);
}

/** The start of a child would cost kubectl more than all of a refresh; where a process cannot end a thread that hangs, a child writes. */
async function refreshKeychain(host: Host): Promise<Keychain> {
  if (process.execve === undefined) return { ...(await openKeychainChild(host)), read: readKeychain };
  return leavableKeychain(itemLimitBytes(host.platform), host.leaveThread);
}

/** Loads the code of a refresh, while the keychain is read. What is wrong with it the refresh itself would tell. */
export async function beginRefresh(): Promise<void> {
  const [{ loadNetwork }] = await Promise.all([
    import('../provider/load-network.ts'),
    import('../provider/provider.ts'),
  ]);
  loadNetwork();
}

/** `login` for one login: signs in now, approves every place where it is used. Fails as a sign-in does. */
export async function signInForTarget(
  target: LoginTarget,
  request: SignInWish,
  host: Host,
): Promise<SignedIn> {
  const { settings, uses } = target;
  const { approvalOf, confirmCompany } = await import('./real-approval.ts');
  await confirmCompany(target, { yes: request.yes }, host);
  const approvals = await Promise.all(uses.map((use) => approvalOf(use, host)));
  const unnamed = { apiServer: unnamedServer, environment: {}, approvedAt: host.now() };
  const signedIn = await signInAndApprove(
    settings,
    {
      approvals: request.allowUnnamedServer ? [...approvals, unnamed] : approvals,
      noBrowser: !request.browser,
    },
    host,
  );
  return { ...signedIn, contexts: uses.map(({ context }) => context) };
}

/** Signs in by name, stores tokens together with the approvals. Used by `login` and by `setup --verify`. */
export async function signInAndApprove(
  settings: LoginTarget['settings'],
  wish: { readonly approvals: readonly Approval[]; readonly noBrowser: boolean },
  host: Host,
): Promise<Omit<SignedIn, 'contexts'> & { readonly tokens: Tokens }> {
  const parts = await openLoginParts(settings, host);
  const terminal = openTerminal(host);
  const presence = presenceOf(
    {
      asked: 'by-name',
      policy: 'auto',
      noBrowser: wish.noBrowser,
      execInfo: { announced: false, interactive: true },
    },
    terminal.surroundings(host.environment),
  );
  const seen = (await readStored(parts, true)).tokens;
  const { approvals } = wish;
  const asker = { clientPid: process.ppid, refresh: undefined, askedMs: undefined };
  const tokens = await obtainStored(
    { ...asker, asRead: undefined, parts, presence, terminal, want: 'sign-in', seen, approvals },
    host,
  );
  const entry = (await parts.store.list()).find(({ key }) => key === parts.key);
  return {
    issuerUrl: settings.issuerUrl,
    person: describePerson(tokens.idToken),
    expiresAt: tokens.expiresAt,
    refreshable: tokens.refreshToken !== undefined,
    place: settings.tokenStore === 'none' ? undefined : entry?.place,
    tokens,
  };
}

type Obtaining = FrontWishes & {
  readonly asRead: AsRead | undefined;
  readonly clientPid: number;
  readonly parts: LoginParts;
  readonly presence: Presence;
  readonly terminal: Terminal;
  readonly want: ObtainRequest['want'];
  readonly seen: Tokens | undefined;
  /** To be stored with the tokens, besides those that are there. */
  readonly approvals: readonly Approval[];
};

async function obtainStored(obtaining: Obtaining, host: Host): Promise<Tokens> {
  const { parts, presence, terminal, want, clientPid, askedMs } = obtaining;
  const { settings } = parts;
  const watched = presence.kind !== 'nobody';
  const notes = openFailureNotes(parts, { clientPid, askedMs, watched, nowMs: Date.now });
  // Only a person moves a login to another store: an exec entry that says so is as foreign as its kubeconfig.
  const known =
    want === 'sign-in' ? undefined : (await parts.store.list()).find(({ key }) => key === parts.key);
  const stays = known?.place === 'file' ? 'file' : settings.tokenStore === 'keychain' ? 'keychain' : 'auto';
  const preference = known?.expiresAt === undefined ? settings.tokenStore : stays;
  let approvals: readonly Approval[] = [];
  const again = readAgain(parts, obtaining.asRead);
  const readTokens = async (): Promise<Tokens | undefined> => {
    const stored = await again.read(want === 'sign-in');
    approvals = obtaining.approvals.reduce(withApproval, stored.approvals);
    return stored.tokens;
  };
  return obtainTokens(
    { ...settings, want, seen: obtaining.seen },
    {
      ...notes,
      // Who comes later wants what this one did not need: its failure is not theirs.
      ...(obtaining.refresh === 'early' && { recordFailure: async () => undefined }),
      now: host.now,
      withLock: (work) =>
        parts.exclusively(watched ? 'signing in' : 'refreshing the login', (isAlone) => {
          again.locked(isAlone);
          return work();
        }),
      readTokens,
      writeTokens: async (tokens) => {
        const outcome = await writeLogin(parts, { approvals, tokens, preference });
        if (want === 'sign-in') insistOnWrite(outcome, settings);
        const words = describeWrite(outcome, settings);
        if (words !== undefined) terminal.say(words);
        await notes.clear();
      },
      refresh: async (tokens) => (await parts.provider()).refresh(tokens),
      signIn: (why) => signInInteractively(obtaining, why, host),
    },
  );
}

async function signInInteractively(obtaining: Obtaining, why: string, host: Host): Promise<Tokens> {
  const { parts, presence, terminal, seen } = obtaining;
  const { issuerUrl, redirectUri, timeoutSeconds } = parts.settings;
  const request = { issuerUrl, redirectUri, presence, timeoutSeconds, why, howToSignIn, cancel: host.signal };
  const tokens = await signIn(request, {
    listen: async (wanted) =>
      (await import('../person/loopback.ts')).listen({ ...wanted, sudoUid: host.environment.SUDO_UID }),
    beginSignIn: async (uri) => (await parts.provider()).beginSignIn(uri),
    openBrowser: async (url, signal) => (await import('../person/browser.ts')).openBrowser(url, signal),
    pastedLines: terminal.pastedLines,
    say: terminal.say,
    deadlineIn: (seconds) => AbortSignal.timeout(seconds * 1000),
  });
  const [before, after] = [seen, tokens].map((each) =>
    each === undefined ? undefined : describePerson(each.idToken),
  );
  if (before !== undefined && after !== undefined && before.subject !== after.subject) {
    terminal.say(`kubectl-oidc: you are ${after.name} now; before, this login was ${before.name}'s.`);
  }
  return tokens;
}
