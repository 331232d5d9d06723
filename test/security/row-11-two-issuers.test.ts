// Two real issuers that know the same client and the same person: the built program keeps their logins apart.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type IdentityProvider, startIdentityProvider } from '../../scripts/parts/identity-provider.ts';
import {
  alice,
  type Ended,
  execInfoFor,
  kubeconfigFor,
  type Lab,
  openLab,
  program,
  type Server,
} from '../integration/lab.ts';

let lab: Lab;
let other: IdentityProvider;
let server: Server;
beforeAll(async () => {
  lab = await openLab();
  other = await startIdentityProvider({ certificates: lab.certificates, people: [alice] });
  server = { url: 'https://127.0.0.1:6443', caPem: lab.certificates.certPem };
});
afterAll(async () => {
  await other.stop();
  await lab.stop();
});

const flagsOf = ({ issuerUrl }: IdentityProvider) => [
  `--issuer-url=${issuerUrl}`,
  ...lab.loginFlags.slice(1),
];
const logIn = (provider: IdentityProvider): Promise<Ended> => {
  const file = join(lab.folder, 'two-issuers');
  writeFileSync(file, JSON.stringify(kubeconfigFor({ program, loginFlags: flagsOf(provider) }, server)));
  return lab.oidc(['login', '--kubeconfig', file]);
};
const getToken = (provider: IdentityProvider): Promise<Ended> => {
  const words = ['env', `KUBERNETES_EXEC_INFO=${execInfoFor(server)}`, process.execPath, program];
  const all = [...words, 'get-token', ...flagsOf(provider)];
  return lab.exec('/bin/sh', ['-c', '"$@"; exit $?', 'client', ...all]);
};
const issuerOf = ({ stdout }: Ended): string =>
  JSON.parse(Buffer.from(JSON.parse(stdout).status.token.split('.')[1], 'base64url').toString()).iss;

test('row 11: a login at one issuer answers for no other with the same client, and is not sent there', async () => {
  expect(other.clientId).toBe(lab.provider.clientId);
  expect((await logIn(lab.provider)).status).toBe(0);
  const asked = { ...other.requests };
  const refused = await getToken(other);
  expect([refused.status, refused.stdout]).toEqual([1, '']);
  expect(refused.stderr).toContain(other.issuerUrl);
  expect(other.requests).toEqual(asked);
  expect(issuerOf(await getToken(lab.provider))).toBe(lab.provider.issuerUrl);
});

test('row 11: with a login at each, each answers with its own, and one signed out leaves the other', async () => {
  const asked = { ...lab.provider.requests };
  expect((await logIn(other)).status).toBe(0);
  expect(issuerOf(await getToken(other))).toBe(other.issuerUrl);
  expect(issuerOf(await getToken(lab.provider))).toBe(lab.provider.issuerUrl);
  const signedOut = await lab.oidc(['logout', '--kubeconfig', join(lab.folder, 'two-issuers')]);
  expect(signedOut.status).toBe(0);
  expect(lab.provider.requests).toEqual(asked);
  expect((await getToken(other)).stdout).toBe('');
  expect(issuerOf(await getToken(lab.provider))).toBe(lab.provider.issuerUrl);
});
