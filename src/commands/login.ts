// `login`: sign in now, for one context or for all, in the browser or by pasting the redirect address.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import type { Host } from '../host.ts';
import { describeTime } from '../moments.ts';
import type { Person } from '../oidc/claims.ts';
import type { Kubeconfig } from '../oidc/kubeconfig.ts';
import type { SignedIn, SignInWish } from '../oidc/logins.ts';
import {
  type LoginTarget,
  type LoginTargets,
  loginTargets,
  parseChoice,
  type TargetChoice,
} from '../oidc/targets.ts';
import { describeRows, placeWords } from '../oidc/words.ts';
import { type TypedWords, textOf } from '../typed-words.ts';

export const options = {
  context: { type: 'string', describe: 'context to sign in for (default: the current one)' },
  all: {
    type: 'boolean',
    describe: 'sign in for every context that uses this plugin, one login after the other',
  },
  'no-browser': {
    type: 'boolean',
    describe: 'print the address and take the pasted redirect address instead',
  },
  'allow-unnamed-server': {
    type: 'boolean',
    describe: 'also release the token to programs that do not say which API server it is for',
  },
  yes: {
    type: 'boolean',
    describe: 'approve without a question what the exec entry sets besides the settings of the login',
  },
  kubeconfig: { type: 'string', describe: 'kubeconfig file to use instead of KUBECONFIG' },
} as const;

export type LoginRequest = SignInWish & {
  readonly choice: TargetChoice;
  readonly kubeconfig: string | undefined;
};

/** Words → what to sign in for. Fails with `usage` when both --context and --all are given, or one several times. */
export function parse(words: TypedWords): LoginRequest {
  return {
    choice: parseChoice(words),
    browser: words['no-browser'] !== true,
    allowUnnamedServer: words['allow-unnamed-server'] === true,
    kubeconfig: textOf(words, 'kubeconfig'),
    yes: words.yes === true,
  };
}

export type LoginDeps = {
  readonly readKubeconfig: (file: string | undefined) => Promise<Kubeconfig>;
  /** Signs in, approves the target's servers, stores; fails as a sign-in does. */
  readonly signIn: (target: LoginTarget, wish: SignInWish) => Promise<SignedIn>;
};

/** What became of each; `unreadable` contexts were left out. */
export type LoginOutcome = {
  readonly signedIn: readonly SignedIn[];
  readonly unreadable: LoginTargets['unreadable'];
};

/** Signs in for each login of the choice, one after the other: a person has one browser. */
export async function run(request: LoginRequest, deps: LoginDeps): Promise<LoginOutcome> {
  const { targets, unreadable } = loginTargets(await deps.readKubeconfig(request.kubeconfig), request.choice);
  const signedIn: SignedIn[] = [];
  for (const target of targets) signedIn.push(await deps.signIn(target, request));
  return { signedIn, unreadable };
}

/** Fails with `usage` when a context was left out. */
export function insistOnAll({ unreadable }: LoginOutcome): void {
  const [first] = unreadable;
  if (first === undefined) return;
  throw new Failure('usage', `context "${cleanText(first.context)}" was left out: ${first.failure.message}`, {
    hint: first.failure.hint ?? 'Write its exec entry anew with "kubectl oidc setup".',
  });
}

/** What a person reads afterwards: who, which groups, until when, where it is kept. */
export function describe({ signedIn }: Pick<LoginOutcome, 'signedIn'>, now: number): string {
  return signedIn.map((login) => describeLogin(login, now)).join('\n');
}

function describeLogin(login: SignedIn, now: number): string {
  const { person, refreshable, place } = login;
  const lines: readonly (readonly [string, string])[] = [
    ['groups', describeGroups(person)],
    ['until', `${describeTime(login.expiresAt, now)}${refreshable ? ', then renewed without asking' : ''}`],
    ['kept in', place === undefined ? 'nothing: --token-store none' : placeWords[place]],
    ['contexts', login.contexts.map((context) => cleanText(context)).join(', ')],
  ];
  return `Signed in to ${cleanText(login.issuerUrl)} as ${person.name}\n${describeRows(lines)}`;
}

function describeGroups({ groups, groupsLeftOut }: Person): string {
  if (groupsLeftOut)
    return 'left out by the provider because there are too many; a kube-apiserver refuses such a token';
  return groups.length === 0 ? 'none in the token' : groups.join(', ');
}

/** The real parts. */
export async function realDeps(host: Host): Promise<LoginDeps> {
  const { readKubeconfig } = await import('../edge/kubeconfig/kubeconfig.ts');
  const { signInForTarget } = await import('../edge/login/real-login.ts');
  return {
    readKubeconfig: (file) => readKubeconfig({ file, environment: host.environment }),
    signIn: (target, request) => signInForTarget(target, request, host),
  };
}
