import { afterEach, beforeEach, expect, test } from 'vitest';
import { openProvider } from '../../src/edge/provider/provider.ts';
import { describeFailure } from '../../src/failure.ts';
import { type HostileProvider, optionsFor, signIn, startHostileProvider } from './hostile-provider.ts';

let rig: HostileProvider;
beforeEach(async () => {
  rig = await startHostileProvider();
});
afterEach(() => rig.stop());

const clockOff = (seconds: number) =>
  optionsFor(rig, {}, { now: () => Math.floor(Date.now() / 1000) + seconds });
const lineOf = (work: Promise<unknown>) => work.then(() => 'accepted', describeFailure);

test.each([
  [600, '10 minutes ahead of'],
  [-600, '10 minutes behind'],
  [3 * 3600, '3 hours ahead of'],
])('row 18: a clock that is %i seconds off is named', async (seconds, words) => {
  expect(await lineOf(signIn(rig, clockOff(seconds)))).toContain(
    `This machine's clock is ${words} the provider's`,
  );
});

test.each([20, -20])('row 18: a clock that is %i seconds off does no harm', async (seconds) => {
  expect(await lineOf(signIn(rig, clockOff(seconds)))).toBe('accepted');
});

test('row 18: a wrong clock is named at a refresh too', async () => {
  const tokens = await signIn(rig);
  const provider = await openProvider(clockOff(-600));
  expect(await lineOf(provider.refresh(tokens))).toContain('10 minutes behind');
});

test('row 18: where the clocks agree, none is blamed', async () => {
  rig.plan.claims = { exp: 1_700_000_000 };
  expect(await lineOf(signIn(rig))).toContain("Compare this machine's clock");
});

test('row 18: a token that ended within the tolerance is accepted, a little more is not', async () => {
  const now = Math.floor(Date.now() / 1000);
  rig.plan.claims = { exp: now - 20, iat: now - 300 };
  expect(await lineOf(signIn(rig))).toBe('accepted');
  rig.plan.claims = { exp: now - 40, iat: now - 300 };
  expect(await lineOf(signIn(rig))).toContain('has ended already');
});
