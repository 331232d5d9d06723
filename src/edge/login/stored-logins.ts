// Stored logins as a whole: listing them for `status`, ending them for `logout`.

import { Failure } from '../../failure.ts';
import { cleanText } from '../../foreign-text.ts';
import type { Host } from '../../host.ts';
import { describePerson } from '../../oidc/claims.ts';
import type { Kubeconfig } from '../../oidc/kubeconfig.ts';
import type { KnownLogin, LoggedOut, LogoutWish } from '../../oidc/logins.ts';
import { type LoginTarget, targetsOf } from '../../oidc/targets.ts';
import type { Tokens } from '../../oidc/token.ts';
import { readKubeconfig } from '../kubeconfig/kubeconfig.ts';
import { openTerminal } from '../person/terminal.ts';
import type { IndexEntry, LoginStore } from '../store/login-store.ts';
import { type LoginParts, openLoginParts, openStore, readStored, writeLogin } from './login-parts.ts';

/** Every stored login with the contexts that use it. */
export async function knownLogins(
  kubeconfigFile: string | undefined,
  host: Host,
): Promise<readonly KnownLogin[]> {
  const { store } = await openStore(host);
  const kubeconfig = await readKubeconfig({ file: kubeconfigFile, environment: host.environment });
  const targets = await targetsByKey(kubeconfig, host);
  return (await store.list()).map((entry) => ({
    ...entry,
    contexts: (targets.get(entry.key)?.uses ?? []).map(({ context }) => context),
    read: async () => {
      const outcome = await store.read(entry.key);
      return outcome.kind === 'found' ? outcome.login : outcome.kind;
    },
  }));
}

/** The kubeconfig's logins by their key in the store. What cannot be read is said, and left out. */
async function targetsByKey(kubeconfig: Kubeconfig, host: Host): Promise<ReadonlyMap<string, LoginTarget>> {
  const { say } = openTerminal(host);
  const { targets, unreadable } = targetsOf(kubeconfig, kubeconfig.contexts);
  const found = new Map<string, LoginTarget>();
  for (const { context, failure } of unreadable) say(`context "${cleanText(context)}": ${failure.message}`);
  for (const target of targets) {
    try {
      found.set((await openLoginParts(target.settings, host)).key, target);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const contexts = target.uses.map(({ context }) => cleanText(context)).join(', ');
      say(`context ${contexts}: ${error.message}`);
    }
  }
  return found;
}

/** Ends one login: deletes its tokens here first, then revokes them. undefined when nobody was signed in. */
export async function logOutTarget(
  target: LoginTarget,
  { forget }: Pick<LogoutWish, 'forget'>,
  host: Host,
): Promise<LoggedOut | undefined> {
  const parts = await openLoginParts(target.settings, host);
  return parts.exclusively('signing out', async () => {
    const stored = await readStored(parts, false);
    const { tokens, approvals } = stored;
    if (tokens === undefined && !forget) return undefined;
    await parts.store.remove(parts.key);
    // Approvals are no secret and were given on purpose: without --forget the next sign-in needs no second yes.
    if (!forget && approvals.length > 0) await writeLogin(parts, { approvals, tokens: undefined });
    if (tokens === undefined) return undefined;
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
    return { revocation: { failed: error.message } };
  }
}

/** Ends every stored login. One that no context uses is deleted here, since its provider's settings are not known. */
export async function logOutAll(request: LogoutWish, host: Host): Promise<readonly LoggedOut[]> {
  const { store } = await openStore(host);
  // A kubeconfig that cannot be read ends it here, before anything is deleted that could have been revoked.
  const kubeconfig = await readKubeconfig({ file: request.kubeconfig, environment: host.environment });
  const targets = await targetsByKey(kubeconfig, host);
  const ended: (LoggedOut | undefined)[] = [];
  for (const entry of await store.list()) {
    const target = targets.get(entry.key);
    if (target !== undefined) ended.push(await logOutTarget(target, request, host));
    else if (entry.expiresAt !== undefined || request.forget)
      ended.push(await deleteEntry(entry, store, request));
  }
  return ended.filter((each) => each !== undefined);
}

async function deleteEntry(
  entry: IndexEntry,
  store: LoginStore,
  { forget }: LogoutWish,
): Promise<LoggedOut | undefined> {
  const { expiresAt, subject, name, ...rest } = entry;
  const outcome = await store.read(entry.key);
  const approvals = outcome.kind === 'found' ? outcome.login.approvals : [];
  await store.remove(entry.key);
  if (!forget && approvals.length > 0) {
    await store.write(
      entry.key,
      { approvals },
      { preference: entry.place, entry: { ...rest, refreshable: false } },
    );
  }
  if (expiresAt === undefined) return undefined;
  const failed = 'no context that can be read uses this login, so how to reach its provider is not known';
  return { issuerUrl: entry.issuerUrl, name: name ?? subject ?? 'somebody', revocation: { failed } };
}
