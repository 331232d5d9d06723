// `status`: every login that is stored on this machine. Reads, and changes nothing.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import type { Host } from '../host.ts';
import { describeTime } from '../moments.ts';
import { describePerson } from '../oidc/claims.ts';
import type { KnownLogin, StoredLogin } from '../oidc/logins.ts';
import type { StorePlace } from '../oidc/token.ts';
import { describeRows, placeWords } from '../oidc/words.ts';
import { type TypedWords, textOf } from '../typed-words.ts';

export const options = {
  output: {
    alias: 'o',
    type: 'string',
    completes: ['table', 'json'],
    describe: 'table (default) or json',
  },
  kubeconfig: { type: 'string', describe: 'kubeconfig file to look for contexts in, instead of KUBECONFIG' },
} as const;

export type StatusRequest = { readonly output: 'table' | 'json'; readonly kubeconfig: string | undefined };

/** Words → request. Fails with `usage` for an output it does not know, or a flag given several times. */
export function parse(words: TypedWords): StatusRequest {
  const output = textOf(words, 'output') ?? 'table';
  if (output !== 'table' && output !== 'json') {
    throw new Failure('usage', `--output is "${output}"`, { hint: 'It takes one of: table, json.' });
  }
  return { output, kubeconfig: textOf(words, 'kubeconfig') };
}

export type StatusDeps = { readonly knownLogins: () => Promise<readonly KnownLogin[]> };

/** One stored login. Points in time are epoch seconds. */
export type LoginStatus = {
  readonly issuer: string;
  readonly clientId: string;
  readonly account: string;
  readonly state: 'signed-in' | 'expired' | 'signed-out' | 'locked';
  readonly name: string;
  readonly groups: readonly string[];
  readonly expiresAt: number | undefined;
  readonly refreshable: boolean;
  readonly store: StorePlace;
  readonly servers: readonly string[];
  readonly contexts: readonly string[];
};

/** The state of every known login. `now` decides expiry; the margin that kubectl is told does not count here. */
export async function run(deps: StatusDeps, now: number): Promise<readonly LoginStatus[]> {
  const logins = await deps.knownLogins();
  return Promise.all(logins.map(async (login) => statusOf(login, await login.read(), now)));
}

function statusOf(login: KnownLogin, found: StoredLogin | 'locked' | 'absent', now: number): LoginStatus {
  const stored = typeof found === 'string' ? undefined : found;
  const tokens = stored?.tokens;
  const person = tokens === undefined ? { name: '', groups: [] } : describePerson(tokens.idToken);
  return {
    issuer: cleanText(login.issuerUrl),
    clientId: cleanText(login.clientId),
    account: cleanText(login.account),
    state:
      found === 'locked'
        ? 'locked'
        : tokens === undefined
          ? 'signed-out'
          : tokens.expiresAt > now
            ? 'signed-in'
            : 'expired',
    name: person.name,
    groups: person.groups,
    expiresAt: tokens?.expiresAt,
    refreshable: tokens?.refreshToken !== undefined,
    store: login.place,
    servers: (stored?.approvals ?? []).map(({ apiServer }) =>
      cleanText(apiServer.server || '(any that does not say which)'),
    ),
    contexts: login.contexts.map((context) => cleanText(context)),
  };
}

/** A block a login for people; `kind: LoginStatusList`, `apiVersion: kubectl-oidc/v1` for scripts. */
export function describe(logins: readonly LoginStatus[], request: StatusRequest, now: number): string {
  if (request.output === 'json') {
    const document = { apiVersion: 'kubectl-oidc/v1', kind: 'LoginStatusList', items: logins };
    return `${JSON.stringify(document, null, 2)}\n`;
  }
  if (logins.length === 0)
    return 'No login is stored here. "kubectl oidc setup" makes a context sign in, "kubectl oidc login" signs in for it.\n';
  return logins.map((login) => describeLogin(login, now)).join('\n');
}

const states = {
  'signed-in': 'signed in',
  expired: 'expired',
  'signed-out': 'signed out',
  locked: 'the keychain is locked, or the entry was removed there',
} as const;

function describeLogin(login: LoginStatus, now: number): string {
  const rows: readonly (readonly [string, string])[] = [
    ['client', login.account === '' ? login.clientId : `${login.clientId}, account ${login.account}`],
    ['groups', login.groups.join(', ')],
    ['until', login.expiresAt === undefined ? '' : describeTime(login.expiresAt, now)],
    [
      'renewal',
      login.expiresAt === undefined ? '' : login.refreshable ? 'without asking' : 'needs a new sign-in',
    ],
    ['kept in', placeWords[login.store]],
    ['contexts', login.contexts.join(', ')],
    ['servers', login.servers.join(', ')],
  ];
  const shown = rows.filter(([, value]) => value !== '');
  const who = login.name === '' ? '' : ` as ${login.name}`;
  return `${login.issuer}: ${states[login.state]}${who}\n${describeRows(shown)}`;
}

/** The real parts. */
export async function realDeps(request: StatusRequest, host: Host): Promise<StatusDeps> {
  const { knownLogins } = await import('../edge/login/stored-logins.ts');
  return { knownLogins: () => knownLogins(request.kubeconfig, host) };
}
