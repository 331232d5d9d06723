import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listen } from '../../src/edge/person/loopback.ts';
import type { Loopback } from '../../src/oidc/sign-in.ts';
import { visit } from '../edge/loopback-visit.ts';

let loopback: Loopback;
beforeEach(async () => {
  loopback = await listen({ redirectUri: undefined });
});
afterEach(() => loopback.close('failed'));

test.each([
  ['evil.test', 'evil.test'],
  ['evil.test with our port', 'evil.test:PORT'],
  ['localhost, where the address says 127.0.0.1', 'localhost:PORT'],
  ['our host without the port', '127.0.0.1'],
  ['our host with another port', '127.0.0.1:1'],
  ['our host in another spelling', '127.1:PORT'],
  ['our host with a dot', '127.0.0.1.:PORT'],
])('row 13: a request for %s is refused, with the right state too', async (_, host) => {
  const answer = loopback.expect('right', 'any-browser');
  const Host = host.replace('PORT', new URL(loopback.redirectUri).port);
  const refused = await visit(loopback.redirectUri, {
    path: '/?code=rebound&state=right',
    headers: { Host },
  });
  expect([400, 421]).toContain(refused.status);
  expect(refused.body).not.toContain('evil');
  void visit(loopback.redirectUri, { path: '/?code=good&state=right' });
  expect((await answer).code).toBe('good');
});

test.each([
  ['without Host', (_host: string) => []],
  ['with two', (host: string) => [`Host: ${host}`, 'Host: evil.test']],
  ['with two, ours last', (host: string) => ['Host: evil.test', `Host: ${host}`]],
  ['as to a proxy', (host: string) => [`Host: ${host}`]],
])('row 13: a request %s is refused', async (name, hostLines) => {
  void loopback.expect('right', 'any-browser');
  const { host, port } = new URL(loopback.redirectUri);
  const socket = connect(Number(port), '127.0.0.1');
  const target = name === 'as to a proxy' ? 'http://evil.test/?code=c&state=right' : '/?code=c&state=right';
  socket.end([`GET ${target} HTTP/1.1`, ...hostLines(host), '', ''].join('\r\n'));
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 4\d\d /);
});
