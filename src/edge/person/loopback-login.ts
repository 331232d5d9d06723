// One login at the listener: the one-time address that marks a browser with a cookie and sends it to the provider,
// the one answer that this browser brings back, and the tabs that wait for the end.

import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type CallbackAnswer, hasCookie, judgeCallback, openedTwice } from '../../oidc/callback.ts';
import { type ResultPage, resultPage, resultPageStyle } from '../../oidc/result-page.ts';
import type { Loopback } from '../../oidc/sign-in.ts';
import { sha256Base64 } from '../files/digest.ts';

const pageFlushMs = 1000;

const pageHeaders = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${sha256Base64(resultPageStyle)}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Opener-Policy': 'same-origin',
  Connection: 'close',
};

/**
 * What is known of a login, in two requests: `enter` at the one-time path, `take` at the redirect address. Both trust
 * that host and method were judged. A tab waits `pageHoldMs` at most to hear how the login ended.
 */
export function startLogin(pageHoldMs: number) {
  const mark = randomBytes(32).toString('base64url');
  const answer = Promise.withResolvers<CallbackAnswer>();
  const twice = Promise.withResolvers<never>();
  // Nobody may be waiting yet, or any more, when these are refusals.
  for (const { promise } of [answer, twice]) promise.catch(() => undefined);
  let state: string | undefined;
  let sentTo: string | undefined;
  let entered = false;
  const isMarked = (incoming: IncomingMessage) =>
    hasCookie(incoming.headers.cookie ?? '', { name: cookieName(incoming), value: mark });
  const tabs = holdTabs(pageHoldMs);
  return {
    oneTimePath: `/${randomBytes(16).toString('base64url')}`,
    openedTwice: twice.promise,
    expect: ((expectedState, from) => {
      state = expectedState;
      sentTo = from === 'any-browser' ? undefined : from.sentTo;
      return answer.promise;
    }) satisfies Loopback['expect'],
    enter: (incoming: IncomingMessage, response: ServerResponse): void => {
      if (sentTo === undefined || isPrefetch(incoming)) {
        sendRefusal(response, 404);
      } else if (entered && !isMarked(incoming)) {
        state = undefined;
        tabs.hold(response);
        twice.reject(openedTwice());
      } else if (state === undefined) {
        sendPage(response, 400, 'refused');
      } else {
        entered = true;
        const cookie = `${cookieName(incoming)}=${mark}; HttpOnly; SameSite=Lax; Path=/`;
        response.writeHead(302, { ...pageHeaders, Location: sentTo, 'Set-Cookie': cookie }).end();
      }
    },
    take: (incoming: IncomingMessage, response: ServerResponse): void => {
      const verdict = judgeCallback(queryOf(incoming), state ?? '');
      if (verdict.kind === 'not-ours') {
        sendPage(response, 400, 'refused');
      } else if (sentTo !== undefined && !isMarked(incoming)) {
        sendPage(response, 400, 'other-browser');
      } else {
        state = undefined;
        tabs.hold(response);
        if (verdict.kind === 'code') answer.resolve(verdict.answer);
        else answer.reject(verdict.failure);
      }
    },
    finish: async (page: 'signed-in' | 'failed'): Promise<void> => {
      state = undefined;
      await tabs.finish(page);
    },
  };
}

/** The tabs that wait to hear how the login ended. */
function holdTabs(pageHoldMs: number) {
  const held = new Map<ServerResponse, NodeJS.Timeout>();
  return {
    hold: (response: ServerResponse): void => {
      held.set(
        response,
        setTimeout(() => sendPage(response, 200, 'received'), pageHoldMs),
      );
    },
    finish: async (page: 'signed-in' | 'failed'): Promise<void> => {
      const waiting = [...held];
      held.clear();
      await Promise.all(
        waiting.map(([response, timer]) => {
          clearTimeout(timer);
          return sendLastPage(response, page);
        }),
      );
    },
  };
}

async function sendLastPage(response: ServerResponse, page: 'signed-in' | 'failed'): Promise<void> {
  if (response.writableEnded || response.destroyed) return;
  const flushed = Promise.withResolvers<void>();
  const timer = setTimeout(flushed.resolve, pageFlushMs);
  response.once('close', flushed.resolve);
  sendPage(response, 200, page);
  await flushed.promise;
  clearTimeout(timer);
}

/** Browsers send cookies to every port of a host: logins that run side by side must not overwrite each other's. */
function cookieName(incoming: IncomingMessage): string {
  return `kubectl-oidc-${incoming.socket.localPort}`;
}

/** A browser that loads ahead of the person gets nothing and is not counted; it asks again when the person comes. */
function isPrefetch(incoming: IncomingMessage): boolean {
  return ['sec-purpose', 'purpose', 'x-moz'].some((name) => /prefetch/i.test(String(incoming.headers[name])));
}

function queryOf(incoming: IncomingMessage): string {
  const url = incoming.url ?? '';
  return url.includes('?') ? url.slice(url.indexOf('?') + 1) : '';
}

function sendPage(response: ServerResponse, status: number, page: ResultPage): void {
  // The mark has done its work where a login ends: left behind, one a login would go to every local server.
  const unmark =
    status === 200 ? { 'Set-Cookie': `${cookieName(response.req)}=; Max-Age=0; HttpOnly; Path=/` } : {};
  response.writeHead(status, { ...pageHeaders, ...unmark }).end(resultPage(page));
}

/** Refuses a request that has no place in a login, in plain text that echoes nothing of it. */
export function sendRefusal(response: ServerResponse, status: number): void {
  const headers = { ...pageHeaders, 'Content-Type': 'text/plain; charset=utf-8' };
  response.writeHead(status, status === 405 ? { ...headers, Allow: 'GET' } : headers);
  response.end('Not the address of a sign-in that is under way.\n');
}
