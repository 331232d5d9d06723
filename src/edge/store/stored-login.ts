// What one item of the store says, parsed once when it is read. The text is ours, but a keychain is open to every
// program of the person, so its shape is not believed.

import { areOptional, isFields, parseFields } from '../../json-fields.ts';
import type { ApiServer, Approval } from '../../oidc/approval.ts';
import type { StoredLogin } from '../../oidc/logins.ts';
import type { Tokens } from '../../oidc/token.ts';

const version = 1;
const maxCharacters = 1024 * 1024;

export function formatStoredLogin(login: StoredLogin): string {
  return JSON.stringify({ version, approvals: login.approvals, tokens: login.tokens });
}

/** The login in this text; undefined when it is not one of this version. Signatures and times are not judged here. */
export function parseStoredLogin(text: string): StoredLogin | undefined {
  const fields = text.length <= maxCharacters ? parseFields(text) : undefined;
  if (fields === undefined || fields.version !== version || !Array.isArray(fields.approvals))
    return undefined;
  const approvals = fields.approvals.map(parseApproval);
  if (!approvals.every((approval) => approval !== undefined)) return undefined;
  if (fields.tokens === undefined) return { approvals };
  const tokens = parseTokens(fields.tokens);
  return tokens === undefined ? undefined : { approvals, tokens };
}

function parseTokens(value: unknown): Tokens | undefined {
  if (!isFields(value)) return undefined;
  const { idToken, expiresAt, obtainedAt, accessToken, refreshToken, accessExpiresAt, authenticatedAt } =
    value;
  const isWhole =
    typeof idToken === 'string' &&
    Number.isFinite(expiresAt) &&
    Number.isFinite(obtainedAt) &&
    areOptional(value, 'string', ['accessToken', 'refreshToken']) &&
    areOptional(value, 'number', ['accessExpiresAt', 'authenticatedAt']);
  if (!isWhole) return undefined;
  // JSON has no undefined: what is not there stays out, as the type wants it.
  const optional = { accessToken, refreshToken, accessExpiresAt, authenticatedAt };
  const given = Object.fromEntries(Object.entries(optional).filter(([, field]) => field !== undefined));
  return { idToken, expiresAt, obtainedAt, ...given } as Tokens;
}

function parseApproval(value: unknown): Approval | undefined {
  if (!isFields(value)) return undefined;
  const { apiServer, environment, approvedAt } = value;
  if (!isApiServer(apiServer) || !isFields(environment) || typeof approvedAt !== 'number') return undefined;
  if (!Object.values(environment).every((each) => typeof each === 'string')) return undefined;
  const { server, tlsServerName, caSha256, insecureSkipTlsVerify, proxyUrl } = apiServer;
  return {
    apiServer: { server, tlsServerName, caSha256, insecureSkipTlsVerify, proxyUrl },
    environment: environment as Readonly<Record<string, string>>,
    approvedAt,
  };
}

function isApiServer(value: unknown): value is ApiServer {
  if (!isFields(value) || typeof value.insecureSkipTlsVerify !== 'boolean') return false;
  return ['server', 'tlsServerName', 'caSha256', 'proxyUrl'].every((name) => typeof value[name] === 'string');
}
