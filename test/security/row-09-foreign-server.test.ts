import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtPrograms } from '../integration/archive.ts';
import { execInfoFor, type Lab, openLab, type Server } from '../integration/lab.ts';

// A kubeconfig from a stranger: our program, our issuer, our client, and another server.
describe.each(builtPrograms)(
  'row 09: a login is released only to approved servers, by %s',
  (_, programOf) => {
    let lab: Lab;
    let server: Server;

    beforeAll(async () => {
      lab = await openLab({ program: await programOf() });
      server = { url: 'https://127.0.0.1:6443', caPem: lab.certificates.certPem };
      expect((await lab.signIn(server)).status).toBe(0);
    });
    afterAll(() => lab.stop());

    const refused = async (words: string, run: ReturnType<Lab['getToken']>) => {
      const opened = (await lab.desktop.opened()).length;
      const asked = JSON.stringify(lab.provider.requests);
      const ended = await run;
      expect([ended.status, ended.stdout]).toEqual([1, '']);
      expect(ended.stderr).toContain(words);
      expect(ended.stderr.trim().split('\n')).toHaveLength(1);
      expect((await lab.desktop.opened()).length).toBe(opened);
      expect(JSON.stringify(lab.provider.requests)).toBe(asked);
    };

    it('row 09: the approved server gets the token', async () => {
      const ended = await lab.getToken(server);
      expect(ended.stderr).toBe('');
      expect(JSON.parse(ended.stdout).status.token).toMatch(/^ey/);
    });

    it('row 09: the same issuer and client with another server get nothing, and no browser opens', async () => {
      const words = 'the API server https://evil.test is not approved to receive tokens';
      await refused(words, lab.getToken({ ...server, url: 'https://evil.test' }));
      await refused(
        'kubectl oidc login --context NAME',
        lab.getToken({ ...server, url: 'https://evil.test' }),
      );
    });

    it('row 09: the approved address with another CA, TLS name, proxy or without verification gets nothing', async () => {
      await refused('certificate-authority', lab.getToken({ ...server, caPem: 'another' }));
      for (const [field, value] of [
        ['tls-server-name', 'evil.test'],
        ['proxy-url', 'http://evil.test'],
        ['insecure-skip-tls-verify', true],
      ] as const) {
        const info = JSON.parse(execInfoFor(server));
        info.spec.cluster[field] = value;
        await refused(field, lab.getToken(server, { execInfo: JSON.stringify(info) }));
      }
    });

    it('row 09: an entry that hides the server (provideClusterInfo: false) gets nothing', async () => {
      const info = JSON.parse(execInfoFor(server));
      delete info.spec.cluster;
      await refused(
        'does not say which API server',
        lab.getToken(server, { execInfo: JSON.stringify(info) }),
      );
    });

    it('row 09: a program that sets no exec info gets nothing, a person at a shell does', async () => {
      const words = [...lab.command, 'get-token', ...lab.loginFlags];
      const client = `process.exit(require('node:child_process').spawnSync(process.argv[1], process.argv.slice(2), { stdio: 'inherit' }).status)`;
      await refused('does not say which API server', lab.exec(process.execPath, ['-e', client, ...words]));
      const byHand = await lab.exec('/bin/sh', ['-c', '"$@"; exit $?', 'sh', ...words]);
      expect(JSON.parse(byHand.stdout).status.token).toMatch(/^ey/);
    });

    it('row 09: an expired login is not refreshed for another server either', async () => {
      lab.provider.setIdTokenTtl(3);
      await lab.signIn(server, ['--account=short']);
      lab.provider.setIdTokenTtl(300);
      await lab.untilExpired('short');
      await refused(
        'is not approved',
        lab.getToken({ ...server, url: 'https://evil.test' }, { flags: ['--account=short'] }),
      );
    });

    it('row 09: a person is asked once a command, sees the host and every variable, and a no is a no', async () => {
      const evil = { ...server, url: 'https://prod.example.com.evil.test:6443' };
      const variables = [`KUBERNETES_EXEC_INFO=${execInfoFor(evil, true)}`, 'HTTPS_PROXY=http://127.0.0.1:1'];
      const words = ['env', ...variables, ...lab.command, 'get-token', ...lab.loginFlags];
      const quoted = words.map((word) => `'${word}'`).join(' ');
      const line = `sh -c '"$@"; "$@"; "$@"; exit 0' client ${quoted}`;
      const opened = (await lab.desktop.opened()).length;
      const ended = await lab.exec('script', ['-qec', line, '/dev/null'], { stdin: 'n\n' });
      expect(
        ended.stdout.match(/Send tokens to https:\/\/prod\.example\.com\.evil\.test:6443/g),
      ).toHaveLength(1);
      expect(ended.stdout).toContain('the exec entry sets HTTPS_PROXY=http://127.0.0.1:1');
      expect(ended.stdout.match(/is not approved to receive tokens/g)).toHaveLength(4);
      expect(ended.stdout).not.toContain('"token"');
      expect((await lab.desktop.opened()).length).toBe(opened);
      expect((await lab.getToken(evil)).status).toBe(1);
    });

    it('row 09: an entry cannot move a stored login into a file, nor make it forgotten', async () => {
      lab.provider.setIdTokenTtl(3);
      const flags = ['--account=stays'];
      await lab.signIn(server, flags);
      lab.provider.setIdTokenTtl(300);
      await lab.untilExpired('stays');
      for (const store of ['file', 'none']) {
        expect((await lab.getToken(server, { flags: [...flags, `--token-store=${store}`] })).status).toBe(0);
        const { items } = JSON.parse((await lab.oidc(['status', '-o', 'json'])).stdout);
        const item = items.find((each: { readonly account: string }) => each.account === 'stays');
        expect(item).toMatchObject({ state: 'signed-in', store: 'keychain' });
      }
    });
  },
);
