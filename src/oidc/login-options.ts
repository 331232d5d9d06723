// The flags of a login, each also a variable: one table for the warm path's parser, the help text and `setup`.

import { Failure } from '../failure.ts';

export type LoginOption = {
  readonly type: 'string' | 'boolean';
  readonly multiple?: true;
  readonly choices?: readonly string[];
  readonly describe: string;
};

/** Every flag of `get-token`; `setup` takes the same and writes them. Each is also a variable: `variableOf(flag)`. */
export const loginOptions = {
  'issuer-url': {
    type: 'string',
    describe: 'address of the identity provider, as in its discovery document',
  },
  'client-id': { type: 'string', describe: 'client id registered at the provider for kubectl' },
  scope: {
    type: 'string',
    multiple: true,
    describe: 'scope to ask for besides openid (repeatable, or separated by commas or spaces)',
  },
  account: {
    type: 'string',
    describe: 'name of the login when several people use one provider from this machine',
  },
  audience: {
    type: 'string',
    describe: 'audience to ask the provider for (the audience parameter of Auth0, Okta and others)',
  },
  'auth-param': {
    type: 'string',
    multiple: true,
    describe: 'extra parameter k=v of the authorization request (repeatable)',
  },
  'certificate-authority': { type: 'string', describe: 'PEM file with the CA of the identity provider' },
  'certificate-authority-data': { type: 'string', describe: 'the same as base64, as in a kubeconfig' },
  'redirect-uri': {
    type: 'string',
    describe: 'fixed loopback address for providers that compare the port, e.g. http://127.0.0.1:8000/',
  },
  'token-type': {
    type: 'string',
    choices: ['id', 'access'],
    describe: 'which token kubectl gets (default id)',
  },
  'client-secret-file': {
    type: 'string',
    describe: 'file that holds the client secret, for clients that must have one',
  },
  'acr-values': {
    type: 'string',
    multiple: true,
    describe: 'authentication contexts to ask for and to insist on (e.g. MFA)',
  },
  'max-age': {
    type: 'string',
    describe: 'seconds since the person last signed in actively, asked for and insisted on',
  },
  'token-store': {
    type: 'string',
    choices: ['auto', 'keychain', 'file', 'none'],
    describe:
      'where tokens are kept (default auto: the OS keychain, else a file that only you can read; keychain: nowhere else)',
  },
  timeout: { type: 'string', describe: 'seconds to wait for the person in the browser (default 180)' },
  login: {
    type: 'string',
    choices: ['auto', 'never'],
    describe: 'never: do not open a browser, fail instead (default auto)',
  },
  'danger-http-loopback-issuer': {
    type: 'boolean',
    describe:
      'accept an http:// issuer on a loopback address; its answers can be forged by anybody on this machine',
  },
} as const satisfies Record<string, LoginOption>;

export type LoginFlag = keyof typeof loginOptions;
export type LoginWords = { readonly [Flag in LoginFlag]?: string | boolean | readonly string[] };

/** `--issuer-url` is also `KUBECTL_OIDC_ISSUER_URL`. */
export function variableOf(flag: LoginFlag): string {
  return `KUBECTL_OIDC_${flag.toUpperCase().replaceAll('-', '_')}`;
}

/** Whether a variable is a setting of the login itself, and so part of its key; our folder's place and the front's wishes are not. */
export function isSettingVariable(name: string): boolean {
  return /^KUBECTL_OIDC_(?!(HOME|REFRESH|ASKED_MS)$)/.test(name);
}

/** Flags over variables over nothing: a flag that is given hides its variable as a whole. */
export function wordsWithVariables(
  words: LoginWords,
  environment: Readonly<Record<string, string | undefined>>,
): LoginWords {
  const merged: Record<string, string | boolean | readonly string[]> = {};
  for (const flag of Object.keys(loginOptions) as LoginFlag[]) {
    const value = words[flag] ?? variableValue(flag, environment[variableOf(flag)]);
    if (value !== undefined) merged[flag] = value;
  }
  return merged;
}

function variableValue(
  flag: LoginFlag,
  text: string | undefined,
): string | boolean | readonly string[] | undefined {
  if (text === undefined || text === '') return undefined;
  const option: LoginOption = loginOptions[flag];
  if (option.type === 'string') return option.multiple ? [text] : text;
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw new Failure('usage', `${variableOf(flag)} is "${text}"`, { hint: 'Set it to true or false.' });
}
