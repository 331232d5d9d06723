import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execInfoFor, type Lab, openLab, program, type Server } from '../integration/lab.ts';

// A kubeconfig from a stranger: our program, our issuer, our client, and another server.
describe('row 09: a login is released only to approved servers', () => {
  let lab: Lab;
  let server: Server;

  beforeAll(async () => {
    lab = await openLab();
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
    await refused('kubectl oidc login --context NAME', lab.getToken({ ...server, url: 'https://evil.test' }));
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
    await refused('does not say which API server', lab.getToken(server, { execInfo: JSON.stringify(info) }));
  });

  it('row 09: a program that sets no exec info gets nothing, a person at a shell does', async () => {
    const words = [process.execPath, program, 'get-token', ...lab.loginFlags];
    const client = `process.exit(require('node:child_process').spawnSync(process.argv[1], process.argv.slice(2), { stdio: 'inherit' }).status)`;
    await refused('does not say which API server', lab.exec(process.execPath, ['-e', client, ...words]));
    const byHand = await lab.exec('/bin/sh', ['-c', '"$@"; exit $?', 'sh', ...words]);
    expect(JSON.parse(byHand.stdout).status.token).toMatch(/^ey/);
  });

  it('row 09: an expired login is not refreshed for another server either', async () => {
    lab.provider.setIdTokenTtl(1);
    await lab.signIn(server, ['--account=short']);
    lab.provider.setIdTokenTtl(300);
    await refused(
      'is not approved',
      lab.getToken({ ...server, url: 'https://evil.test' }, { flags: ['--account=short'] }),
    );
  });
});
