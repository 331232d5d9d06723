// The one way to a provider: a `fetch` over node:https that openid-client is given. Bounded in size and time,
// https only, no redirects, no compression, certificates always checked. What the answers mean is judged elsewhere.

import { X509Certificate } from 'node:crypto';
import * as http from 'node:http';
import * as https from 'node:https';
import { createSecureContext, getCACertificates } from 'node:tls';
import { Failure } from '../../failure.ts';
import { codeOf } from '../files/file-failure.ts';
import { networkFailure } from './network-failure.ts';

const maxAnswerBytes = 1024 * 1024;
const loopbackHosts = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** `signal` ends every request; `requestMs` is for one request in all, its last byte included. */
export type HttpsOptions = {
  /** Replaces the system's CAs. */
  readonly caPem: string | undefined;
  /** HTTPS_PROXY, NO_PROXY and NODE_TLS_REJECT_UNAUTHORIZED are read from here. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly allowHttpLoopback: boolean;
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly requestMs?: number;
};

/** What may be told about an answer: nothing of its body. */
export type AnswerFacts = {
  readonly place: string;
  readonly status: number;
  readonly isHtml: boolean;
  /** By how much this machine's clock is ahead of the answer's `Date` (negative: behind), undefined without one. */
  readonly clockAheadSeconds: number | undefined;
};

export type FetchInit = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
};

export type Https = {
  readonly fetch: (url: string, init: FetchInit) => Promise<Response>;
  readonly lastAnswer: () => AnswerFacts | undefined;
  /** Whether this address has answered with status 200 so far. */
  readonly hasAnswered: (url: string) => boolean;
};

/** Fails with `refused` where certificate checks are switched off, `usage` for a CA that is none. Requests fail with `provider`, or with the signal's own reason. */
export function openHttps(options: HttpsOptions): Https {
  if (options.environment.NODE_TLS_REJECT_UNAUTHORIZED === '0') {
    throw new Failure('refused', 'NODE_TLS_REJECT_UNAUTHORIZED=0 switches certificate checks off', {
      hint: 'Unset it, and give the CA of the provider as --certificate-authority.',
    });
  }
  const agents = agentsOf(options);
  const answered = new Set<string>();
  let last: AnswerFacts | undefined;
  const fetch: Https['fetch'] = async (address, init) => {
    last = undefined;
    const url = permitted(new URL(address), options.allowHttpLoopback);
    const answer = await send(url, init, { ...options, agents });
    last = factsOf(answer, options.now());
    if (answer.status === 200) answered.add(url.href);
    return new Response(answer.body.length === 0 ? null : answer.body, {
      status: answer.status,
      // Only this one: a WWW-Authenticate would hide the error of the body (RFC 6749 section 5.2).
      headers: { 'content-type': answer.contentType },
    });
  };
  return { fetch, lastAnswer: () => last, hasAnswered: (url) => answered.has(new URL(url).href) };
}

/** A provider on loopback may speak http where the person said so; nothing else may. */
function permitted(url: URL, allowHttpLoopback: boolean): URL {
  if (url.protocol === 'https:') return url;
  if (url.protocol === 'http:' && allowHttpLoopback && loopbackHosts.has(url.hostname)) return url;
  throw new Failure('refused', `${placeOf(url)} is not https`, {
    hint: 'Tokens are only asked for over https.',
  });
}

function agentsOf({ caPem, environment }: HttpsOptions): (url: URL) => http.Agent {
  const { HTTPS_PROXY, https_proxy, NO_PROXY, no_proxy } = environment;
  const proxyEnv = { HTTPS_PROXY, https_proxy, NO_PROXY, no_proxy };
  const agents = new Map<string, http.Agent>();
  return (url) => {
    const agent =
      agents.get(url.protocol) ??
      (url.protocol === 'http:'
        ? new http.Agent()
        : new https.Agent({
            proxyEnv,
            secureContext: createSecureContext({ ca: authorities(caPem), minVersion: 'TLSv1.2' }),
            rejectUnauthorized: true,
          }));
    agents.set(url.protocol, agent);
    return agent;
  };
}

