// What is said when an API server does not do what it was asked. By status and code, never by the text of an error.

import { Failure } from '../../failure.ts';
import { cleanText } from '../../foreign-text.ts';
import { isFields } from '../../json-fields.ts';
import type { ApiAnswer } from './api-client.ts';

const networkHints: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens there: check the server address and that the cluster runs.',
  ENOTFOUND: 'The name is not known: check the server address, your network or VPN.',
  EAI_AGAIN: 'Names cannot be looked up right now: check your network.',
  ECONNRESET: 'It closed the connection: check for a proxy in between.',
};
const elsewhere = 'Check the server address, your network or VPN.';
const tlsHint =
  'Its certificate is not trusted: check the certificate-authority of the cluster in the kubeconfig.';

/** No answer arrived. `waitedMs`: it was waited for that long. */
export function networkFailure(server: string, error: unknown, waitedMs?: number): Failure {
  const where = `the API server ${cleanText(server)}`;
  if (waitedMs !== undefined) {
    return new Failure('cluster', `${where} did not answer within ${waitedMs / 1000} seconds`, {
      hint: elsewhere,
    });
  }
  const code = deepestCode(error);
  const isTls = /CERT|SIGNATURE|ISSUER|_TLS_|_SSL_|EPROTO/.test(code);
  return new Failure('cluster', `cannot reach ${where}`, {
    hint: isTls ? tlsHint : (networkHints[code] ?? elsewhere),
    cause: code === '' ? 'no reason given' : code,
  });
}

/** An answer that is not what was asked for; `doing` as in "the API server … refused to <doing>". */
export function answerFailure(server: string, doing: string, answer: ApiAnswer): Failure {
  const where = `the API server ${cleanText(server)}`;
  if (answer.status === 401) {
    return new Failure('cluster', `${where} does not know you`, {
      hint: 'Sign in again with "kubectl oidc login", or check the user of this context.',
      cause: '401',
    });
  }
  const said = messageOf(answer);
  if (answer.status === 403) {
    return new Failure('forbidden', `you may not ${doing}${said}`, {
      hint: 'Ask somebody who administers access there, or use another context with --context.',
    });
  }
  const code = answer.status === 409 ? 'conflict' : 'cluster';
  return new Failure(code, `${where} refused to ${doing}${said}`, { cause: `${answer.status}` });
}

/** A Status says why; it is the API server's own sentence, cleaned. */
function messageOf({ body }: ApiAnswer): string {
  return isFields(body) && typeof body.message === 'string' ? `: ${cleanText(body.message, 400)}` : '';
}

/** fetch and agents wrap the reason of the socket. */
export function deepestCode(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const inner = deepestCode(error.cause);
  if (inner !== '') return inner;
  return 'code' in error && typeof error.code === 'string' ? cleanText(error.code, 60) : '';
}
