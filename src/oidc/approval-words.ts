// What a person is told, and asked, about an API server that a login was not approved for.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import type { ApiServer, RefusedVerdict } from './approval.ts';
import type { LoginSettings } from './settings.ts';

/** What is wrong, as one sentence without its full stop. */
export function describeVerdict(verdict: RefusedVerdict, settings: LoginSettings): string {
  const login = `the login at ${cleanText(settings.issuerUrl)} (client ${cleanText(settings.clientId)})`;
  switch (verdict.kind) {
    case 'unknown-server':
      return `the API server ${addressOf(verdict.apiServer)} is not approved to receive tokens of ${login}`;
    case 'changed-server':
      return `the kubeconfig's ${verdict.changed.join(', ')} for ${addressOf(verdict.apiServer)} differs from what was approved to receive tokens of ${login}`;
    case 'unnamed-server':
      return `the caller does not say which API server gets the token of ${login}`;
    case 'foreign-environment':
      return `the kubeconfig's exec entry sets ${verdict.names.map((name) => cleanText(name, 60)).join(', ')}, which was not approved for ${login}`;
  }
}

/** What a yes covers besides the server, a line each: every variable that the entry brings, with its value, and files that would be sent. */
export function describeCompany(
  broughtEnvironment: Readonly<Record<string, string>>,
  settings: LoginSettings,
): readonly string[] {
  const variables = Object.entries(broughtEnvironment).map(
    ([name, value]) => `  the exec entry sets ${cleanText(name, 60)}=${cleanText(value)}`,
  );
  const file = settings.clientSecretFile;
  return file === undefined
    ? variables
    : [...variables, `  the provider is sent what ${cleanText(file)} holds`];
}

/** The question that a yes answers for good (for an unnamed server: this once). */
export function questionFor(verdict: RefusedVerdict): string {
  if (verdict.kind === 'unnamed-server') return 'Print the token to this caller, this once?';
  if (verdict.kind === 'foreign-environment') return 'Go on with these variables, now and later?';
  return `Send tokens to ${addressOf(verdict.apiServer)}, now and later?`;
}

/** The host first and whole: a long address must not hide behind its own beginning. */
function addressOf({ server }: ApiServer): string {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  return url === undefined
    ? cleanText(server)
    : cleanText(`${url.protocol}//${url.host}${url.pathname.replace(/\/$/, '')}`, 300);
}

/** The refusal where nobody can be asked, or where the answer was no. Code `refused`. */
export function refusalOf(verdict: RefusedVerdict, settings: LoginSettings): Failure {
  const hint =
    verdict.kind === 'unnamed-server'
      ? 'Set "provideClusterInfo: true" in the exec entry ("kubectl oidc setup" does); for a client that cannot say it: kubectl oidc login --allow-unnamed-server.'
      : 'If this kubeconfig is yours, approve it: kubectl oidc login --context NAME.';
  return new Failure('refused', describeVerdict(verdict, settings), { hint });
}
