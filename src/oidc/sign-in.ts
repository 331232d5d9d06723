// The order of a sign-in with the browser: listen, send the person to the provider, take the answer from the
// browser or from the terminal, exchange it, tell the browser how it ended (RFC 8252).

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import { counted } from '../number-words.ts';
import { type CallbackAnswer, judgePastedAddress } from './callback.ts';
import type { Presence } from './presence.ts';
import type { Provider } from './provider.ts';
import type { Tokens } from './token.ts';

export type SignInRequest = {
  readonly issuerUrl: string;
  readonly redirectUri: string | undefined;
  readonly presence: Presence;
  /** How long the person may take in the browser. */
  readonly timeoutSeconds: number;
  /** Why this sign-in is needed, for the person; '' when it was asked for. */
  readonly why: string;
  /** The next step where nobody is there, e.g. `Run "kubectl oidc login" in a terminal.` */
  readonly howToSignIn: string;
  /** Ctrl-C. */
  readonly cancel: AbortSignal;
};

/** The listener that the browser comes back to. */
export type Loopback = {
  /** As the provider must see it. */
  readonly redirectUri: string;
  /** An address here that marks the first browser that opens it and sends it on. Of use to nobody but that one. */
  readonly oneTimeAddress: string;
  /**
   * The answer that carries this state, once; fails with `provider` when it is a refusal. Before, nothing is taken.
   * `sentTo`: taken from the browser alone that the one-time address sent there.
   */
  readonly expect: (
    state: string,
    from: { readonly sentTo: string } | 'any-browser',
  ) => Promise<CallbackAnswer>;
  /** Fails with `refused` as soon as a second browser opens the one-time address. */
  readonly openedTwice: Promise<never>;
  /** Shows the waiting tab how it ended and closes every socket. */
  readonly close: (page: 'signed-in' | 'failed') => Promise<void>;
};

export type BrowserOutcome =
  | { readonly kind: 'opened' }
  | { readonly kind: 'no-browser'; readonly reason: string };

export type SignInDeps = {
  readonly listen: (request: { readonly redirectUri: string | undefined }) => Promise<Loopback>;
  readonly beginSignIn: Provider['beginSignIn'];
  /** The signal ends watching how the opener fares. */
  readonly openBrowser: (url: string, signal: AbortSignal) => Promise<BrowserOutcome>;
  /** Lines typed or pasted on stdin; ends with the signal or the input. */
  readonly pastedLines: (signal: AbortSignal) => AsyncIterable<string>;
  readonly say: (line: string) => void;
  /** A signal that aborts after so many seconds. */
  readonly deadlineIn: (seconds: number) => AbortSignal;
};

/**
 * Verified tokens of the person who signed in. Fails with `sign-in-required` at once where nobody is there and
 * after `timeoutSeconds`, `cancelled` on Ctrl-C, `provider` when the provider refuses. Always closes the listener.
 */
export async function signIn(request: SignInRequest, deps: SignInDeps): Promise<Tokens> {
  if (request.presence.kind === 'nobody') throw nobodyThere(request, request.presence.why);
  const loopback = await deps.listen({ redirectUri: request.redirectUri });
  let page: 'signed-in' | 'failed' = 'failed';
  try {
    const attempt = await deps.beginSignIn(loopback.redirectUri);
    const visit = { ...deps, loopback, state: attempt.state, url: webAddress(attempt.url) };
    const answer = await waitForAnswer(request, visit);
    // An intruder may have been the faster one: the person's own browser comes in during the exchange.
    const tokens = await Promise.race([attempt.exchange(answer), loopback.openedTwice]);
    page = 'signed-in';
    return tokens;
  } finally {
    await loopback.close(page);
  }
}

type Visit = SignInDeps & { readonly loopback: Loopback; readonly state: string; readonly url: string };

