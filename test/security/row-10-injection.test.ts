import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificateAuthority } from '../../scripts/parts/certificates.ts';
import { builtPrograms } from '../integration/archive.ts';
import { type Lab, openLab, type Server } from '../integration/lab.ts';

describe.each(builtPrograms)(
  'row 10: the current folder and variables of the runtime, for %s',
  (_, programOf) => {
    let lab: Lab;
    let server: Server;
    let cwd: string;
    let marker: string;

    beforeAll(async () => {
      lab = await openLab({ program: await programOf() });
      server = { url: 'https://127.0.0.1:6443', caPem: lab.certificates.certPem };
      cwd = join(lab.folder, 'stranger');
      marker = join(lab.folder, 'marker');
      const code = `require('node:fs').writeFileSync(${JSON.stringify(marker)}, '')`;
      for (const name of ['keytar', 'open', 'yargs', 'openid-client', 'yaml']) {
        mkdirSync(join(cwd, 'node_modules', name), { recursive: true });
        writeFileSync(join(cwd, 'node_modules', name, 'index.js'), code);
      }
      writeFileSync(
        join(cwd, 'package.json'),
        JSON.stringify({ 'kubectl-oidc': { tokenStore: 'file' }, yargs: { kubeconfig: '/planted' } }),
      );
      writeFileSync(
        join(cwd, '.env'),
        'KUBECTL_OIDC_TOKEN_STORE=file\nNODE_OPTIONS=--require=./node_modules/keytar\n',
      );
      writeFileSync(join(cwd, '.yargsrc'), '{"kubeconfig":"/planted"}');
      writeFileSync(join(cwd, 'kubectl-oidc.json'), '{}');
      await lab.signIn(server);
    });
    afterAll(() => lab.stop());

    it('row 10: .env, node_modules and configuration of the current folder are not read', async () => {
      const words = ['get-token', ...lab.loginFlags];
      const shell = ['-c', 'cd "$0" && "$@"; exit $?', cwd, ...lab.command];
      const token = await lab.exec('/bin/sh', [...shell, ...words]);
      expect([token.status, token.stderr]).toEqual([0, '']);
      const status = await lab.oidc(['status', '-o', 'json'], { cwd });
      expect(JSON.parse(status.stdout).items[0]).toMatchObject({ state: 'signed-in', store: 'keychain' });
      expect(existsSync(marker)).toBe(false);
    });

    it('row 10: NODE_TLS_REJECT_UNAUTHORIZED=0 does not make a provider of another CA acceptable', async () => {
      const other = await makeCertificateAuthority();
      const caFile = join(lab.folder, 'other.pem');
      writeFileSync(caFile, other.certPem);
      const words = [
        'setup',
        ...lab.loginFlags.filter((flag) => !flag.startsWith('--certificate-authority')),
        `--certificate-authority=${caFile}`,
      ];
      const ended = await lab.oidc(
        [...words, '--cluster=c', '--server=https://127.0.0.1:6443', '--dry-run'],
        {
          env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
        },
      );
      expect([ended.status, ended.stdout]).toEqual([1, '']);
      expect(ended.stderr).toMatch(/certificate|NODE_TLS_REJECT_UNAUTHORIZED/);
    });
  },
);
