import { afterEach, beforeEach, expect, test } from 'vitest';
import { openProvider } from '../../src/edge/provider/provider.ts';
import { type HostileProvider, optionsFor, signInAt, startHostileProvider } from './hostile-provider.ts';

let rig: HostileProvider;
beforeEach(async () => {
  rig = await startHostileProvider();
});
afterEach(() => rig.stop());

const announceIss = () => {
  rig.plan.discovery = (good) => ({
    body: { ...good, authorization_response_iss_parameter_supported: true },
  });
};

test.each([
  ['of another provider', 'https://evil.test'],
  ['that is empty', ''],
  ['with a slash more', 'slash'],
])('row 16: an iss %s is refused, announced or not, and the code never leaves', async (_, iss) => {
  const sent = iss === 'slash' ? `${rig.issuerUrl}/` : iss;
  for (const isAnnounced of [false, true]) {
    if (isAnnounced) announceIss();
    const provider = await openProvider(optionsFor(rig));
    await expect(signInAt(rig, provider, { iss: sent })).rejects.toMatchObject({ code: 'refused' });
  }
  expect(rig.requests).not.toContain('POST /token');
});

test('row 16: a missing iss is refused when the metadata announces it', async () => {
  announceIss();
  const provider = await openProvider(optionsFor(rig));
  await expect(signInAt(rig, provider)).rejects.toThrow('does not say which provider it is from');
  expect(rig.requests).not.toContain('POST /token');
});

test('row 16: the right iss signs in', async () => {
  announceIss();
  const tokens = await signInAt(rig, await openProvider(optionsFor(rig)), { iss: rig.issuerUrl });
  expect(tokens.idToken).not.toBe('');
});
