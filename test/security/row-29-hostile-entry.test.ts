import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unnamedServer } from '../../src/oidc/approval.ts';
import { builtPrograms } from '../integration/archive.ts';
import { execInfoFor, kubeconfigFor, type Lab, openLab, type Server } from '../integration/lab.ts';

// The exec entry's own variables over a stored login, as kubectl would set them for the built program.
describe.each(builtPrograms)(
  'row 29: what a kubeconfig sets in the environment of %s',
  (which, programOf) => {
    let lab: Lab;
    let server: Server;

    beforeAll(async () => {
      lab = await openLab({ program: await programOf() });
      server = { url: 'https://127.0.0.1:6443', caPem: lab.certificates.certPem };
      expect((await lab.signIn(server)).status).toBe(0);
    });
    afterAll(() => lab.stop());

    const storeMoving = [
      'HOME',
      'KUBECTL_OIDC_HOME',
      'XDG_RUNTIME_DIR',
      'XDG_CONFIG_HOME',
      'XDG_DATA_HOME',
      'SECRET_BACKEND',
      'SECRET_FILE_TEST_PATH',
      'SECRET_SERVICE_BUS_NAME',
      'SNAP_NAME',
    ];
    const others = [
      'HTTPS_PROXY',
      'https_proxy',
      'ALL_PROXY',
      'NO_PROXY',
      'SSL_CERT_FILE',
      'SSL_CERT_DIR',
      'NODE_EXTRA_CA_CERTS',
      'NODE_USE_ENV_PROXY',
      'BROWSER',
      'GIO_MODULE_DIR',
    ];

    it.each([
      ...storeMoving.map((name) => [name, '/tmp/elsewhere', 'which moves where logins are kept'] as const),
      ['DBUS_SESSION_BUS_ADDRESS', 'unix:path=/tmp/evil', 'which moves where logins are kept'] as const,
      ...others.map((name) => [name, 'http://127.0.0.1:1', 'which was not approved'] as const),
      // By the front, before main is started, where there is one: main's own refusal comes after what they do.
      ...['LD_LIBRARY_PATH', 'OPENSSL_CONF', 'NODE_OPTIONS'].map(
        (name) =>
          [
            name,
            '--no-warnings',
            which === "npm's program" ? 'which was not approved' : 'which could run other code',
          ] as const,
      ),
      ['NODE_TLS_REJECT_UNAUTHORIZED', '0', ''] as const,
    ])('row 29: %s is refused, and no token, code or refresh token leaves', async (name, value, words) => {
      const asked = JSON.stringify(lab.provider.requests);
      const ended = await lab.getToken(server, { env: { [name]: value } });
      expect([ended.status, ended.stdout]).toEqual([1, '']);
      expect(ended.stderr).toContain(name);
      expect(ended.stderr).toContain(words);
      expect(JSON.stringify(lab.provider.requests)).toBe(asked);
      expect((await lab.desktop.opened()).length).toBe(1);
    });

    it('row 29: approvals planted in a folder that the entry names are not believed', async () => {
      const planted = join(lab.folder, 'planted');
      mkdirSync(planted, { mode: 0o700 });
      const index = readFileSync(join(lab.ourFolder, 'index.json'), 'utf8');
      writeFileSync(join(planted, 'index.json'), index, { mode: 0o600 });
      const ended = await lab.getToken(
        { ...server, url: 'https://evil.test' },
        { env: { KUBECTL_OIDC_HOME: planted } },
      );
      expect([ended.status, ended.stdout]).toEqual([1, '']);
    });

    it('row 29: approvals planted in a keychain file of the entry are not believed', async () => {
      const evil = { ...server, url: 'https://evil.test' };
      const env = {
        SECRET_BACKEND: 'file',
        SECRET_FILE_TEST_PATH: join(lab.folder, 'planted.keyring'),
        SECRET_FILE_TEST_PASSWORD: 'planted',
      };
      const plant = async (account: string, value: string): Promise<void> => {
        const stdin = JSON.stringify({ operation: 'write', account, value });
        expect((await lab.oidc(['keychain-worker'], { env, stdin })).stdout).toBe('{"kind":"done"}\n');
      };
      const { logins } = JSON.parse(readFileSync(join(lab.ourFolder, 'index.json'), 'utf8'));
      const digest = createHash('sha256').update(lab.certificates.certPem).digest('hex');
      const apiServer = {
        ...unnamedServer,
        server: evil.url,
        caSha256: digest,
      };
      const approvals = [{ apiServer, environment: env, approvedAt: 1 }];
      for (const { key } of logins) await plant(key, JSON.stringify({ version: 1, approvals }));
      const ended = await lab.getToken(evil, { env });
      expect([ended.status, ended.stdout]).toEqual([1, '']);
      expect(ended.stderr).toContain('which moves where logins are kept');
    });

    it("row 29: no program on the entry's PATH starts a bus for the keychain before anything is judged", async () => {
      const evil = join(lab.folder, 'evil-path');
      mkdirSync(evil);
      writeFileSync(join(evil, 'dbus-launch'), `#!/bin/sh\n: > '${lab.folder}/bus-started'\n`, {
        mode: 0o755,
      });
      const brought = [`PATH=${evil}:${lab.env.PATH}`, 'DISPLAY=:9'];
      const [program, ...words] = entryWords();
      const client = ['-c', '"$@"; exit $?', 'client', `${program}`, ...brought, ...words];
      const ended = await lab.exec('/bin/sh', client, {
        env: { DBUS_SESSION_BUS_ADDRESS: undefined, XDG_RUNTIME_DIR: undefined, DISPLAY: undefined },
      });
      expect([ended.status, ended.stdout]).toEqual([1, '']);
      expect(existsSync(join(lab.folder, 'bus-started'))).toBe(false);
    });

    it("row 29: the same variable in the person's own session is theirs to set", async () => {
      const words = [
        '-c',
        'NO_PROXY=localhost; export NO_PROXY; exec /bin/sh -c "$0" "$@"',
        '"$@"; exit $?',
        'client',
      ];
      const ended = await lab.exec('/bin/sh', [...words, ...entryWords()]);
      expect(ended.stderr).toBe('');
      expect(JSON.parse(ended.stdout).status.token).toMatch(/^ey/);
    });

    it('row 29: a variable that stands in the entry of the context that was signed in for is approved with it, that value alone', async () => {
      const file = join(lab.folder, 'with-variable');
      const env = { NO_PROXY: 'localhost' };
      writeFileSync(file, JSON.stringify(kubeconfigFor(lab, server, { flags: ['--account=proxied'], env })));
      const unasked = await lab.oidc(['login', '--kubeconfig', file]);
      expect(unasked.status).toBe(1);
      expect(unasked.stderr).toContain('the exec entry sets NO_PROXY=localhost');
      expect((await lab.oidc(['login', '--kubeconfig', file, '--yes'])).status).toBe(0);
      const flags = ['--account=proxied'];
      expect((await lab.getToken(server, { flags, env })).status).toBe(0);
      expect((await lab.getToken(server, { flags, env: { NO_PROXY: 'evil.test' } })).status).toBe(1);
    });

    it.each([
      ['setup', ['--yes', '--cluster=c', '--server=https://evil.test']],
      ['login', []],
      ['logout', ['--all']],
      ['status', []],
      ['--version', []],
      ['keychain-worker', []],
    ])('row 29: %s as the exec entry is refused before it does anything', async (command, words) => {
      const before = JSON.stringify(lab.provider.requests);
      const client = ['-c', '"$@"; exit $?', 'client', 'env', `KUBERNETES_EXEC_INFO=${execInfoFor(server)}`];
      const ended = await lab.exec('/bin/sh', [
        ...client,
        ...lab.command,
        command,
        ...words,
        ...lab.loginFlags,
      ]);
      expect([ended.status, ended.stdout]).toEqual([1, '']);
      expect(ended.stderr).toContain('only get-token may be one');
      expect(JSON.stringify(lab.provider.requests)).toBe(before);
      expect((await lab.getToken(server)).status).toBe(0);
      expect((await lab.getToken({ ...server, url: 'https://evil.test' })).status).toBe(1);
    });

    it('row 29: no code is loaded from a folder that a variable names', async () => {
      const named = join(lab.folder, 'named');
      mkdirSync(named, { mode: 0o700 });
      await lab.getToken(server, { env: { KUBECTL_OIDC_HOME: named } });
      expect(readdirSync(named)).toEqual([]);
      expect(existsSync(join(lab.ourFolder, 'compile-cache'))).toBe(false);
    });

    function entryWords(): readonly string[] {
      return [
        'env',
        `KUBERNETES_EXEC_INFO=${execInfoFor(server)}`,
        ...lab.command,
        'get-token',
        ...lab.loginFlags,
      ];
    }
  },
);
