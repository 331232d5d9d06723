// `login`: sign in now, for one context or for all, in the browser or by pasting the redirect address.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import type { Host } from '../host.ts';
import type { Person } from '../oidc/claims.ts';
import type { Kubeconfig } from '../oidc/kubeconfig.ts';
import { type LoginTarget, loginTargets, type TargetChoice } from '../oidc/targets.ts';
import type { StorePlace } from '../oidc/token.ts';
import { describeTime } from '../oidc/words.ts';

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

export type LoginRequest = {
  readonly yes: boolean;
  readonly choice: TargetChoice;
  readonly browser: boolean;
  readonly allowUnnamedServer: boolean;
  readonly kubeconfig: string | undefined;
};

export type LoginWordsTyped = {
  readonly context?: string | undefined;
  readonly all?: boolean | undefined;
  readonly noBrowser?: boolean | undefined;
  readonly allowUnnamedServer?: boolean | undefined;
  readonly kubeconfig?: string | undefined;
  readonly yes?: boolean | undefined;
};

/** Words → what to sign in for. Fails with `usage` when both --context and --all are given. */
export function parse(words: LoginWordsTyped): LoginRequest {
  if (words.all && words.context !== undefined) {
    throw new Failure('usage', '--context and --all were both given', { hint: 'Give one of them.' });
  }
  return {
    choice: words.all ? { kind: 'all' } : { kind: 'context', name: words.context },
    browser: words.noBrowser !== true,
    allowUnnamedServer: words.allowUnnamedServer === true,
    kubeconfig: words.kubeconfig,
    yes: words.yes === true,
  };
}

export type SignedIn = {
  readonly issuerUrl: string;
  readonly person: Person;
  readonly expiresAt: number;
  readonly refreshable: boolean;
  /** undefined: not stored anywhere, by wish. */
  readonly place: StorePlace | undefined;
  readonly contexts: readonly string[];
};

export type LoginDeps = {
  readonly readKubeconfig: (file: string | undefined) => Promise<Kubeconfig>;
  /** Signs in, approves the target's servers, stores; fails as a sign-in does. */
  readonly signIn: (target: LoginTarget, request: LoginRequest) => Promise<SignedIn>;
};

/** Signs in for each login of the choice, one after the other: a person has one browser. */
export async function run(request: LoginRequest, deps: LoginDeps): Promise<readonly SignedIn[]> {
  const targets = loginTargets(await deps.readKubeconfig(request.kubeconfig), request.choice);
  const done: SignedIn[] = [];
  for (const target of targets) done.push(await deps.signIn(target, request));
  return done;
}

/** What a person reads afterwards: who, which groups, until when, where it is kept. */
export function describe(outcome: readonly SignedIn[], now: number): string {
  return outcome.map((login) => describeLogin(login, now)).join('\n');
}

const places = {
  keychain: 'the OS keychain',
  file: 'a file that only you can read',
} as const;

function describeLogin(login: SignedIn, now: number): string {
  const { person, refreshable, place } = login;
  const lines: readonly (readonly [string, string])[] = [
    ['groups', describeGroups(person)],
    ['until', `${describeTime(login.expiresAt, now)}${refreshable ? ', then renewed without asking' : ''}`],
    ['kept in', place === undefined ? 'nothing: --token-store none' : places[place]],
    ['contexts', login.contexts.map((context) => cleanText(context)).join(', ')],
  ];
  const rows = lines.map(([name, value]) => `  ${name.padEnd(9)} ${value}\n`).join('');
  return `Signed in to ${cleanText(login.issuerUrl)} as ${person.name}\n${rows}`;
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
