import { describe, expect, it } from 'vitest';
import { apiServerFrom, execClusterOf } from '../../src/oidc/api-server.ts';
import { execEntryFor, isOurEntry, loginWordsOf, settingsOf } from '../../src/oidc/exec-entry.ts';
import type { ExecEntry } from '../../src/oidc/kubeconfig.ts';
import { parseLoginSettings } from '../../src/oidc/settings.ts';

const entry = (command: string, args: readonly string[], env: ExecEntry['env'] = []): ExecEntry => ({
  ...execEntryFor(parseLoginSettings({ 'issuer-url': 'https://id.example', 'client-id': 'kube' }), command),
  args,
  env,
});

describe('isOurEntry', () => {
  it.each([
    ['kubectl-oidc', ['get-token'], true],
    ['/opt/krew/bin/kubectl-oidc', ['get-token', '--client-id=x'], true],
    ['C:\\tools\\kubectl-oidc.exe', ['get-token'], true],
    ['/repo/bin/kubectl-oidc.js', ['get-token'], true],
    ['node', ['/repo/bin/kubectl-oidc.js', 'get-token'], true],
    ['kubectl', ['oidc', 'get-token'], true],
    ['kubectl-oidc-login', ['get-token'], false],
    ['kubectl-oidc', ['login'], false],
    ['kubectl-oidc', [], false],
    ['kubectl', ['oidc-login', 'get-token'], false],
    ['kubelogin', ['get-token'], false],
    ['/tmp/kubectl-oidc/evil', ['get-token'], false],
    ['node', ['/tmp/evil.js', 'kubectl-oidc.js', 'get-token'], false],
    ['kubectl', ['--context', 'x', 'oidc', 'get-token'], false],
  ])('%s %j: %s', (command, args, expected) => {
    expect(isOurEntry(entry(command, args))).toBe(expected);
  });
});

describe('settingsOf', () => {
  it('reads flags in one word and in two, repeated ones and booleans', () => {
    const args = ['get-token', '--issuer-url', 'https://id.example', '--client-id=a=b', '--scope=email'];
    expect(
      loginWordsOf(entry('kubectl-oidc', [...args, '--scope', 'groups', '--danger-http-loopback-issuer'])),
    ).toEqual({
      'issuer-url': 'https://id.example',
      'client-id': 'a=b',
      scope: ['email', 'groups'],
      'danger-http-loopback-issuer': true,
    });
  });

  it('lets a flag win over the variable of the entry', () => {
    const env = [
      { name: 'KUBECTL_OIDC_ISSUER_URL', value: 'https://variable.example' },
      { name: 'KUBECTL_OIDC_CLIENT_ID', value: 'from-variable' },
    ];
    const { issuerUrl, clientId } = settingsOf(
      entry('kubectl', ['oidc', 'get-token', '--issuer-url=https://flag.example'], env),
    );
    expect([issuerUrl, clientId]).toEqual(['https://flag.example', 'from-variable']);
  });

  it('takes the last of a flag that is given twice, as get-token does', () => {
    const args = ['get-token', '--issuer-url=https://id.example', '--client-id=one', '--client-id=two'];
    expect(settingsOf(entry('kubectl-oidc', args)).clientId).toBe('two');
  });

  it.each([
    [['--server-id', 'x'], 'it does not know "--server-id"'],
    [['stray'], 'it does not know "stray"'],
    [['--client-id'], '--client-id has no value'],
    [['--danger-http-loopback-issuer=true'], '--danger-http-loopback-issuer takes no value'],
    [['--constructor=x'], 'it does not know "--constructor"'],
  ])('fails on %j', (args, why) => {
    expect(() => settingsOf(entry('kubectl-oidc', ['get-token', ...args]))).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining(why) }),
    );
  });

  it('comes back to the settings that setup wrote', () => {
    const settings = parseLoginSettings({
      'issuer-url': 'https://id.example/realms/a',
      'client-id': '-odd "id"',
      scope: ['groups'],
      audience: 'https://kube',
      'auth-param': ['prompt=login', 'x=a=b'],
      'max-age': '3600',
      'token-store': 'file',
      login: 'never',
    });
    expect(settingsOf(execEntryFor(settings, '/x/kubectl-oidc'))).toEqual(settings);
  });
});

describe('the API server of an approval', () => {
  const cluster = {
    name: 'c',
    file: '/a',
    server: 'https://c.example',
    certificateAuthority: '/ca.pem',
    certificateAuthorityData: '',
    insecureSkipTlsVerify: false,
    tlsServerName: 'inner',
    proxyUrl: 'http://proxy:3128',
  };
  const digest = (base64: string) => `digest of ${base64}`;

  it('has the CA of the file that the cluster names, as kubectl announces it', () => {
    expect(apiServerFrom(execClusterOf(cluster, 'RklMRQ=='), digest)).toEqual({
      server: 'https://c.example',
      tlsServerName: 'inner',
      insecureSkipTlsVerify: false,
      caSha256: 'digest of RklMRQ==',
      proxyUrl: 'http://proxy:3128',
    });
  });

  it('has the CA data before the file, and no digest without a CA', () => {
    const withData = { ...cluster, certificateAuthorityData: 'REFUQQ==' };
    expect(apiServerFrom(execClusterOf(withData, ''), digest).caSha256).toBe('digest of REFUQQ==');
    expect(apiServerFrom(execClusterOf(cluster, ''), digest).caSha256).toBe('');
  });

  it.each([
    ['https://c.example/path?x=1#f', 'https://c.example/path'],
    ['https://c.example/', 'https://c.example/'],
    ['https://c.example:6443', 'https://c.example:6443'],
  ])('announces %s as client-go does: %s', (server, announced) => {
    expect(execClusterOf({ ...cluster, server }, '').server).toBe(announced);
  });
});