/** The first answer, from the browser or from the terminal; whatever else was waiting ends with it. */
async function waitForAnswer(request: SignInRequest, visit: Visit): Promise<CallbackAnswer> {
  const answered = new AbortController();
  const deadline = visit.deadlineIn(request.timeoutSeconds);
  const signal = AbortSignal.any([request.cancel, deadline, answered.signal]);
  // Every user of this machine reads the opener's arguments; what stands on the person's terminal, nobody else.
  const from = request.presence.kind === 'browser' ? { sentTo: visit.url } : 'any-browser';
  try {
    return await Promise.race([
      failureOnAbort(request, deadline),
      visit.loopback.expect(visit.state, from),
      visit.loopback.openedTwice,
      sendPerson(request, visit, signal),
    ]);
  } finally {
    answered.abort();
  }
}

/** Sends the person to the provider; resolves only when the answer comes by the terminal. */
async function sendPerson(
  request: SignInRequest,
  visit: Visit,
  signal: AbortSignal,
): Promise<CallbackAnswer> {
  const { presence } = request;
  const { url } = visit;
  const issuer = cleanText(request.issuerUrl);
  const why = request.why === '' ? '' : `${cleanText(request.why)}; `;
  if (presence.kind !== 'browser') {
    visit.say(`kubectl-oidc: ${why}to sign in at ${issuer}, open this address in a browser on any machine:`);
    visit.say(`\n  ${url}\n`);
    return readAnswer(visit, signal);
  }
  visit.say(`kubectl-oidc: ${why}opening the browser to sign in at ${issuer}.`);
  const { oneTimeAddress } = visit.loopback;
  visit.say(`If no browser opens, visit: ${oneTimeAddress}`);
  const outcome = await visit.openBrowser(oneTimeAddress, signal);
  if (outcome.kind === 'opened') return never();
  const failed = `No browser could be opened (${cleanText(outcome.reason)}): visit the address above yourself`;
  visit.say(presence.mayPaste ? `${failed}, or on another machine this one:` : `${failed}.`);
  if (!presence.mayPaste) return never();
  visit.say(`\n  ${url}\n`);
  return readAnswer(visit, signal);
}

async function readAnswer(visit: Visit, signal: AbortSignal): Promise<CallbackAnswer> {
  const { redirectUri } = visit.loopback;
  visit.say(
    `If the last page does not load, copy its whole address (it begins with ${redirectUri}) and paste it here:`,
  );
  for await (const line of visit.pastedLines(signal)) {
    if (line.trim() === '') continue;
    const verdict = judgePastedAddress(line, { redirectUri, state: visit.state });
    if (verdict.kind === 'code') return verdict.answer;
    if (verdict.kind === 'ended') throw verdict.failure;
    visit.say(
      `That is not an answer to this sign-in; its address begins with ${redirectUri}. Paste it here:`,
    );
  }
  return never();
}

/** The address in its ASCII form. Only http and https go to a browser: other schemes start other programs. */
function webAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url.href;
  throw new Failure('refused', 'the provider names a sign-in page that is no web address', {
    hint: 'Check authorization_endpoint in its discovery document.',
  });
}

/** Rejects when the person cancels or the time is over; the cause is told apart by which signal it was. */
function failureOnAbort(request: SignInRequest, deadline: AbortSignal): Promise<never> {
  const { cancel, issuerUrl, timeoutSeconds } = request;
  const failed = Promise.withResolvers<never>();
  const onCancel = () => failed.reject(new Failure('cancelled', 'the sign-in was cancelled'));
  const onDeadline = () => {
    const message = `nobody finished the sign-in at ${cleanText(issuerUrl)} within ${counted(timeoutSeconds, 'second')}`;
    const hint = `${request.howToSignIn} KUBECTL_OIDC_TIMEOUT gives more time.`;
    failed.reject(new Failure('sign-in-required', message, { hint }));
  };
  if (cancel.aborted) onCancel();
  else cancel.addEventListener('abort', onCancel, { once: true });
  deadline.addEventListener('abort', onDeadline, { once: true });
  return failed.promise;
}

function nobodyThere(request: SignInRequest, absence: string): Failure {
  const why = request.why === '' ? '' : ` (${cleanText(request.why)})`;
  const message = `a sign-in at ${cleanText(request.issuerUrl)} is needed${why}, but ${absence}`;
  return new Failure('sign-in-required', message, { hint: request.howToSignIn });
}

function never(): Promise<never> {
  return Promise.withResolvers<never>().promise;
}
