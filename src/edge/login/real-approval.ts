// Approving API servers: the question on a terminal, the refusal elsewhere, and what setup and login approve.

import { userInfo } from 'node:os';
import { Failure } from '../../failure.ts';
import { cleanText } from '../../foreign-text.ts';
import type { Host } from '../../host.ts';
import { apiServerFrom, execClusterOf } from '../../oidc/api-server.ts';
import { type Approval, type RefusedVerdict, withApproval } from '../../oidc/approval.ts';
import { describeCompany, describeVerdict, questionFor, refusalOf } from '../../oidc/approval-words.ts';
import { environmentToApprove } from '../../oidc/environment.ts';
import { isSettingVariable } from '../../oidc/login-options.ts';
import type { GetTokenRequest, WarmAnswer } from '../../oidc/logins.ts';
import { maySpeak } from '../../oidc/presence.ts';
import type { LoginTarget, LoginUse } from '../../oidc/targets.ts';
import { clusterCaBase64 } from '../kubeconfig/kubeconfig.ts';
import { openTerminal } from '../person/terminal.ts';
import { insistOnWrite, type LoginParts, openLoginParts, readStored, writeLogin } from './login-parts.ts';
import { openFailureNotes } from './shared-failure.ts';
import { sha256OfBase64 } from './warm.ts';

/** Asks on a terminal that kubectl has left to us; a yes is remembered, but for a caller without a server. Fails with `refused`. */
export async function askForApproval(
  asked: {
    readonly request: GetTokenRequest;
    readonly clientPid: number;
    readonly verdict: RefusedVerdict;
    readonly answer: WarmAnswer;
  },
  host: Host,
): Promise<void> {
  const { request, verdict, answer } = asked;
  const { settings, execInfo, wishes } = request;
  const terminal = openTerminal(host);
  const mayAsk =
    wishes.refresh !== 'early' &&
    maySpeak(terminal.surroundings(host.environment)) &&
    (!execInfo.announced || execInfo.interactive);
  if (!mayAsk) throw refusalOf(verdict, settings);
  const parts = await openLoginParts(settings, host);
  // kubectl asks up to five times for one command: a no is one no.
  const notes = openFailureNotes(
    { folder: parts.folder, key: `approval ${JSON.stringify(answer.caller)} ${parts.key}` },
    { clientPid: asked.clientPid, askedMs: wishes.askedMs, watched: true, nowMs: Date.now },
  );
  await notes.throwSharedFailure();
  terminal.say(`kubectl-oidc: ${describeVerdict(verdict, settings)}.`);
  for (const line of describeCompany(answer.broughtEnvironment, settings)) terminal.say(line);
  if (!(await terminal.ask(questionFor(verdict), host.signal))) {
    const refusal = refusalOf(verdict, settings);
    await notes.recordFailure(refusal);
    throw refusal;
  }
  if (answer.caller.kind !== 'client') return;
  const { apiServer } = answer.caller;
  const approval = { apiServer, environment: answer.broughtEnvironment, approvedAt: host.now() };
  await storeApprovals(parts, [approval]);
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

/** Shows what an approval of these exec entries covers besides their servers, and asks. Fails with `refused` where nobody can be asked, `cancelled` on a no. */
export async function confirmCompany(
  target: LoginTarget,
  wish: { readonly yes: boolean },
  host: Host,
): Promise<void> {
  const set = target.uses.flatMap(({ environment }) => Object.entries(environment));
  const foreign = Object.fromEntries(set.filter(([name]) => !isSettingVariable(name)));
  const company = describeCompany(foreign, target.settings);
  if (company.length === 0) return;
  const terminal = openTerminal(host);
  terminal.say(
    `kubectl-oidc: the login at ${cleanText(target.settings.issuerUrl)} comes with more than its settings:`,
  );
  for (const line of company) terminal.say(line);
  if (wish.yes) return;
  if (!maySpeak(terminal.surroundings(host.environment))) {
    throw new Failure('refused', 'nobody was asked whether that is wanted', {
      hint: 'Give --yes if it is, or run it in a terminal.',
    });
  }
  if (await terminal.ask('Is that wanted, now and later?', host.signal)) return;
  throw new Failure('cancelled', 'nothing was approved, as you wished');
}
