import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server as HttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificateAuthority } from '../../scripts/parts/certificates.ts';
import { makeDesktop } from '../../scripts/parts/person.ts';
import { type Ended, execInfoFor, kubeconfigFor, type Lab, openLab, type Server } from './lab.ts';

/** One line on stderr, nothing on stdout, no stack, no secret, not zero. */
function expectOneLine(ended: Ended, words: RegExp | string): void {
  expect(ended.stdout).toBe('');
  expect(ended.stderr).toMatch(words);
  // What setup notes about a provider may stand before it.
  const lines = ended.stderr
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith('Note: '));
  expect(lines[0]).toMatch(/^kubectl-oidc: /);
  expect(lines).toHaveLength(1);
  expect(ended.stderr).not.toMatch(/unexpected|\bat .*\.js:/);
  expect(ended.status).not.toBe(0);
}

describe('bad input', () => {
  let lab: Lab;
  let server: Server;
  const closing: (() => unknown)[] = [];

  beforeAll(async () => {
    lab = await openLab();
    server = { url: 'https://127.0.0.1:6443', caPem: lab.certificates.certPem };
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });
  afterAll(() => lab.stop());

  const setup = (flags: readonly string[], env: Record<string, string> = {}): Promise<Ended> =>
    lab.oidc(['setup', '--cluster=c', `--server=${server.url}`, '--yes', ...flags], { env });
  const without = (name: string): readonly string[] =>
    lab.loginFlags.filter((flag) => !flag.startsWith(`--${name}=`));

  /** An https server of our own CA that answers every request alike. */
  async function issuerThat(
    answer: (issuer: string) => { readonly type: string; readonly body: string },
  ): Promise<string> {
    const { certPem, keyPem } = await lab.certificates.issueServerCertificate(['127.0.0.1']);
    const listening: HttpsServer = createServer({ cert: certPem, key: keyPem }, (_, response) => {
      const { type, body } = answer(issuer);
      response.writeHead(200, { 'content-type': type }).end(body);
    });
    await once(listening.listen(0, '127.0.0.1'), 'listening');
    const issuer = `https://127.0.0.1:${(listening.address() as AddressInfo).port}`;
    closing.push(() => listening.close());
    return issuer;
  }

  const metadata = (issuer: string, change: object = {}) => ({
    issuer,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    code_challenge_methods_supported: ['S256'],
    ...change,
  });

  it.each([
    ['a missing issuer', ['--client-id=a'], /--issuer-url is missing/, 2],
    [
      'an http issuer',
      ['--issuer-url=http://idp.example.com', '--client-id=a'],
      /the issuer http:\/\/idp\.example\.com is not https/,
      2,
    ],
    ['an unknown flag', ['--isuer-url=https://a', '--client-id=a'], /unknown: "isuer-url"/, 2],
    [
      'an issuer that does not resolve',
      ['--issuer-url=https://nowhere.invalid', '--client-id=a'],
      /nowhere\.invalid/,
      1,
    ],
  ] as const)('%s ends setup with one line, and nothing is written', async (_, flags, words, status) => {
    const ended = await setup(flags);
    expectOneLine(ended, words);
    expect(ended.status).toBe(status);
    expect(readdirSync(lab.home)).not.toContain('config');
  });

  it('a malformed kubeconfig is named with line and column, and left alone', async () => {
    const file = join(lab.folder, 'malformed');
    const text = 'apiVersion: v1\nclusters:\n- name: "x\n';
    writeFileSync(file, text);
    const ended = await lab.oidc(['login', '--kubeconfig', file]);
    expectOneLine(ended, /malformed line 4, column 1: Missing closing/);
    expect(ended.status).toBe(2);
    expectOneLine(
      await setup([...lab.loginFlags, '--kubeconfig', file]),
      /malformed line 4, column 1: Missing closing/,
    );
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('an unknown context is answered with the nearest name', async () => {
    const file = join(lab.folder, 'contexts');
    writeFileSync(
      file,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        contexts: [{ name: 'production', context: { cluster: 'a', user: 'b' } }],
      }),
    );
    const ended = await lab.oidc(['login', '--kubeconfig', file, '--context=producton']);
    expectOneLine(ended, /no context "producton".*Did you mean "production"\?/);
    expect(ended.status).toBe(2);
  });

  it.each([
    [
      'names another issuer',
      (issuer: string) => ({
        type: 'application/json',
        body: JSON.stringify(metadata(issuer, { issuer: 'https://other.example.com' })),
      }),
      /other\.example\.com/,
    ],
    ['answers with HTML', () => ({ type: 'text/html', body: '<html>Sign in to the hotel</html>' }), /HTML/],
    [
      'does not support PKCE with S256',
      (issuer: string) => ({
        type: 'application/json',
        body: JSON.stringify(metadata(issuer, { code_challenge_methods_supported: ['plain'] })),
      }),
      /PKCE/,
    ],
    [
      'gives no refresh tokens',
      (issuer: string) => ({
        type: 'application/json',
        body: JSON.stringify(metadata(issuer, { grant_types_supported: ['authorization_code'] })),
      }),
      /no refresh tokens.*--accept-no-refresh/,
    ],
  ] as const)('a provider that %s ends setup before anything is written', async (_, answer, words) => {
    const issuer = await issuerThat(answer);
    const kubeconfig = join(lab.folder, 'untouched');
    const ended = await setup([
      `--issuer-url=${issuer}`,
      '--client-id=a',
      `--certificate-authority=${lab.caFile}`,
      '--kubeconfig',
      kubeconfig,
    ]);
    expectOneLine(ended, words);
    expect(readdirSync(lab.folder)).not.toContain('untouched');
  });

  it('a provider of another CA, one that is down, and one that does not speak TLS are told apart', async () => {
    const otherFile = join(lab.folder, 'other-ca.pem');
    writeFileSync(otherFile, (await makeCertificateAuthority()).certPem);
    expectOneLine(
      await setup([...without('certificate-authority'), `--certificate-authority=${otherFile}`]),
      /certificate/,
    );
    const silent = createTcpServer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n', () => socket.destroy()));
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const { port } = silent.address() as AddressInfo;
    expectOneLine(
      await setup([...without('issuer-url'), `--issuer-url=https://127.0.0.1:${port}`]),
      new RegExp(`${port}`),
    );
    await new Promise((done) => silent.close(done));
    expectOneLine(
      await setup([...without('issuer-url'), `--issuer-url=https://127.0.0.1:${port}`]),
      /refused|ECONNREFUSED/,
    );
  });

  it('access_denied is said by name, without a second try', async () => {
    const desktop = await makeDesktop(join(lab.folder, 'refuser'), 'alice', {
      caPem: lab.certificates.certPem,
      action: 'cancel',
    });
    const file = join(lab.folder, 'denied');
    writeFileSync(file, JSON.stringify(kubeconfigFor(lab, server, { flags: ['--account=denied'] })));
    const path = `${desktop.env.PATH}:${lab.env.PATH}`;
    const ended = await lab.oidc(['login', '--kubeconfig', file], { env: { ...desktop.env, PATH: path } });
    expect(ended.stderr).toContain('access_denied');
    expect(ended.status).toBe(1);
    expect((await desktop.opened()).length).toBe(1);
  });

  it('a malformed KUBERNETES_EXEC_INFO is refused', async () => {
    expectOneLine(
      await lab.getToken(server, { execInfo: '{"kind":' }),
      /KUBERNETES_EXEC_INFO cannot be read: it is not JSON/,
    );
  });

  it('a folder of ours that cannot be written, and a full disk, leave nothing half-written', async () => {
    const folder = join(lab.folder, 'small');
    mkdirSync(folder);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=700', 'tmpfs', folder]);
    closing.push(() => execFileSync('umount', [folder]));
    const kubeconfig = join(lab.folder, 'small.config');
    writeFileSync(kubeconfig, JSON.stringify(kubeconfigFor(lab, server, { flags: ['--account=small'] })));
    const env = { KUBECTL_OIDC_HOME: folder };
    writeFileSync(join(folder, 'filler'), Buffer.alloc(64 * 1024 - 4096));
    const full = await lab.oidc(['login', '--kubeconfig', kubeconfig], { env });
    expect(full.stderr).toMatch(/ENOSPC|full|space/);
    expect(full.status).toBe(1);
    execFileSync('rm', [join(folder, 'filler')]);
    execFileSync('mount', ['-o', 'remount,ro', folder]);
    const readOnly = await lab.oidc(['login', '--kubeconfig', kubeconfig], { env });
    expect(readOnly.stderr).toMatch(/EROFS|read-only/);
    expect(readOnly.status).toBe(1);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('get-token with --help behind -- is a wrong use, not an empty answer', async () => {
    const ended = await lab.getToken(server, { flags: ['--', '--help'] });
    expectOneLine(ended, /get-token cannot be run so/);
    expect(ended.status).toBe(2);
  });

  it('a keyring that hangs while a refreshed token is written costs no answer and no token', async () => {
    const flags = ['--account=hanging-write'];
    lab.provider.setIdTokenTtl(3);
    expect((await lab.signIn(server, flags)).status).toBe(0);
    lab.provider.setIdTokenTtl(300);
    await lab.untilExpired('hanging-write');
    lab.provider.setLatency(1500);
    const before = lab.provider.requests.token;
    const asked = lab.getToken(server, { flags });
    await expect.poll(() => lab.provider.requests.token, { timeout: 10_000 }).toBe(before + 1);
    process.kill(lab.keyring.daemonPid, 'SIGSTOP');
    try {
      const ended = await asked;
      expect([ended.status, JSON.parse(ended.stdout).kind]).toEqual([0, 'ExecCredential']);
      expect(ended.stderr).toMatch(
        /^kubectl-oidc: [^\n]*kept in a file that only you can read[^\n]*within 3 s\.\n$/,
      );
      expect(ended.elapsedMs).toBeLessThan(10_000);
    } finally {
      process.kill(lab.keyring.daemonPid, 'SIGCONT');
      lab.provider.setLatency(0);
    }
    expect((await lab.getToken(server, { flags })).status).toBe(0);
    expect(lab.provider.requests.token).toBe(before + 1);
  });

  it('a hung keyring ends get-token in under 4 s, a locked one at once, each with its own line', async () => {
    expect((await lab.signIn(server, ['--account=locked'])).status).toBe(0);
    const flags = ['--account=locked'];
    process.kill(lab.keyring.daemonPid, 'SIGSTOP');
    try {
      const hung = await lab.getToken(server, { flags });
      expect(hung.stderr).toContain('the keychain did not answer within 3 s');
      expect(hung.elapsedMs).toBeLessThan(4000);
      expect(hung.status).not.toBe(0);
    } finally {
      process.kill(lab.keyring.daemonPid, 'SIGCONT');
    }
    await lab.keyring.lock();
    expectOneLine(await lab.getToken(server, { flags, execInfo: execInfoFor(server) }), /locked/);
  });
});
