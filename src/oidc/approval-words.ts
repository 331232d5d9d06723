// What a person is told, and asked, about an API server that a login was not approved for.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import type { RefusedVerdict } from './approval.ts';
import type { LoginSettings } from './settings.ts';

/** What is wrong, as one sentence without its full stop. */
export function describeVerdict(verdict: RefusedVerdict, settings: LoginSettings): string {
  const login = `the login at ${cleanText(settings.issuerUrl)} (client ${cleanText(settings.clientId)})`;
  switch (verdict.kind) {
    case 'unknown-server':
      return `the API server ${cleanText(verdict.apiServer.server)} is not approved to receive tokens of ${login}`;
    case 'changed-server':
      return `the kubeconfig's ${verdict.changed.join(', ')} for ${cleanText(verdict.apiServer.server)} differs from what was approved to receive tokens of ${login}`;
    case 'unnamed-server':
      return `the caller does not say which API server gets the token of ${login}`;
    case 'foreign-environment':
      return `the kubeconfig's exec entry sets ${verdict.names.map((name) => cleanText(name, 60)).join(', ')}, which was not approved for ${login}`;
  }
}

/** The question that a yes answers for good (for an unnamed server: this once). */
export function questionFor(verdict: RefusedVerdict): string {
  if (verdict.kind === 'unnamed-server') return 'Print the token to this caller, this once?';
  if (verdict.kind === 'foreign-environment') return 'Go on with these variables, now and later?';
  return `Send tokens to ${cleanText(verdict.apiServer.server)}, now and later?`;
}

/** The refusal where nobody can be asked, or where the answer was no. Code `refused`. */
export function refusalOf(verdict: RefusedVerdict, settings: LoginSettings): Failure {
  const hint =
    verdict.kind === 'unnamed-server'
      ? 'Set "provideClusterInfo: true" in the exec entry ("kubectl oidc setup" does); for a client that cannot say it: kubectl oidc login --allow-unnamed-server.'
      : 'If this kubeconfig is yours, approve it: kubectl oidc login --context NAME.';
  return new Failure('refused', describeVerdict(verdict, settings), { hint });
}
