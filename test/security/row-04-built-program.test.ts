// The built program against the hostile provider: whatever it prints, with and without debugging, holds no canary.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDesktop } from '../../scripts/parts/person.ts';
import { describeFailure } from '../../src/failure.ts';
import {
  type Ended,
  execInfoFor,
  kubeconfigFor,
  type Lab,
  openLab,
  program,
  type Server,
} from '../integration/lab.ts';
import {
  type Answer,
  canary,
  type HostileProvider,
  type Plan,
  rsaSigner,
  startHostileProvider,
} from './hostile-provider.ts';

const html: Answer = { headers: { 'content-type': 'text/html' }, body: `<html>${canary}</html>` };
const refusal: Answer = {
  status: 400,
  headers: { 'www-authenticate': `Bearer error="${canary}"` },
  body: { error: 'invalid_request', error_description: canary, error_uri: `https://${canary}.test` },
};
const plans: readonly (readonly [string, Plan])[] = [
  ['a discovery document in HTML', { discovery: () => html }],
  ['an error_description of the token endpoint', { token: () => refusal }],
  ['a token answer in HTML', { token: () => html }],
  ['a token answer cut short', { token: () => ({ body: `{"access_token":"${canary}` }) }],
  ['a token answer without ID token', { tokenFields: { id_token: undefined } }],
  ['an odd token type', { tokenFields: { token_type: canary } }],
  ['an ID token of a foreign key', { signer: rsaSigner('foreign') }],
  ['claims of a wrong type', { claims: { exp: canary, acr: { canary } } }],
  ['keys in HTML', { jwks: () => html }],
];
const debugging = [{}, { KUBECTL_OIDC_DEBUG: '1' }] as const;

describe('row 4: the built program', () => {
  let lab: Lab;
  let rig: HostileProvider;
  let server: Server;
  let session: Record<string, string>;
  beforeAll(async () => {
    lab = await openLab();
    rig = await startHostileProvider();
    server = { url: 'https://127.0.0.1:6443', caPem: lab.certificates.certPem };
    const desktop = await makeDesktop(join(lab.folder, 'hostile'), 'alice', { caPem: rig.caPem });
    session = { BROWSER: desktop.env.BROWSER, PATH: `${desktop.env.PATH}:${lab.env.PATH}` };
    writeFileSync(join(lab.folder, 'hostile-ca.pem'), rig.caPem);
  });
  afterAll(async () => {
    await rig.stop();
    await lab.stop();
  });

  const flagsFor = (account: string) => [
    `--issuer-url=${rig.issuerUrl}`,
    '--client-id=kubectl',
    `--certificate-authority=${join(lab.folder, 'hostile-ca.pem')}`,
    '--token-store=file',
    `--account=${account}`,
  ];
  const logIn = (account: string, env: object): Promise<Ended> => {
    const file = join(lab.folder, `config-${account}`);
    writeFileSync(file, JSON.stringify(kubeconfigFor({ program, loginFlags: flagsFor(account) }, server)));
    return lab.oidc(['login', '--kubeconfig', file], { env: { ...session, ...env } });
  };
  /** As kubectl does: a parent with the person's own variables, and the exec info on top. */
  const getTokenAs = (account: string, env: object): Promise<Ended> => {
    const words = ['env', `KUBERNETES_EXEC_INFO=${execInfoFor(server)}`, process.execPath, program];
    const all = [...words, 'get-token', ...flagsFor(account)];
    return lab.exec('/bin/sh', ['-c', '"$@"; exit $?', 'client', ...all], { env: { ...env } });
  };
  const expectSilence = (text: string): void => {
    expect(text).not.toContain(canary);
    expect(text).not.toMatch(/ey[\w-]{16,}/);
  };

  it.each(plans)('row 4: prints nothing of %s', async (_, plan) => {
    for (const env of debugging) {
      rig.plan = plan;
      const ended = await logIn('refused', env);
      rig.plan = {};
      expect(ended.status).toBe(1);
      expect(ended.stderr).toContain('kubectl-oidc: ');
      expectSilence(ended.stdout + ended.stderr);
    }
  });

  it('row 4: prints no token at a login or a refused refresh, and nothing but the credential at a good one', async () => {
    for (const env of debugging) {
      for (const account of [`good-${Object.keys(env)}`, `bad-${Object.keys(env)}`]) {
        rig.plan = { claims: { exp: Math.floor(Date.now() / 1000) + 2 } };
        const signedIn = await logIn(account, env);
        expect(signedIn.status).toBe(0);
        expectSilence(signedIn.stdout + signedIn.stderr);
        await lab.untilExpired(account);
        const isGood = account.startsWith('good');
        rig.plan = isGood ? {} : { token: () => refusal };
        const refreshed = await getTokenAs(account, env);
        expect(rig.forms.at(-1)?.get('grant_type')).toBe('refresh_token');
        expect(refreshed.status).toBe(isGood ? 0 : 1);
        expect(refreshed.stdout).toMatch(isGood ? /"token":"ey/ : /^$/);
        expectSilence(refreshed.stderr);
      }
    }
  });

  it('row 4: prints of a bug where it happened, and only when debugging; never what it says', async () => {
    const bug = join(lab.folder, 'bug.mjs');
    const message = `${canary}\n    at ${canary} (x:1:1)`;
    writeFileSync(bug, `Date.now = () => { throw new TypeError(${JSON.stringify(message)}); };`);
    for (const env of debugging) {
      const words = ['--import', bug, program, 'status'];
      const ended = await lab.exec(process.execPath, words, { env });
      expect(ended.status).toBe(70);
      expect(ended.stderr).toContain('an unexpected TypeError ended the command; this is a bug');
      expect(/^ {4}at /m.test(ended.stderr)).toBe('KUBECTL_OIDC_DEBUG' in env);
      expectSilence(ended.stdout + ended.stderr);
    }
  });
});

it.each([
  ['an error', new Error(canary)],
  ['an error with a cause', new Error(canary, { cause: { body: canary } })],
  ['several errors', new AggregateError([new Error(canary)], canary)],
  [
    'an error with fields',
    Object.assign(new RangeError(canary), { code: canary, hint: canary, reason: canary }),
  ],
  ['a string', canary],
  ['an object', { message: canary, toString: (): string => canary }],
])('row 4: what is said of %s that is no Failure does not repeat it', (_, thrown) => {
  const before = process.env.KUBECTL_OIDC_DEBUG;
  for (const debug of ['', '1']) {
    process.env.KUBECTL_OIDC_DEBUG = debug;
    expect(describeFailure(thrown)).not.toContain(canary);
  }
  if (before === undefined) delete process.env.KUBECTL_OIDC_DEBUG;
  else process.env.KUBECTL_OIDC_DEBUG = before;
});
