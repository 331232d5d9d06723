// `get-token`: what kubectl runs on every command. Everything that a warm answer does not need is imported late.

import { Failure } from '../failure.ts';
import type { Host } from '../host.ts';
import { judgeApproval, type RefusedVerdict } from '../oidc/approval.ts';
import { formatExecCredential, parseExecInfo } from '../oidc/exec-credential.ts';
import { readFrontWishes } from '../oidc/front-wishes.ts';
import { type LoginWords, loginOptions, wordsWithVariables } from '../oidc/login-options.ts';
import { readLoginWords } from '../oidc/login-words.ts';
import type { GetTokenRequest, WarmAnswer } from '../oidc/logins.ts';
import type { ObtainRequest } from '../oidc/obtain.ts';
import { parseLoginSettings } from '../oidc/settings.ts';
import { freshness, isDueEarly, type Tokens } from '../oidc/token.ts';

export const options = loginOptions;

/** argv and environment → what to answer, and to whom. Fails with `usage`. */
export function parse(words: readonly string[], environment: Host['environment']): GetTokenRequest {
  return {
    settings: parseLoginSettings(wordsWithVariables(parseWords(words), environment)),
    execInfo: parseExecInfo(environment.KUBERNETES_EXEC_INFO),
    wishes: readFrontWishes(environment),
  };
}

function parseWords(typed: readonly string[]): LoginWords {
  const found = readLoginWords(typed);
  if (found.kind === 'words') return found.words;
  throw new Failure('usage', `get-token cannot be run so: ${found.why}`, {
    hint: '"kubectl oidc get-token --help" lists its flags.',
  });
}

export type GetTokenDeps = {
  /** Epoch seconds. */
  readonly now: () => number;
  readonly readWarm: () => Promise<WarmAnswer>;
  /** Asks the person to approve, and remembers a yes; fails with `refused` where nobody can be asked or the answer is no. */
  readonly askForApproval: (verdict: RefusedVerdict, answer: WarmAnswer) => Promise<void>;
  /** Whether the asking process got this very token before: the API server answered it with 401. */
  readonly wasRefused: (tokens: Tokens) => boolean;
  readonly obtain: (want: ObtainRequest['want'], seen: Tokens | undefined) => Promise<Tokens>;
};

/** The ExecCredential for kubectl, as text. Signature and claims are not checked here: that was done before the tokens were stored. */
export async function run(request: GetTokenRequest, deps: GetTokenDeps): Promise<string> {
  const warm = await deps.readWarm();
  const { login, caller, broughtEnvironment } = warm;
  const verdict = judgeApproval(login.approvals, caller, broughtEnvironment);
  if (verdict.kind !== 'approved') await deps.askForApproval(verdict, warm);
  const stored = login.tokens;
  const credential = stored === undefined ? undefined : credentialOf(request, stored, deps.now());
  if (stored === undefined || credential === undefined) {
    return credentialOrFailure(request, await deps.obtain('unless-fresh', stored), deps.now());
  }
  if (stored.refreshToken === undefined || !isRefreshWanted(request, stored, deps)) return credential;
  return refreshed(request, { stored, credential }, deps);
}

function isRefreshWanted({ settings, wishes }: GetTokenRequest, stored: Tokens, deps: GetTokenDeps): boolean {
  return wishes.refresh === 'early' ? isDueEarly(stored, settings, deps.now()) : deps.wasRefused(stored);
}

/**
 * After a 401 a new token may help (keys or claims changed at the provider); where it can't be had, the old one is
 * still the best answer. Ahead of its end it is a good one, also when the next will need a person.
 */
async function refreshed(
  request: GetTokenRequest,
  current: { readonly stored: Tokens; readonly credential: string },
  deps: GetTokenDeps,
): Promise<string> {
  try {
    return credentialOrFailure(request, await deps.obtain('refresh', current.stored), deps.now());
  } catch (error) {
    const isBearable = (code: string) =>
      code === 'provider' || (code === 'sign-in-required' && request.wishes.refresh === 'early');
    if (error instanceof Failure && isBearable(error.code)) return current.credential;
    throw error;
  }
}

function credentialOf(
  { settings, execInfo }: GetTokenRequest,
  tokens: Tokens,
  now: number,
): string | undefined {
  const answer = freshness(tokens, settings, now);
  return answer.kind === 'fresh'
    ? formatExecCredential(execInfo.apiVersion, answer.token, answer.expiresAt)
    : undefined;
}

function credentialOrFailure(request: GetTokenRequest, tokens: Tokens, now: number): string {
  const credential = credentialOf(request, tokens, now);
  if (credential !== undefined) return credential;
  const wanted = request.settings.tokenType === 'id' ? 'an ID token' : 'an access token';
  throw new Failure(
    'provider',
    `${request.settings.issuerUrl} gave no ${wanted.slice(3)} that is still valid`,
    {
      hint: `Compare this machine's clock with the provider's, and the client's token lifetime there.`,
    },
  );
}

/** The real parts: the warm ones at once, the rest when an answer is not at hand. */
export async function realDeps(request: GetTokenRequest, host: Host): Promise<GetTokenDeps> {
  const warm = await import('../edge/login/warm.ts');
  const realLogin = () => import('../edge/login/real-login.ts');
  // Once the keychain is under way: until it answers, this thread has nothing else to do.
  const begin = async () => {
    await new Promise(setImmediate);
    return (await realLogin()).beginRefresh();
  };
  const read = warm.openWarmLogin(request, host, () => {
    // Whoever needs it asks for it again, and hears what is wrong with it.
    begin().catch(() => undefined);
  });
  let asRead: WarmAnswer | undefined;
  return {
    now: host.now,
    readWarm: async () => {
      asRead = await read.readWarm();
      return asRead;
    },
    wasRefused: read.wasRefused,
    askForApproval: async (verdict, answer) =>
      (await import('../edge/login/real-approval.ts')).askForApproval(
        { request, clientPid: read.clientPid, verdict, answer },
        host,
      ),
    obtain: async (want, seen) =>
      (await realLogin()).obtain(request, { want, seen, clientPid: read.clientPid, asRead }, host),
  };
}
