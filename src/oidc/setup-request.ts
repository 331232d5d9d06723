// What the person asked of setup: words → a request that cannot be wrong.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import { type TypedWords, textOf } from '../typed-words.ts';
import { type AuthenticationApi, parsePrefix } from './cluster-side.ts';
import { type LoginOption, type LoginWords, loginOptions, wordsWithVariables } from './login-options.ts';
import { type ProviderName, providerNames } from './provider-presets.ts';
import { type LoginSettings, parseLoginSettings } from './settings.ts';

/** Which form of the cluster's side is printed. */
export type ClusterSideForm = AuthenticationApi | 'flags' | 'none';
const clusterSideForms: readonly ClusterSideForm[] = ['v1', 'v1beta1', 'flags', 'none'];

/** The flags that setup has besides those of a login. */
export const setupOptions = {
  context: {
    type: 'string',
    describe:
      'existing context that gets the login as its user; with --cluster the name of the new context. Without both: a new context NAME-oidc beside the current one',
  },
  cluster: { type: 'string', describe: 'cluster of the context; with --server a new one' },
  server: { type: 'string', describe: 'https address of the new cluster' },
  'cluster-certificate-authority': { type: 'string', describe: "PEM file with the new cluster's CA" },
  'user-name': { type: 'string', describe: 'name of the user entry (default: CONTEXT-oidc)' },
  'use-context': { type: 'boolean', describe: 'also make it the current context' },
  provider: {
    type: 'string',
    choices: [...providerNames],
    describe: 'what is special about the provider (default: guessed from the issuer)',
  },
  'username-claim': { type: 'string', describe: "claim that is the user's name in the cluster" },
  'groups-claim': { type: 'string', describe: 'claim that holds the groups' },
  'username-prefix': { type: 'string', describe: "put before user names in the cluster (default 'oidc:')" },
  'groups-prefix': { type: 'string', describe: "put before groups in the cluster (default 'oidc:')" },
  'cluster-side': {
    type: 'string',
    choices: [...clusterSideForms],
    describe:
      'form of the printed cluster side: AuthenticationConfiguration v1 (Kubernetes 1.34, the default), v1beta1 (1.30 to 1.33), flags (older), none',
  },
  verify: { type: 'boolean', describe: 'sign in and compare the token with what the cluster sees' },
  'accept-no-refresh': {
    type: 'boolean',
    describe:
      'go on with a provider that gives no refresh tokens: the browser opens each time the ID token ends',
  },
  'dry-run': { type: 'boolean', describe: 'print the change and the cluster side, write nothing' },
  yes: { type: 'boolean', describe: 'do not ask before writing' },
  kubeconfig: { type: 'string', describe: 'kubeconfig file to change instead of KUBECONFIG' },
} as const satisfies Record<string, LoginOption>;

export type SetupRequest = {
  readonly settings: LoginSettings;
  /** Whether the person chose scopes; otherwise the preset does. */
  readonly scopesGiven: boolean;
  readonly context: string | undefined;
  readonly cluster:
    | { readonly name: string; readonly server: string; readonly caFile: string | undefined }
    | undefined;
  readonly userName: string | undefined;
  readonly useContext: boolean;
  readonly provider: ProviderName | undefined;
  readonly usernameClaim: string | undefined;
  readonly groupsClaim: string | undefined;
  readonly usernamePrefix: string;
  readonly groupsPrefix: string;
  readonly clusterSide: ClusterSideForm;
  readonly verify: boolean;
  readonly dryRun: boolean;
  readonly acceptNoRefresh: boolean;
  readonly yes: boolean;
  readonly kubeconfig: string | undefined;
};

/** Words and variables → the request. Fails with `usage`, naming the flag. */
export function parseSetup(
  words: TypedWords,
  environment: Readonly<Record<string, string | undefined>>,
): SetupRequest {
  const loginWords = wordsWithVariables(loginWordsIn(words), environment);
  const text = (flag: keyof typeof setupOptions): string | undefined => textOf(words, flag);
  return {
    settings: parseLoginSettings(loginWords),
    scopesGiven: loginWords.scope !== undefined,
    context: nameOf('context', text('context')),
    cluster: clusterIn(words),
    userName: nameOf('user-name', text('user-name')),
    useContext: words['use-context'] === true,
    provider: oneOf('provider', text('provider'), providerNames),
    usernameClaim: text('username-claim'),
    groupsClaim: text('groups-claim'),
    usernamePrefix: parsePrefix('username-prefix', prefixIn(words, 'username-prefix')),
    groupsPrefix: parsePrefix('groups-prefix', prefixIn(words, 'groups-prefix')),
    clusterSide: oneOf('cluster-side', text('cluster-side'), clusterSideForms) ?? 'v1',
    verify: words.verify === true,
    dryRun: words['dry-run'] === true,
    acceptNoRefresh: words['accept-no-refresh'] === true,
    yes: words.yes === true,
    kubeconfig: text('kubeconfig'),
  };
}

function loginWordsIn(words: TypedWords): LoginWords {
  const given = Object.keys(loginOptions).map((flag) => [flag, words[flag]] as const);
  return Object.fromEntries(
    given.filter((each): each is readonly [string, string | boolean | string[]] => isWord(each[1])),
  );
}

function isWord(value: unknown): value is string | boolean | string[] {
  if (Array.isArray(value)) return value.every((each) => typeof each === 'string');
  return typeof value === 'string' || typeof value === 'boolean';
}

function clusterIn(words: TypedWords): SetupRequest['cluster'] {
  const name = nameOf('cluster', textOf(words, 'cluster'));
  const server = textOf(words, 'server');
  const caFile = textOf(words, 'cluster-certificate-authority');
  if (name !== undefined) return { name, server: server === undefined ? '' : parseServer(server), caFile };
  const alone = server === undefined ? caFile && 'cluster-certificate-authority' : 'server';
  if (!alone) return undefined;
  throw new Failure('usage', `--${alone} was given without --cluster`, {
    hint: 'Give --cluster NAME as well; a context that exists already knows its server.',
  });
}

/** A token goes to this address: nothing but https, and nothing that is dropped on the way. */
function parseServer(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isFit = url?.protocol === 'https:' && url.search === '' && url.hash === '' && url.username === '';
  if (isFit) return text.replace(/\/$/, '');
  throw new Failure('usage', `--server is "${cleanText(text)}"`, {
    hint: 'Give the https address of the API server, e.g. https://cluster.example.com:6443.',
  });
}

function prefixIn(words: TypedWords, flag: 'username-prefix' | 'groups-prefix'): string {
  const value = words[flag];
  return value === undefined ? 'oidc:' : value === '' ? '' : (textOf(words, flag) ?? '');
}

/** Names go to a terminal later: no escapes or control characters in them. */
function nameOf(flag: string, text: string | undefined): string | undefined {
  if (text === undefined || text === cleanText(text, 250)) return text;
  throw new Failure('usage', `--${flag} holds control characters, or is longer than 250`, {
    hint: 'Choose a plain name.',
  });
}

function oneOf<Choice extends string>(
  flag: string,
  text: string | undefined,
  choices: readonly Choice[],
): Choice | undefined {
  const found = choices.find((each) => each === text);
  if (text === undefined || found !== undefined) return found;
  throw new Failure('usage', `--${flag} is "${cleanText(text)}"`, {
    hint: `It takes one of: ${choices.join(', ')}.`,
  });
}
