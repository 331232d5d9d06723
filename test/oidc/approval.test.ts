import { describe, expect, it } from 'vitest';
import {
  type ApiServer,
  type Approval,
  judgeApproval,
  unnamedServer,
  withApproval,
} from '../../src/oidc/approval.ts';

const prod: ApiServer = {
  server: 'https://prod.example.com',
  tlsServerName: '',
  caSha256: 'aa',
  insecureSkipTlsVerify: false,
  proxyUrl: '',
};
const approval: Approval = { apiServer: prod, environment: { HTTPS_PROXY: 'http://proxy' }, approvedAt: 1 };

describe('judging who gets a token', () => {
  it('approves the approved server, with the approved variables or without them', () => {
    expect(judgeApproval([approval], { kind: 'client', apiServer: prod }, {})).toEqual({ kind: 'approved' });
    expect(
      judgeApproval([approval], { kind: 'client', apiServer: prod }, { HTTPS_PROXY: 'http://proxy' }),
    ).toEqual({ kind: 'approved' });
  });

  it.each([
    [{ server: 'https://evil.example.com' }, 'unknown-server', undefined],
    [{ caSha256: 'bb' }, 'changed-server', ['certificate-authority']],
    [{ tlsServerName: 'evil' }, 'changed-server', ['tls-server-name']],
    [{ insecureSkipTlsVerify: true }, 'changed-server', ['insecure-skip-tls-verify']],
    [{ proxyUrl: 'http://evil' }, 'changed-server', ['proxy-url']],
  ])('refuses a server that differs by %j', (change, kind, changed) => {
    const apiServer = { ...prod, ...change };
    expect(judgeApproval([approval], { kind: 'client', apiServer }, {})).toEqual({
      kind,
      apiServer,
      ...(changed && { changed }),
    });
  });

  it('refuses variables that were not approved with the server, by name', () => {
    const verdict = judgeApproval(
      [approval],
      { kind: 'client', apiServer: prod },
      { HTTPS_PROXY: 'http://evil', PATH: '/tmp' },
    );
    expect(verdict).toEqual({ kind: 'foreign-environment', names: ['HTTPS_PROXY', 'PATH'] });
  });

  it('refuses a caller that names no server, unless that was approved on its own', () => {
    expect(judgeApproval([approval], { kind: 'unannounced-client' }, {})).toEqual({
      kind: 'unnamed-server',
    });
    const unnamed = { apiServer: unnamedServer, environment: {}, approvedAt: 1 };
    expect(judgeApproval([unnamed], { kind: 'unannounced-client' }, {})).toEqual({ kind: 'approved' });
    expect(judgeApproval([unnamed], { kind: 'client-hiding-server' }, {})).toEqual({
      kind: 'unnamed-server',
    });
  });

  it('answers a person or script that runs it by hand', () => {
    expect(judgeApproval([], { kind: 'shell' }, {})).toEqual({ kind: 'approved' });
  });

  it('keeps one approval a server', () => {
    const again = { ...approval, apiServer: { ...prod, caSha256: 'new' }, approvedAt: 2 };
    const other = { ...approval, apiServer: { ...prod, server: 'https://b' } };
    expect(withApproval([approval, other], again)).toEqual([other, again]);
  });
});
