// The manifest by which krew finds an archive and checks it (krew.googlecontainertools.github.com/v1alpha2).

import { stringify } from 'yaml';
import { archiveName, programName, type Target } from './targets.ts';

const homepage = 'https://github.com/kubectl-oidc/kubectl-oidc';

const description = `Signs you in at your OpenID Connect provider and gives kubectl your tokens:
in the browser, with PKCE, tokens in the operating system's keychain, silent
refresh, and only for API servers that you approved. Sets up your kubeconfig
and prints what the cluster needs.
`;
const caveats = `Start with:
  kubectl oidc setup --issuer-url https://login.example.com --client-id kubectl
  kubectl oidc login
TAB completes kubectl oidc after:
  kubectl oidc completion install
On Linux, tokens go to the keychain when libsecret is installed; where there is
none they go to a file of mode 0600, which the program tells you. Linux also
needs libatomic (Debian: libatomic1).
`;

/** `version` without a `v`; `digests` are SHA-256 in lower-case hex by the archive's name. Throws where one is missing. */
export function krewManifest(
  version: string,
  targets: readonly Target[],
  digests: Readonly<Record<string, string>>,
): string {
  const platforms = targets.map((target) => {
    const name = archiveName(target);
    const sha256 = digests[name];
    if (sha256 === undefined) throw new Error(`no digest for ${name}`);
    const uri = `${homepage}/releases/download/v${version}/${name}`;
    const { os, arch } = target;
    return { selector: { matchLabels: { os, arch } }, uri, sha256, bin: programName(target) };
  });
  return stringify({
    apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
    kind: 'Plugin',
    metadata: { name: 'oidc' },
    spec: {
      version: `v${version}`,
      homepage,
      shortDescription: 'OIDC login and access management',
      description,
      caveats,
      platforms,
    },
  });
}
