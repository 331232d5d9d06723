import { afterEach, beforeEach, expect, test } from 'vitest';
import { listen } from '../../src/edge/person/loopback.ts';
import { judgePastedAddress } from '../../src/oidc/callback.ts';
import type { Loopback } from '../../src/oidc/sign-in.ts';
import { visit } from '../edge/loopback-visit.ts';

const state = 'the-right-state-of-this-login';
let loopback: Loopback;
beforeEach(async () => {
  loopback = await listen({ redirectUri: undefined });
});
afterEach(() => loopback.close('failed'));

const forgeries: readonly string[] = [
  '',
  'error=access_denied',
  'error=access_denied&error_description=Your+account+is+locked',
  'error=access_denied&state=',
  'code=forged',
  'code=forged&state=',
  'code=forged&state=wrong',
  `code=forged&state=${state.slice(0, -1)}`,
  `code=forged&state=${state}x`,
  `code=forged&state=${state.toUpperCase()}`,
  `code=forged&state=${state}&state=${state}`,
  `code=forged&state=wrong&state=${state}`,
  `code=forged&STATE=${state}`,
  `code=forged&state[]=${state}`,
  `code=forged&state=${state}%00`,
];

test('row 15: 50 forged answers get 400, the login goes on, and the good one succeeds', async () => {
  const answer = loopback.expect(state, 'any-browser');
  for (let count = 0; count < 50; count++) {
    const refused = await visit(loopback.redirectUri, { path: `/?${forgeries[count % forgeries.length]}` });
    expect(refused.status).toBe(400);
    expect(refused.body).not.toMatch(/forged|locked/);
  }
  const tab = visit(loopback.redirectUri, { path: `/?code=good&state=${state}` });
  expect(await answer).toEqual({ code: 'good', iss: undefined });
  await loopback.close('signed-in');
  expect((await tab).status).toBe(200);
});

test('row 15: answers with the right state from a browser that we did not send get 400, and the login goes on', async () => {
  const answer = loopback.expect(state, { sentTo: 'https://idp.test/authorize' });
  const sent = await visit(loopback.oneTimeAddress);
  const cookie = sent.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  for (let count = 0; count < 50; count++) {
    const query = count % 2 === 0 ? 'code=forged' : 'error=access_denied&error_description=locked';
    const headers: Record<string, string> = count % 3 === 0 ? {} : { Cookie: `${cookie}${count}` };
    const refused = await visit(loopback.redirectUri, { path: `/?${query}&state=${state}`, headers });
    expect(refused.status).toBe(400);
    expect(refused.body).not.toMatch(/forged|locked/);
  }
  void visit(loopback.redirectUri, { path: `/?code=good&state=${state}`, headers: { Cookie: cookie } });
  expect(await answer).toEqual({ code: 'good', iss: undefined });
});

test('row 15: a replay of the good answer is refused, and so is another code with its state', async () => {
  const answer = loopback.expect(state, 'any-browser');
  const tab = visit(loopback.redirectUri, { path: `/?code=good&state=${state}` });
  await answer;
  for (const code of ['good', 'other']) {
    expect((await visit(loopback.redirectUri, { path: `/?code=${code}&state=${state}` })).status).toBe(400);
  }
  expect(await answer).toEqual({ code: 'good', iss: undefined });
  await loopback.close('signed-in');
  await tab;
});

test('row 15: a refusal is single use too', async () => {
  const answer = loopback.expect(state, 'any-browser');
  const tab = visit(loopback.redirectUri, { path: `/?error=access_denied&state=${state}` });
  await expect(answer).rejects.toMatchObject({ reason: 'access_denied' });
  expect((await visit(loopback.redirectUri, { path: `/?code=late&state=${state}` })).status).toBe(400);
  await loopback.close('failed');
  await tab;
});

test('row 15: a forged answer is not taken by the terminal either', () => {
  for (const query of forgeries) {
    const line = `${loopback.redirectUri}?${query}`;
    expect(judgePastedAddress(line, { redirectUri: loopback.redirectUri, state })).toEqual({
      kind: 'not-ours',
    });
  }
});