function authorities(caPem: string | undefined): string[] {
  if (caPem === undefined)
    return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
  try {
    new X509Certificate(caPem);
  } catch (error) {
    throw new Failure('usage', 'the certificate authority that was given is no certificate', {
      hint: 'Give the CA of the identity provider as PEM.',
      ...(codeOf(error) !== '' && { cause: codeOf(error) }),
    });
  }
  return [caPem];
}

type Answer = {
  readonly place: string;
  readonly status: number;
  readonly contentType: string;
  readonly date: string | undefined;
  readonly body: Uint8Array<ArrayBuffer>;
};

async function send(
  url: URL,
  init: FetchInit,
  options: HttpsOptions & { agents: (url: URL) => http.Agent },
): Promise<Answer> {
  const requestMs = options.requestMs ?? 30_000;
  const deadline = AbortSignal.timeout(requestMs);
  const signal = AbortSignal.any([options.signal, deadline, ...(init.signal ? [init.signal] : [])]);
  const place = placeOf(url);
  try {
    return await exchange(url, init, { agent: options.agents(url), signal });
  } catch (error) {
    if (options.signal.aborted) throw cancelled(options.signal.reason);
    if (!signal.aborted) throw networkFailure(error, place);
    throw new Failure('provider', `${place} did not answer within ${requestMs / 1000} seconds`, {
      hint: 'Check the network, VPN and HTTPS_PROXY, or try again later.',
    });
  }
}

async function exchange(
  url: URL,
  init: FetchInit,
  { agent, signal }: { agent: http.Agent; signal: AbortSignal },
): Promise<Answer> {
  const body = init.body === undefined || init.body === null ? '' : String(init.body);
  const headers = { ...init.headers, 'accept-encoding': 'identity', connection: 'close' };
  const answered = Promise.withResolvers<http.IncomingMessage>();
  const request = (url.protocol === 'https:' ? https : http).request(
    url,
    { method: init.method ?? 'GET', headers, agent, signal },
    answered.resolve,
  );
  request.on('error', answered.reject);
  request.end(body);
  const incoming = await answered.promise;
  try {
    return {
      place: placeOf(url),
      status: incoming.statusCode ?? 0,
      contentType: incoming.headers['content-type'] ?? '',
      date: incoming.headers.date,
      body: await readBounded(incoming, placeOf(url)),
    };
  } finally {
    request.destroy();
  }
}

/** The body, refused as soon as it is known to be too large: before that much was read. */
async function readBounded(incoming: http.IncomingMessage, place: string): Promise<Uint8Array<ArrayBuffer>> {
  const status = incoming.statusCode ?? 0;
  if (status < 200 || status > 599) throw badAnswer(place, 'has a status that does not exist');
  const encoding = incoming.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw badAnswer(place, 'is compressed although that was declined');
  const chunks: Buffer[] = [];
  let size = 0;
  if (Number(incoming.headers['content-length'] ?? 0) > maxAnswerBytes) throw tooLarge(place);
  for await (const chunk of incoming) {
    size += chunk.length;
    if (size > maxAnswerBytes) throw tooLarge(place);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function factsOf(answer: Answer, now: number): AnswerFacts {
  const dateAt = answer.date === undefined ? Number.NaN : Date.parse(answer.date) / 1000;
  const start = Buffer.from(answer.body.subarray(0, 64)).toString('latin1').trimStart();
  return {
    place: answer.place,
    status: answer.status,
    isHtml: /^(text\/html|application\/xhtml)/i.test(answer.contentType) || start.startsWith('<'),
    clockAheadSeconds: Number.isNaN(dateAt) ? undefined : now - dateAt,
  };
}

function cancelled(reason: unknown): Failure {
  return reason instanceof Failure ? reason : new Failure('cancelled', 'the request was cancelled');
}

function tooLarge(place: string): Failure {
  return badAnswer(place, 'is larger than 1 MiB');
}

function badAnswer(place: string, what: string): Failure {
  return new Failure('provider', `the answer of ${place} ${what}`, {
    hint: 'Check the address, and what stands between here and there.',
  });
}

function placeOf(url: URL): string {
  return `${url.origin}${url.pathname}`;
}
