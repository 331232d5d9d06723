import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Lab, openLab, type Server } from '../integration/lab.ts';

describe('row 21: many processes and one login', () => {
  let lab: Lab;
  let server: Server;

  beforeAll(async () => {
    lab = await openLab({ idTokenTtlSeconds: 3 });
    server = { url: 'https://127.0.0.1:6443', caPem: lab.certificates.certPem };
  });
  afterAll(() => lab.stop());

  it('row 21: twenty with an expired token and a one-time refresh token make one request and get twenty credentials', async () => {
    await lab.signIn(server);
    await lab.untilExpired();
    lab.provider.setIdTokenTtl(300);
    const before = lab.provider.requests.token;
    const ended = await Promise.all(Array.from({ length: 20 }, () => lab.getToken(server)));
    expect(ended.map(({ stderr }) => stderr).join('')).toBe('');
    const tokens = new Set(ended.map(({ stdout }) => JSON.parse(stdout).status.token));
    expect(tokens.size).toBe(1);
    expect(lab.provider.requests.token - before).toBe(1);
    expect((await lab.desktop.opened()).length).toBe(1);
  }, 60_000);

  it('row 21: twenty whose session has ended get one answer each, without a tab, and the provider is asked once', async () => {
    lab.provider.setIdTokenTtl(3);
    await lab.signIn(server, ['--account=ended']);
    lab.provider.revokeAllRefreshTokens();
    await lab.untilExpired('ended');
    const before = lab.provider.requests.token;
    const opened = (await lab.desktop.opened()).length;
    const flags = ['--account=ended'];
    const ended = await Promise.all(Array.from({ length: 20 }, () => lab.getToken(server, { flags })));
    expect(new Set(ended.map(({ status }) => status))).toEqual(new Set([4]));
    for (const { stderr } of ended) expect(stderr).toContain('Run "kubectl oidc login" in a terminal');
    expect(lab.provider.requests.token - before).toBe(1);
    expect((await lab.desktop.opened()).length).toBe(opened);
  }, 60_000);
});
