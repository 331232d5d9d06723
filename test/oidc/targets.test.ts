import { describe, expect, it } from 'vitest';
import type { KubeCluster, Kubeconfig, KubeUser } from '../../src/oidc/kubeconfig.ts';
import { loginTargets } from '../../src/oidc/targets.ts';

const file = '/home/a/.kube/config';
const ours = (name: string, client: string): KubeUser => ({
  name,
  file,
  exec: {
    command: 'kubectl-oidc',
    args: ['get-token', '--issuer-url=https://idp', `--client-id=${client}`],
    env: [{ name: 'HTTPS_PROXY', value: 'http://proxy' }],
    apiVersion: 'client.authentication.k8s.io/v1',
    interactiveMode: 'IfAvailable',
    provideClusterInfo: true,
    installHint: '',
  },
});
const cluster = (name: string): KubeCluster => ({
  name,
  file,
  server: `https://${name}`,
  certificateAuthority: '',
  certificateAuthorityData: '',
  insecureSkipTlsVerify: false,
  tlsServerName: '',
  proxyUrl: '',
});
const context = (name: string, user: string) => ({ name, file, cluster: name, user, namespace: '' });
const kubeconfig: Kubeconfig = {
  files: [{ path: file, exists: true }],
  defaultFile: file,
  currentContext: 'prod',
  contexts: [
    context('prod', 'one'),
    context('staging', 'two'),
    context('other', 'three'),
    context('plain', 'four'),
  ],
  clusters: ['prod', 'staging', 'other', 'plain'].map(cluster),
  users: [
    ours('one', 'kubectl'),
    ours('two', 'kubectl'),
    ours('three', 'another'),
    { name: 'four', file, exec: undefined },
  ],
};

describe('the logins of a kubeconfig', () => {
  it('are those of the current context unless one is named', () => {
    const contexts = (name?: string) =>
      loginTargets(kubeconfig, { kind: 'context', name }).targets.flatMap(({ uses }) =>
        uses.map((use) => use.context),
      );
    expect(contexts()).toEqual(['prod']);
    expect(contexts('other')).toEqual(['other']);
  });

  it('are grouped: contexts that share settings are one login', () => {
    const { targets } = loginTargets(kubeconfig, { kind: 'all' });
    expect(targets.map(({ settings, uses }) => [settings.clientId, uses.map((use) => use.context)])).toEqual([
      ['kubectl', ['prod', 'staging']],
      ['another', ['other']],
    ]);
    expect(targets[0]?.uses[0]).toMatchObject({
      cluster: { server: 'https://prod' },
      environment: { HTTPS_PROXY: 'http://proxy' },
    });
  });

  it.each([
    ['an unknown context', kubeconfig, 'prodd', /there is no context "prodd".*/],
    [
      'a context that signs in otherwise',
      kubeconfig,
      'plain',
      /context "plain" does not sign in with kubectl-oidc/,
    ],
    ['no current context', { ...kubeconfig, currentContext: '' }, undefined, /names no current context/],
  ])('fail in one line for %s', (_, given, name, message) => {
    expect(() => loginTargets(given, { kind: 'context', name })).toThrow(message);
  });

  it('fail in one line where no context is ours', () => {
    const none = { ...kubeconfig, users: [] };
    expect(() => loginTargets(none, { kind: 'all' })).toThrow(
      `no context in ${file} signs in with kubectl-oidc`,
    );
  });

  it('of contexts that cannot be read are in the way of no other, unless that context was asked for', () => {
    const broken = ours('one', 'kubectl');
    const exec = { ...broken.exec!, args: ['get-token', '--nonsense'] };
    const mixed = { ...kubeconfig, users: [{ ...broken, exec }, ...kubeconfig.users.slice(1)] };
    const { targets, unreadable } = loginTargets(mixed, { kind: 'all' });
    expect(targets.flatMap(({ uses }) => uses.map((use) => use.context))).toEqual(['staging', 'other']);
    expect(unreadable).toEqual([{ context: 'prod', failure: expect.objectContaining({ code: 'usage' }) }]);
    expect(() => loginTargets(mixed, { kind: 'context', name: 'prod' })).toThrow('--nonsense');
  });

  it('start with setup where there is no kubeconfig yet', () => {
    const empty = { ...kubeconfig, contexts: [], currentContext: '' };
    expect(() => loginTargets(empty, { kind: 'context', name: undefined })).toThrow(
      'there is no context yet',
    );
  });
});
