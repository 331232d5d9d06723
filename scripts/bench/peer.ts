// kubelogin on the same stage: signed in at the same provider, its tokens in its plaintext file, run directly and, as
// its documentation has it, by kubectl.

import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { kubeloginVersion } from '../parts/kubelogin.ts';
import type { ProgramUnderTest } from './program.ts';
import type { Stage } from './stage.ts';
import type { Contestant } from './timer.ts';

export const peerName = `kubelogin ${kubeloginVersion}`;

export type Peer = {
  readonly getToken: Contestant;
  /** `kubectl oidc-login get-token`. */
  readonly throughKubectl: Contestant;
  /** As of the program under test. */
  readonly signInFor: (seconds: number) => Promise<void>;
};

export async function openPeer(
  stage: Stage,
  programs: { readonly kubelogin: string; readonly kubectl: string; readonly ours: ProgramUnderTest },
): Promise<Peer> {
  const { kubelogin, kubectl, ours } = programs;
  const words = getTokenWords(stage);
  // kubectl's rule for a plugin of the name oidc-login.
  await symlink(kubelogin, join(stage.programs, 'kubectl-oidc_login'));
  const env = ours.getToken.env ?? {};
  const signInFor = async (seconds: number) => {
    stage.provider.setIdTokenTtl(seconds);
    await stage.run(kubelogin, ...words, '--force-refresh');
  };
  await stage.run(kubelogin, ...words);
  return {
    getToken: { program: kubelogin, words, env },
    throughKubectl: { program: kubectl, words: ['oidc-login', ...words], env },
    signInFor,
  };
}

function getTokenWords({ provider, caFile, browser }: Stage): readonly string[] {
  return [
    'get-token',
    `--oidc-issuer-url=${provider.issuerUrl}`,
    `--oidc-client-id=${provider.clientId}`,
    '--oidc-extra-scope=email',
    '--oidc-extra-scope=groups',
    '--oidc-pkce-method=S256',
    `--certificate-authority=${caFile}`,
    `--browser-command=${browser}`,
    '--listen-address=127.0.0.1:0',
    '--token-cache-storage=disk',
  ];
}
