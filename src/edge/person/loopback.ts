// The listener on loopback to which the browser brings the provider's answer (RFC 8252 section 7.3). It judges
// host, method and path; what the answer means is `oidc/callback.ts`.

import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Failure } from '../../failure.ts';
import { type CallbackAnswer, judgeCallback } from '../../oidc/callback.ts';
import { type ResultPage, resultPage, resultPageStyle } from '../../oidc/result-page.ts';
import type { Loopback } from '../../oidc/sign-in.ts';

const pageFlushMs = 1000;

const pageHeaders = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(resultPageStyle).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Opener-Policy': 'same-origin',
  Connection: 'close',
};

/** Where to listen: the redirect address as the provider must see it, without the port that is yet to be found. */
type Target = {
  readonly hostname: string;
  readonly pathname: string;
  readonly fixedPort: number | undefined;
  readonly redirectUri: (port: number) => string;
};

/**
 * Listens on loopback only. Without `redirectUri` on any free port of 127.0.0.1; with one on its host, path and
 * port, any port where it names none (`http://localhost`). A tab waits `pageHoldMs` at most to hear how the login
 * ended. Fails with `conflict` when a port is taken.
 */
export async function listen(request: {
  readonly redirectUri: string | undefined;
  readonly pageHoldMs?: number;
}): Promise<Loopback> {
  const target = targetOf(request.redirectUri);
  const visit = startVisit(request.pageHoldMs ?? 6000);
  const listening = await bindAll(target, (incoming, response) => {
    const refusal = refusalOf(incoming, target, incoming.socket.localPort ?? 0);
    if (refusal === undefined) visit.take(queryOf(incoming), response);
    else sendRefusal(response, refusal);
  });
  return {
    redirectUri: target.redirectUri(listening.port),
    expect: visit.expect,
    close: async (page) => {
      await visit.finish(page);
      await Promise.all(listening.servers.map(closeServer));
    },
  };
}

/** What is known of this login's one answer, and the browser tab that waits for its end. */
function startVisit(pageHoldMs: number) {
  const answer = Promise.withResolvers<CallbackAnswer>();
  // Nobody may be waiting yet, or any more, when the answer is a refusal.
  answer.promise.catch(() => undefined);
  let state: string | undefined;
  let held: { response: ServerResponse; timer: NodeJS.Timeout } | undefined;
  return {
    expect: (expectedState: string): Promise<CallbackAnswer> => {
      state = expectedState;
      return answer.promise;
    },
    take: (query: string, response: ServerResponse): void => {
      const verdict = judgeCallback(query, state ?? '');
      if (verdict.kind === 'not-ours') {
        sendPage(response, 400, 'refused');
        return;
      }
      state = undefined;
      held = { response, timer: setTimeout(() => sendPage(response, 200, 'received'), pageHoldMs) };
      if (verdict.kind === 'code') answer.resolve(verdict.answer);
      else answer.reject(verdict.failure);
    },
    finish: async (page: 'signed-in' | 'failed'): Promise<void> => {
      state = undefined;
      if (held === undefined) return;
      clearTimeout(held.timer);
      const { response } = held;
      if (response.writableEnded || response.destroyed) return;
      const flushed = Promise.withResolvers<void>();
      const timer = setTimeout(flushed.resolve, pageFlushMs);
      response.once('close', flushed.resolve);
      sendPage(response, 200, page);
      await flushed.promise;
      clearTimeout(timer);
    },
  };
}

function targetOf(redirectUri: string | undefined): Target {
  if (redirectUri === undefined) {
    const hostname = '127.0.0.1';
    const uri = (port: number) => `http://${hostname}:${port}/`;
    return { hostname, pathname: '/', fixedPort: undefined, redirectUri: uri };
  }
  const { hostname, pathname, port } = new URL(redirectUri);
  // The URL parser drops ":80", the default port; typed out it is a wish all the same.
  const typedPort = port === '' && /^http:\/\/[^/]*:80(\/|$)/i.test(redirectUri) ? '80' : port;
  if (typedPort !== '')
    return { hostname, pathname, fixedPort: Number(typedPort), redirectUri: () => redirectUri };
  // Providers compare the rest of the address letter by letter: it goes out as it was typed.
  const uri = (found: number) => redirectUri.replace(/^http:\/\/[^/]+/i, (start) => `${start}:${found}`);
  return { hostname, pathname, fixedPort: undefined, redirectUri: uri };
}

