import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { builtPrograms } from '../integration/archive.ts';
import { type Ended, execInfoFor, type Lab, openLab, type Server } from '../integration/lab.ts';
import { makeOlder } from '../integration/older-login.ts';

// KUBECTL_OIDC_REFRESH and KUBECTL_OIDC_ASKED_MS are for the front to say to main; a kubeconfig can set them as well.
describe.each(builtPrograms)("row 29: the front's words in an entry of %s", (name, programOf) => {
  const behindFront = name !== "npm's program";
  let lab: Lab;
  let server: Server;

  beforeAll(async () => {
    lab = await openLab({ program: await programOf() });
    server = { url: 'https://127.0.0.1:6443', caPem: lab.certificates.certPem };
    expect((await lab.signIn(server)).status).toBe(0);
  });
  afterAll(() => lab.stop());

  it('row 29: they are no reason to refuse an approved entry, and get one refresh a minute at most', async () => {
    const before = lab.provider.requests.token;
    await makeOlder(lab, 120);
    for (const wish of ['refused', 'refused', 'early', 'else']) {
      const env = { KUBECTL_OIDC_REFRESH: wish, KUBECTL_OIDC_ASKED_MS: '0' };
      const ended = await lab.getToken(server, { env });
      expect([ended.status, ended.stderr]).toEqual([0, '']);
    }
    expect(lab.provider.requests.token - before).toBe(behindFront ? 0 : 1);
  });

  it('row 29: a refresh ahead of its end that needs a person is none: no browser, no question, no failure for others', async () => {
    await makeOlder(lab, 400);
    const token = tokenIn(await lab.getToken(server));
    lab.provider.revokeAllRefreshTokens();
    const opened = (await lab.desktop.opened()).length;
    const ended = await atTerminal(execInfoFor(server, true), ['KUBECTL_OIDC_REFRESH=early']);
    expect(ended.status).toBe(0);
    expect(tokenIn(ended)).toBe(token);
    expect((await lab.desktop.opened()).length).toBe(opened);
    expect(readdirSync(lab.ourFolder).filter((file) => file.startsWith('failed-'))).toEqual([]);
  });

  it('row 29: they release nothing to a server that is not approved', async () => {
    const evil = { ...server, url: 'https://evil.test' };
    for (const wish of ['refused', 'early']) {
      const env = { KUBECTL_OIDC_REFRESH: wish, KUBECTL_OIDC_ASKED_MS: `${Date.now()}` };
      const ended = await lab.getToken(evil, { env });
      expect([ended.status, ended.stdout]).toEqual([1, '']);
      expect(ended.stderr).toContain('is not approved to receive tokens');
    }
  });

  it('row 29: setup and login show them like any other variable of an entry', async () => {
    const flags = [
      '--cluster=c',
      '--server=https://127.0.0.1:6443',
      '--cluster-side=none',
      '--context=wishes',
    ];
    expect((await lab.oidc(['setup', ...lab.loginFlags, ...flags, '--yes'])).status).toBe(0);
    const file = join(lab.home, '.kube/config');
    const config = parse(readFileSync(file, 'utf8'));
    config.users[0].user.exec.env = [{ name: 'KUBECTL_OIDC_REFRESH', value: 'early' }];
    writeFileSync(file, JSON.stringify(config));
    const login = await lab.oidc(['login', '--context=wishes']);
    expect(login.status).toBe(1);
    expect(login.stderr).toContain('the exec entry sets KUBECTL_OIDC_REFRESH=early');
  });

  function tokenIn({ stdout }: Ended): string {
    return JSON.parse(stdout).status.token;
  }

  /** A client that has a terminal, as somebody's kubectl would. */
  function atTerminal(execInfo: string, variables: readonly string[]): Promise<Ended> {
    const info = `KUBERNETES_EXEC_INFO=${execInfo}`;
    const words = ['env', info, ...variables, ...lab.command, 'get-token', ...lab.loginFlags];
    const quoted = words.map((word) => `'${word}'`).join(' ');
    return lab.exec('script', ['-qec', `sh -c '"$@"; exit $?' client ${quoted}`, '/dev/null']);
  }
});
