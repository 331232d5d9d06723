// One plain HTTP request to the listener, with every part of it open to be wrong.

import { type IncomingHttpHeaders, request } from 'node:http';
import { networkInterfaces } from 'node:os';

/** Containers often have no ::1. */
export const hasIpv6Loopback = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .some(({ address }) => address === '::1');

export type Visit = { method?: string; path?: string; headers?: Record<string, string> };
export type Answer = { status: number; headers: IncomingHttpHeaders; body: string };

/** Sends the request to where the redirect address points, the path of the address included unless another is given. */
export function visit(
  redirectUri: string,
  { method = 'GET', path, headers = {} }: Visit = {},
): Promise<Answer> {
  const { hostname, port, pathname } = new URL(redirectUri);
  const answered = Promise.withResolvers<Answer>();
  const outgoing = request(
    {
      hostname: hostname.replaceAll(/[[\]]/g, ''),
      port,
      method,
      path: path ?? pathname,
      headers,
      agent: false,
    },
    async (response) => {
      const chunks: string[] = [];
      for await (const chunk of response.setEncoding('utf8')) chunks.push(chunk);
      answered.resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: chunks.join(''),
      });
    },
  );
  outgoing.on('error', answered.reject);
  outgoing.end();
  return answered.promise;
}
