// `logout`: delete the tokens here and revoke them at the provider where it can; says which of both was done.

import { Failure } from '../failure.ts';
import type { Host } from '../host.ts';
import { counted } from '../number-words.ts';
import type { Kubeconfig } from '../oidc/kubeconfig.ts';
import type { LoggedOut, LogoutWish } from '../oidc/logins.ts';
import { type LoginTarget, loginTargets, parseChoice, type TargetChoice } from '../oidc/targets.ts';
import { type TypedWords, textOf } from '../typed-words.ts';

export const options = {
  context: { type: 'string', describe: 'context whose login to end (default: the current one)' },
  all: { type: 'boolean', describe: 'end every login that is stored on this machine' },
  forget: { type: 'boolean', describe: 'also withdraw what was approved: the next use asks again' },
  kubeconfig: { type: 'string', describe: 'kubeconfig file to use instead of KUBECONFIG' },
} as const;

export type LogoutRequest = LogoutWish & { readonly choice: TargetChoice };

/** Words → whose login to end. Fails with `usage` when both --context and --all are given, or one several times. */
export function parse(words: TypedWords): LogoutRequest {
  return {
    choice: parseChoice(words),
    forget: words.forget === true,
    kubeconfig: textOf(words, 'kubeconfig'),
  };
}

export type LogoutDeps = {
  readonly readKubeconfig: (file: string | undefined) => Promise<Kubeconfig>;
  /** undefined: nobody was signed in there. */
  readonly logOut: (target: LoginTarget, request: LogoutRequest) => Promise<LoggedOut | undefined>;
  /** Every stored login, of whatever kubeconfig. */
  readonly logOutAll: (request: LogoutRequest) => Promise<readonly LoggedOut[]>;
};

/** Ends the chosen logins. A provider that can't be reached does not keep the tokens here. */
export async function run(request: LogoutRequest, deps: LogoutDeps): Promise<readonly LoggedOut[]> {
  if (request.choice.kind === 'all') return deps.logOutAll(request);
  const { targets } = loginTargets(await deps.readKubeconfig(request.kubeconfig), request.choice);
  const ended = await Promise.all(targets.map((target) => deps.logOut(target, request)));
  return ended.filter((each) => each !== undefined);
}

/** One line a login. */
export function describe(outcome: readonly LoggedOut[]): string {
  if (outcome.length === 0) return 'Nobody was signed in.\n';
  return outcome.map((login) => `${describeOne(login)}\n`).join('');
}

function describeOne({ issuerUrl, name, revocation }: LoggedOut): string {
  const deleted = `Signed ${name} out of ${issuerUrl}: tokens deleted here`;
  if (revocation === 'revoked') return `${deleted} and revoked at the provider.`;
  if (revocation === 'unsupported') {
    return `${deleted}; the provider offers no revocation, so a token copied before stays valid until it expires.`;
  }
  return `${deleted}; revoking them at the provider failed: ${revocation.failed}`;
}

/** Fails with `provider` when a provider was asked and did not revoke: what is deleted here may still be valid elsewhere. */
export function insistOnRevocation(outcome: readonly LoggedOut[]): void {
  const failed = outcome.filter(({ revocation }) => typeof revocation !== 'string').length;
  if (failed === 0) return;
  throw new Failure(
    'provider',
    `${failed} of ${counted(outcome.length, 'login')} could not be revoked at the provider`,
    {
      hint: 'Their tokens are deleted here; end the session at the provider itself.',
    },
  );
}

/** The real parts. */
export async function realDeps(host: Host): Promise<LogoutDeps> {
  const { readKubeconfig } = await import('../edge/kubeconfig/kubeconfig.ts');
  const login = await import('../edge/login/stored-logins.ts');
  return {
    readKubeconfig: (file) => readKubeconfig({ file, environment: host.environment }),
    logOut: (target, request) => login.logOutTarget(target, request, host),
    logOutAll: (request) => login.logOutAll(request, host),
  };
}
