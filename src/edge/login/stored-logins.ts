// Stored logins as a whole: listing them for `status`, ending them for `logout`.

import type { LoggedOut } from '../../commands/logout.ts';
import type { KnownLogin } from '../../commands/status.ts';
import { describeFailure, Failure } from '../../failure.ts';
import type { Host } from '../../host.ts';
import { describePerson } from '../../oidc/claims.ts';
import { type LoginTarget, loginTargets } from '../../oidc/targets.ts';
import type { Tokens } from '../../oidc/token.ts';
import { readKubeconfig } from '../kubeconfig/kubeconfig.ts';
import { openTerminal } from '../person/terminal.ts';
import type { IndexEntry, LoginStore } from '../store/login-store.ts';
import { type LoginParts, openLoginParts, openStore, readStored, writeLogin } from './login-parts.ts';

/** Every stored login with the contexts that use it. A kubeconfig that can't be read leaves the contexts out, not the logins. */
export async function knownLogins(
  kubeconfigFile: string | undefined,
  host: Host,
): Promise<readonly KnownLogin[]> {
  const { store } = await openStore(host);
  const targets = await targetsByKey(kubeconfigFile, host);
  return (await store.list()).map((entry) => ({
    ...entry,
    contexts: (targets.get(entry.key)?.uses ?? []).map(({ context }) => context),
    read: async () => {
      const outcome = await store.read(entry.key);
      return outcome.kind === 'found' ? outcome.login : outcome.kind;
    },
  }));
}

/** The kubeconfig's logins by their key in the store. */
async function targetsByKey(file: string | undefined, host: Host): Promise<ReadonlyMap<string, LoginTarget>> {
  try {
    const kubeconfig = await readKubeconfig({ file, environment: host.environment });
    const targets = loginTargets(kubeconfig, { kind: 'all' });
    const keyed = targets.map(
      async (target) => [(await openLoginParts(target.settings, host)).key, target] as const,
    );
    return new Map(await Promise.all(keyed));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.code !== 'usage' || file !== undefined) openTerminal(host).say(describeFailure(error));
    return new Map();
  }
}

/** Ends one login: deletes its tokens here first, then revokes them. undefined when nobody was signed in. */
export async function logOutTarget(target: LoginTarget, host: Host): Promise<LoggedOut | undefined> {
  const parts = await openLoginParts(target.settings, host);
  return parts.exclusively('signing out', async () => {
    const stored = await readStored(parts, false);
    if (stored.tokens === undefined) return undefined;
    const { tokens } = stored;
    // Approvals are no secret and were given on purpose: the next sign-in needs no second yes.
    await parts.store.remove(parts.key);
    if (stored.approvals.length > 0)
      await writeLogin(parts, { approvals: stored.approvals, tokens: undefined });
    return {
      issuerUrl: parts.settings.issuerUrl,
      name: describePerson(tokens.idToken).name,
      ...(await revoke(parts, tokens)),
    };
  });
}

async function revoke(parts: LoginParts, tokens: Tokens): Promise<Pick<LoggedOut, 'revocation'>> {
  try {
    return { revocation: (await (await parts.provider()).revoke(tokens)).kind };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { revocation: { failed: describeFailure(error) } };
  }
}

/** Ends every stored login. One that no context uses any more is deleted here, its provider's settings being unknown. */
export async function logOutAll(
  kubeconfigFile: string | undefined,
  host: Host,
): Promise<readonly LoggedOut[]> {
  const { store } = await openStore(host);
  const targets = await targetsByKey(kubeconfigFile, host);
  const ended: (LoggedOut | undefined)[] = [];
  const signedIn = (await store.list()).filter(({ expiresAt }) => expiresAt !== undefined);
  for (const entry of signedIn) {
    const target = targets.get(entry.key);
    ended.push(target === undefined ? await forget(entry, store) : await logOutTarget(target, host));
  }
  return ended.filter((each) => each !== undefined);
}

async function forget(entry: IndexEntry, store: LoginStore): Promise<LoggedOut> {
  await store.remove(entry.key);
  const failed = 'no context uses this login any more, so how to reach its provider is not known';
  return { issuerUrl: entry.issuerUrl, name: entry.name ?? 'nobody', revocation: { failed } };
}
