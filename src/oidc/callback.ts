// What comes back from the provider through the browser, judged: which answer is ours, which ends the login and
// which is somebody else's noise (RFC 6749 section 4.1.2, RFC 9207).

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';

/** The code and, when the provider says one, its issuer; both unchecked, the exchange judges them. */
export type CallbackAnswer = { readonly code: string; readonly iss: string | undefined };

export type CallbackVerdict =
  | { readonly kind: 'code'; readonly answer: CallbackAnswer }
  /** Carries our state and no usable code: the login is over. */
  | { readonly kind: 'ended'; readonly failure: Failure }
  /** Not an answer to this login (wrong or missing state): refused, and the login goes on. */
  | { readonly kind: 'not-ours' };

const hints: Readonly<Record<string, string>> = {
  access_denied: 'Sign in again and agree, or ask who runs the provider whether you may use this client.',
  invalid_scope: 'The provider does not know one of the scopes: compare --scope with what it offers.',
  unauthorized_client: 'Register this client at the provider for the authorization code flow.',
  unsupported_response_type: 'Register this client at the provider for the authorization code flow.',
  server_error: 'The provider is in trouble: try again later.',
  temporarily_unavailable: 'The provider is in trouble: try again later.',
};

/**
 * Judges the query of a request to the redirect address. Without the right state nothing else of it is believed,
 * an `error` neither: a web page can send one (RFC 6749 section 10.12). Does not check code and iss.
 */
export function judgeCallback(query: string, expectedState: string): CallbackVerdict {
  const parameters = new URLSearchParams(query);
  const states = parameters.getAll('state');
  if (states.length !== 1 || !isSameSecret(states[0] ?? '', expectedState)) return { kind: 'not-ours' };
  const repeated = ['code', 'iss', 'error', 'error_description'].find(
    (name) => parameters.getAll(name).length > 1,
  );
  if (repeated !== undefined) return malformed(`it gives "${repeated}" twice`);
  const error = parameters.get('error');
  if (error !== null) return refusal(error, parameters.get('error_description') ?? '');
  const code = parameters.get('code') ?? '';
  if (code === '') return malformed('it holds no code');
  return { kind: 'code', answer: { code, iss: parameters.get('iss') ?? undefined } };
}

/**
 * Judges an address that a person copied from the browser's address bar. The whole address is asked for: a bare
 * code has no state, so nothing would tell whose login it belongs to.
 */
export function judgePastedAddress(
  line: string,
  expected: { readonly redirectUri: string; readonly state: string },
): CallbackVerdict {
  const text = line.trim().replace(/^(["'<])(.*)(["'>])$/, '$2');
  if (!URL.canParse(text)) return { kind: 'not-ours' };
  const pasted = new URL(text);
  const ours = new URL(expected.redirectUri);
  if (pasted.origin !== ours.origin || pasted.pathname !== ours.pathname) return { kind: 'not-ours' };
  return judgeCallback(pasted.search, expected.state);
}

/**
 * Whether a Cookie header holds this cookie (RFC 6265 section 4.2.1). Other servers of the same host may have set one
 * of the same name: any of them may be the right one.
 */
export function hasCookie(
  header: string,
  expected: { readonly name: string; readonly value: string },
): boolean {
  return header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${expected.name}=`))
    .some((pair) => isSameSecret(pair.slice(expected.name.length + 1), expected.value));
}

/** How a login ends whose one-time address two browsers have opened: nothing tells which one is the person's. */
export function openedTwice(): Failure {
  const message =
    "the one-time address of this sign-in was opened by two browsers, and one of them may be somebody else's";
  const hint =
    'Sign in again and open it in one browser only. If the other one was not yours, another user of this machine is watching: sign in with "kubectl oidc login --no-browser".';
  return new Failure('refused', message, { hint });
}

/** Whether two texts are equal, in a time that depends on the expected text's length alone. An empty expected text equals nothing. */
export function isSameSecret(given: string, expected: string): boolean {
  let difference = expected.length === 0 ? 1 : given.length ^ expected.length;
  // Past the end of `given` charCodeAt answers NaN, which counts as 0: no early way out either.
  for (let at = 0; at < expected.length; at++) difference |= given.charCodeAt(at) ^ expected.charCodeAt(at);
  return difference === 0;
}

function refusal(error: string, description: string): CallbackVerdict {
  const cause = cleanText(error, 60);
  const words = cleanText(description).replace(/[.\s]+$/, '');
  const message = `the provider refused the sign-in${words === '' ? '' : `: "${words}"`}`;
  const hint = Object.hasOwn(hints, cause)
    ? hints[cause]
    : 'Ask who runs the provider what it wants of this client.';
  return { kind: 'ended', failure: new Failure('provider', message, { cause, ...(hint && { hint }) }) };
}

function malformed(why: string): CallbackVerdict {
  const failure = new Failure('provider', `the provider's answer to the sign-in is malformed: ${why}`, {
    hint: 'Sign in again; if it stays, the provider or something between it and the browser is at fault.',
  });
  return { kind: 'ended', failure };
}
