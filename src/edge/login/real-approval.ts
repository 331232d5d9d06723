// Approving API servers: the question on a terminal, the refusal elsewhere, and what setup and login approve.

import { userInfo } from 'node:os';
import type { GetTokenRequest, WarmAnswer } from '../../commands/get-token.ts';
import type { Host } from '../../host.ts';
import { apiServerFrom, execClusterOf } from '../../oidc/api-server.ts';
import { type Approval, type RefusedVerdict, withApproval } from '../../oidc/approval.ts';
import { describeVerdict, questionFor, refusalOf } from '../../oidc/approval-words.ts';
import { environmentToApprove } from '../../oidc/environment.ts';
import { maySpeak } from '../../oidc/presence.ts';
import type { LoginUse } from '../../oidc/targets.ts';
import { clusterCaBase64 } from '../kubeconfig/kubeconfig.ts';
import { openTerminal } from '../person/terminal.ts';
import { insistOnWrite, type LoginParts, openLoginParts, readStored, writeLogin } from './login-parts.ts';
import { sha256OfBase64 } from './warm.ts';

/** Asks on a terminal that kubectl has left to us; a yes is remembered, but for a caller without a server. Fails with `refused`. */
export async function askForApproval(
  asked: { readonly request: GetTokenRequest; readonly verdict: RefusedVerdict; readonly answer: WarmAnswer },
  host: Host,
): Promise<void> {
  const { request, verdict, answer } = asked;
  const { settings, execInfo } = request;
  const terminal = openTerminal(host);
  const mayAsk =
    maySpeak(terminal.surroundings(host.environment)) && (!execInfo.announced || execInfo.interactive);
  if (!mayAsk) throw refusalOf(verdict, settings);
  terminal.say(`kubectl-oidc: ${describeVerdict(verdict, settings)}.`);
  if (!(await terminal.ask(questionFor(verdict), host.signal))) throw refusalOf(verdict, settings);
  if (answer.caller.kind !== 'client') return;
  const { apiServer } = answer.caller;
  const approval = { apiServer, environment: answer.broughtEnvironment, approvedAt: host.now() };
  await storeApprovals(await openLoginParts(settings, host), [approval]);
}

/** What a person approves by setting up or signing in to a context. Fails with `refused` where its entry moves our store. */
export async function approvalOf(use: LoginUse, host: Host): Promise<Approval> {
  const account = userInfo();
  const environment = environmentToApprove(use.environment, {
    own: host.environment,
    caller: undefined,
    platform: host.platform,
    home: account.homedir,
    uid: account.uid,
  });
  const apiServer = apiServerFrom(
    execClusterOf(use.cluster, await clusterCaBase64(use.cluster)),
    sha256OfBase64,
  );
  return { apiServer, environment, approvedAt: host.now() };
}

/** Adds approvals to a login, keeping its tokens. Holds the login's lock. */
export function storeApprovals(parts: LoginParts, approvals: readonly Approval[]): Promise<void> {
  return parts.exclusively('noting an approval', async () => {
    const stored = await readStored(parts, false);
    const all = approvals.reduce(withApproval, stored.approvals);
    insistOnWrite(await writeLogin(parts, { approvals: all, tokens: stored.tokens }), parts.settings);
  });
}
