import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listen } from '../../src/edge/person/loopback.ts';
import type { Loopback } from '../../src/oidc/sign-in.ts';
import { visit } from '../edge/loopback-visit.ts';

let loopback: Loopback;
let held: Socket[];
beforeEach(async () => {
  loopback = await listen({ redirectUri: undefined });
  held = [];
});
afterEach(async () => {
  for (const socket of held) socket.destroy();
  await loopback.close('failed');
});

test.each([
  ['say nothing', ''],
  ['stop inside the headers', 'GET / HTTP/1.1\r\nHost: '],
  ['promise a body', 'POST / HTTP/1.1\r\nContent-Length: 1000000\r\n'],
])('row 20: while 20 sockets %s, the login works and the listener closes at once', async (_, beginning) => {
  await hold(20, beginning);
  const answer = loopback.expect('right', 'any-browser');
  const tab = visit(loopback.redirectUri, { path: '/?code=good&state=right' });
  expect((await answer).code).toBe('good');
  const dropped = held.map((socket) => once(socket, 'close'));
  const startedAt = performance.now();
  await loopback.close('signed-in');
  expect(performance.now() - startedAt).toBeLessThan(1000);
  expect((await tab).status).toBe(200);
  await Promise.all(dropped);
});

test('row 20: sockets that say nothing or not enough are dropped within seconds, while the login goes on', async () => {
  await hold(3, '');
  await hold(3, 'GET / HTTP/1.1\r\nX: ');
  const startedAt = performance.now();
  await Promise.all(held.map((socket) => once(socket, 'close')));
  expect(performance.now() - startedAt).toBeLessThan(9000);
  const answer = loopback.expect('right', 'any-browser');
  void visit(loopback.redirectUri, { path: '/?code=good&state=right' });
  expect((await answer).code).toBe('good');
});

test('row 20: more sockets than a browser opens are not taken at all', async () => {
  await hold(64, '');
  const { hostname, port } = new URL(loopback.redirectUri);
  const onTop = connect(Number(port), hostname);
  held.push(onTop);
  onTop.on('error', () => onTop.destroy());
  const startedAt = performance.now();
  await once(onTop, 'close');
  expect(performance.now() - startedAt).toBeLessThan(3000);
});

async function hold(count: number, beginning: string): Promise<void> {
  const { hostname, port } = new URL(loopback.redirectUri);
  const sockets = Array.from({ length: count }, () => connect(Number(port), hostname));
  held.push(...sockets);
  for (const socket of sockets) {
    // Being cut off while the request is half written may show as a reset.
    socket.on('error', () => socket.destroy());
    socket.resume();
  }
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  for (const socket of sockets) if (beginning !== '') socket.write(beginning);
}
