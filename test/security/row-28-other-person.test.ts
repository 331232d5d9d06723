import { afterEach, beforeEach, expect, test } from 'vitest';
import { openProvider } from '../../src/edge/provider/provider.ts';
import { describeFailure } from '../../src/failure.ts';
import { type HostileProvider, optionsFor, signIn, startHostileProvider } from './hostile-provider.ts';

let rig: HostileProvider;
beforeEach(async () => {
  rig = await startHostileProvider();
});
afterEach(() => rig.stop());

test('row 28: a refresh that answers with another sub is refused and names both', async () => {
  const tokens = await signIn(rig);
  rig.plan.claims = { sub: 'mallory\u001b[31m' };
  const refreshed = (await openProvider(optionsFor(rig))).refresh(tokens);
  await expect(refreshed).rejects.toMatchObject({ code: 'refused' });
  const line = await refreshed.catch(describeFailure);
  expect(line).toContain('refreshed the login of alice into one of mallory (sub)');
  expect(line).not.toContain('\u001b');
});

test('row 28: a sub that differs in case alone is another person', async () => {
  const tokens = await signIn(rig);
  rig.plan.claims = { sub: 'Alice' };
  await expect((await openProvider(optionsFor(rig))).refresh(tokens)).rejects.toMatchObject({
    code: 'refused',
  });
});
