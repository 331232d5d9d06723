import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { discoverProvider } from '../../src/edge/provider/provider.ts';
import {
  goodDiscovery,
  type HostileProvider,
  lineOf,
  optionsFor,
  signIn,
  startHostileProvider,
} from './hostile-provider.ts';

let rig: HostileProvider;
beforeEach(async () => {
  rig = await startHostileProvider();
});
afterEach(() => rig.stop());

const json = { 'content-type': 'application/json' };

test('row 19: 50 MB are cut off after the first one, with and without a length', async () => {
  let written = 0;
  const flood = (response: ServerResponse) => {
    response.writeHead(200, json);
    const chunk = Buffer.alloc(64 * 1024, 32);
    const more = () => {
      while (written < 50_000_000 && !response.destroyed) {
        written += chunk.length;
        if (!response.write(chunk)) return void response.once('drain', more);
      }
      response.end();
    };
    more();
  };
  rig.plan.discovery = () => ({ write: flood });
  expect(await lineOf(discoverProvider(optionsFor(rig)))).toContain('larger than 1 MiB');
  expect(written).toBeLessThan(20_000_000);
  rig.plan.discovery = () => ({ headers: { 'content-length': '50000000' }, body: ' '.repeat(50_000_000) });
  expect(await lineOf(discoverProvider(optionsFor(rig)))).toContain('larger than 1 MiB');
});

test('row 19: a gzip bomb is not unpacked', async () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000, 32));
  expect(bomb.length).toBeLessThan(100_000);
  rig.plan.discovery = () => ({ headers: { 'content-encoding': 'gzip' }, body: bomb });
  expect(await lineOf(discoverProvider(optionsFor(rig)))).toContain(
    'is compressed although that was declined',
  );
});

test('row 19: a drip feed ends when the time of one request is over', async () => {
  const dripping = new Set<NodeJS.Timeout>();
  rig.plan.discovery = () => ({
    write: (response) => {
      response.writeHead(200, json);
      const timer = setInterval(() => response.write(' '), 20);
      dripping.add(timer);
      response.once('close', () => clearInterval(timer));
    },
  });
  expect(await lineOf(discoverProvider(optionsFor(rig, {}, { requestMs: 300 })))).toContain(
    'did not answer within 0.3 seconds',
  );
});

test('row 19: a provider that never answers ends too', async () => {
  rig.plan.token = () => ({ write: () => undefined });
  expect(await lineOf(signIn(rig, optionsFor(rig, {}, { requestMs: 300 })))).toContain(
    'did not answer within 0.3 seconds',
  );
});

test.each(['discovery', 'token', 'jwks'] as const)(
  'row 19: HTML with status 200 as %s is told as such',
  async (endpoint) => {
    rig.plan[endpoint] = () => ({
      headers: { 'content-type': 'text/html' },
      body: '<!doctype html><title>Portal</title>',
    });
    expect(await lineOf(signIn(rig))).toContain('answered with HTML where JSON was expected');
  },
);

test('row 19: a redirect is not followed', async () => {
  rig.plan.discovery = () => ({ status: 302, headers: { location: `${rig.issuerUrl}/jwks` }, body: '' });
  expect(await lineOf(discoverProvider(optionsFor(rig)))).toContain('It redirects, which is not followed');
  expect(rig.requests).toEqual(['GET /.well-known/openid-configuration']);
});

test.each(['token_endpoint', 'jwks_uri', 'authorization_endpoint', 'revocation_endpoint'])(
  'row 19: a plain http %s is refused',
  async (name) => {
    rig.plan.discovery = (good) => ({ body: { ...good, [name]: 'http://127.0.0.1:1/' } });
    expect(await lineOf(discoverProvider(optionsFor(rig)))).toContain(`has a ${name} that is not https`);
  },
);

test('row 19: http is spoken to a provider on loopback alone, and only where the person said so', async () => {
  const server = createServer((_, response) => {
    response.writeHead(200, json).end(JSON.stringify(goodDiscovery(issuerUrl)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const issuerUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  expect(() => optionsFor(rig, { 'issuer-url': issuerUrl })).toThrow('is not https');
  const said = { 'issuer-url': issuerUrl, 'danger-http-loopback-issuer': true };
  expect(await lineOf(discoverProvider(optionsFor(rig, said)))).toBe('accepted');
  expect(() => optionsFor(rig, { ...said, 'issuer-url': 'http://login.example.com' })).toThrow(
    'is not https',
  );
  server.close();
});

test('row 19: certificates are checked, whatever NODE_TLS_REJECT_UNAUTHORIZED says', async () => {
  expect(await lineOf(discoverProvider(optionsFor(rig, {}, { caPem: undefined })))).toMatch(/unknown CA/);
  const environment = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
  expect(await lineOf(discoverProvider(optionsFor(rig, {}, { environment })))).toContain(
    'switches certificate checks off',
  );
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
  try {
    expect(await lineOf(discoverProvider(optionsFor(rig, {}, { caPem: undefined })))).toMatch(/unknown CA/);
  } finally {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  }
});