type Handler = (incoming: IncomingMessage, response: ServerResponse) => void;

/** `localhost` may mean ::1 to the browser: held too, lest another user of this machine takes the answer there. */
async function bindAll(target: Target, handler: Handler): Promise<{ port: number; servers: Server[] }> {
  const host = target.hostname === '[::1]' ? '::1' : '127.0.0.1';
  for (let attempt = 1; ; attempt++) {
    const server = await bind({ host, port: target.fixedPort ?? 0 }, handler);
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    if (target.hostname !== 'localhost') return { port, servers: [server] };
    try {
      return { port, servers: [server, await bind({ host: '::1', port }, handler)] };
    } catch (error) {
      const errno = error instanceof Failure ? error.reason : undefined;
      if (errno === 'EADDRNOTAVAIL' || errno === 'EAFNOSUPPORT') return { port, servers: [server] };
      await closeServer(server);
      if (target.fixedPort !== undefined || attempt === 5) throw error;
    }
  }
}

function bind(address: { host: string; port: number }, handler: Handler): Promise<Server> {
  const limits = { connectionsCheckingInterval: 1000, headersTimeout: 5000, requestTimeout: 5000 };
  const server = createServer({ ...limits, keepAlive: false, maxHeaderSize: 32_768 }, handler);
  server.maxConnections = 64;
  const bound = Promise.withResolvers<Server>();
  server.once('error', (error: NodeJS.ErrnoException) => bound.reject(bindFailure(error.code, address)));
  server.listen({ ...address, exclusive: true }, () => bound.resolve(server));
  return bound.promise;
}

function bindFailure(errno: string | undefined, { host, port }: { host: string; port: number }): Failure {
  const hints: Record<string, string> = {
    EADDRINUSE: `Another program holds this port: end it (on Linux "ss -ltnp sport = :${port}" names it), or ask who runs the provider to register another --redirect-uri.`,
    EACCES: 'Ports below 1024 need more rights: register a --redirect-uri with a higher port.',
  };
  const hint = hints[errno ?? ''] ?? 'Check that the loopback interface is up.';
  const message = `cannot listen on ${host} port ${port} for the answer of the sign-in`;
  return new Failure('conflict', message, { hint, ...(errno === undefined ? {} : { cause: errno }) });
}

/** Why a request cannot be the browser coming back: another name for us (DNS rebinding), another method or path. */
function refusalOf(incoming: IncomingMessage, target: Target, port: number): number | undefined {
  // A browser leaves the default port out of Host (RFC 9110 section 7.2).
  const host = port === 80 ? target.hostname : `${target.hostname}:${port}`;
  const hosts = incoming.headersDistinct.host ?? [];
  if (hosts.length !== 1 || hosts[0] !== host) return 421;
  if (incoming.method !== 'GET') return 405;
  return (incoming.url ?? '').split('?', 1)[0] === target.pathname ? undefined : 404;
}

function queryOf(incoming: IncomingMessage): string {
  const url = incoming.url ?? '';
  return url.includes('?') ? url.slice(url.indexOf('?') + 1) : '';
}

function sendPage(response: ServerResponse, status: number, page: ResultPage): void {
  response.writeHead(status, pageHeaders).end(resultPage(page));
}

function sendRefusal(response: ServerResponse, status: number): void {
  const headers = { ...pageHeaders, 'Content-Type': 'text/plain; charset=utf-8' };
  response.writeHead(status, status === 405 ? { ...headers, Allow: 'GET' } : headers);
  response.end('Not the address of a sign-in that is under way.\n');
}

function closeServer(server: Server): Promise<void> {
  const closed = Promise.withResolvers<void>();
  server.close(() => closed.resolve());
  server.closeAllConnections();
  return closed.promise;
}
