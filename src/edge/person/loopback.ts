// The listener on loopback to which the browser brings the provider's answer (RFC 8252 section 7.3). It judges
// host, method and path; what the answer means is `oidc/callback.ts`.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Failure } from '../../failure.ts';
import { isSameSecret } from '../../oidc/callback.ts';
import type { Loopback } from '../../oidc/sign-in.ts';
import { sendRefusal, startLogin } from './loopback-login.ts';
import { isOtherUser } from './peer.ts';

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
  /** SUDO_UID: the person behind a program that runs as root. */
  readonly sudoUid?: string | undefined;
  readonly pageHoldMs?: number;
}): Promise<Loopback> {
  const target = targetOf(request.redirectUri);
  const login = startLogin(request.pageHoldMs ?? 6000);
  const listening = await bindAll(target, (incoming, response) => {
    const refusal = refusalOf(incoming, target, incoming.socket.localPort ?? 0);
    const path = (incoming.url ?? '').split('?', 1)[0] ?? '';
    if (refusal !== undefined) sendRefusal(response, refusal);
    else if (isOtherUser(incoming.socket, request.sudoUid)) sendRefusal(response, 403);
    else if (isSameSecret(path, login.oneTimePath)) login.enter(incoming, response);
    else if (path === target.pathname) login.take(incoming, response);
    else sendRefusal(response, 404);
  });
  const redirectUri = target.redirectUri(listening.port);
  return {
    redirectUri,
    oneTimeAddress: new URL(login.oneTimePath, redirectUri).href,
    expect: login.expect,
    openedTwice: login.openedTwice,
    close: async (page) => {
      await login.finish(page);
      await Promise.all(listening.servers.map(closeServer));
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

/** Why a request cannot be the person's browser: another name for us (DNS rebinding), another method. */
function refusalOf(incoming: IncomingMessage, target: Target, port: number): number | undefined {
  // A browser leaves the default port out of Host (RFC 9110 section 7.2).
  const host = port === 80 ? target.hostname : `${target.hostname}:${port}`;
  const hosts = incoming.headersDistinct.host ?? [];
  if (hosts.length !== 1 || hosts[0] !== host) return 421;
  return incoming.method === 'GET' ? undefined : 405;
}

function closeServer(server: Server): Promise<void> {
  const closed = Promise.withResolvers<void>();
  server.close(() => closed.resolve());
  server.closeAllConnections();
  return closed.promise;
}
