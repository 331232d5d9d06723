// Raw terminal escapes in what a stranger's kubeconfig can choose, and what the built program then prints.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ended, kubeconfigFor, type Lab, openLab, program, type Server } from '../integration/lab.ts';

const unsafe =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f]|[\u{e0000}-\u{e007f}]/u;
const attacks: readonly (readonly [string, string])[] = [
  ['a window title', '\u001b]0;owned\u0007'],
  ['a cleared screen', '\u001b[2J\u001b[H'],
  ['a carriage return over the line', '\r'],
  ['a C1 control sequence', '\u009b31m'],
  ['a right-to-left override', '\u202e'],
  ['a new line that fakes our own', '\nkubectl-oidc: approved'],
];

describe('row 24: the built program', () => {
  let lab: Lab;
  let server: Server;
  beforeAll(async () => {
    lab = await openLab();
    server = { url: 'https://127.0.0.1:6443', caPem: lab.certificates.certPem };
  });
  afterAll(() => lab.stop());

  const flags = (bad: Readonly<Record<string, string>>): string[] =>
    Object.entries({
      'issuer-url': 'https://idp.test',
      'client-id': 'a',
      'redirect-uri': 'http://127.0.0.1:8000/',
      ...bad,
    }).map(([name, value]) => `--${name}=${value}`);
  const expectClean = ({ stdout, stderr }: Ended): void => {
    expect(stdout + stderr).not.toMatch(unsafe);
    expect(stdout + stderr).not.toMatch(/^kubectl-oidc: approved/m);
  };

  it.each(attacks)(
    'row 24: %s in a flag of get-token or setup is not printed',
    async (_, attack) => {
      for (const bad of [
        { 'issuer-url': `https://idp.test/${attack}` },
        { 'issuer-url': `ftp${attack}` },
        { 'redirect-uri': `http://127.0.0.1:1/${attack}` },
        { 'certificate-authority': `/nowhere/${attack}` },
        { 'client-secret-file': `/nowhere/${attack}` },
        { 'token-store': attack },
        { 'auth-param': attack },
        { timeout: attack },
        { [`unknown${attack}`]: 'x' },
      ]) {
        const words = flags(bad);
        const asKubectl = await lab.oidc(['get-token', ...words]);
        expect(asKubectl.status).toBeGreaterThan(0);
        expect(asKubectl.stderr).toContain('kubectl-oidc: ');
        expectClean(asKubectl);
        expectClean(await lab.oidc(['setup', '--cluster=c', `--server=${server.url}`, '--yes', ...words]));
      }
    },
    120_000,
  );

  it.each(attacks)('row 24: %s in the names of a kubeconfig is not printed', async (_, attack) => {
    const file = join(lab.folder, 'names');
    const name = `lab${attack}`;
    const text = JSON.stringify(kubeconfigFor(lab, server, { flags: ['--account=named'] }))
      .replaceAll('"lab"', JSON.stringify(name))
      .replaceAll(/[\u007f-\uffff]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`);
    writeFileSync(file, text);
    const signedIn = await lab.oidc(['login', '--kubeconfig', file]);
    expect(signedIn.status).toBe(0);
    for (const words of [
      ['login', '--context=la'],
      ['login', `--context=${name}x`],
      ['logout'],
      ['setup', ...lab.loginFlags, '--yes'],
    ])
      expectClean(await lab.oidc([...words, '--kubeconfig', file]));
    for (const { stdout, stderr } of [signedIn, await lab.oidc(['status', '--kubeconfig', file])])
      expect(stdout + stderr).not.toMatch(unsafe);
  });

  it('row 24: a pipe in the place of a CA or client secret does not hold get-token up', async () => {
    const pipe = join(lab.folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const words = ['get-token', ...flags({ 'certificate-authority': pipe })];
    const ended = await lab.exec('timeout', ['-s', 'KILL', '10', process.execPath, program, ...words]);
    expect([ended.status, ended.stdout]).toEqual([2, '']);
    expect(ended.stderr).toContain(`${pipe} is not an ordinary file`);
  });
});
