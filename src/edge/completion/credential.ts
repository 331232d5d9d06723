// What proves a kubeconfig's user to the cluster without asking anybody: a token of ours that is stored, fresh and
// approved for that very server, or what the kubeconfig itself holds. No exec entry is run and no `tokenFile` is
// read: a TAB on a stranger's kubeconfig must not send a file of this machine away.

import type { Host } from '../../host.ts';
import { type ApiServer, judgeApproval } from '../../oidc/approval.ts';
import { broughtVariables } from '../../oidc/environment.ts';
import { environmentOf, isOurEntry, settingsOf } from '../../oidc/exec-entry.ts';
import type { ExecEntry, KubeUser } from '../../oidc/kubeconfig.ts';
import { loginKey } from '../../oidc/login-key.ts';
import { freshness } from '../../oidc/token.ts';
import { folderPath } from '../files/our-folder.ts';
import { readUserProof, type UserProof } from '../kubeconfig/user-proof.ts';
import { readCertificateAuthority } from '../provider/certificate-authority.ts';
import { childKeychain } from '../store/keychain-child.ts';
import { readLogin } from '../store/login-read.ts';

/** `signal` ends what is under way. */
export type Outside = { readonly host: Host; readonly signal: AbortSignal };

/** undefined: there is none at hand. Fails like the reading of the store, or of the kubeconfig. */
export async function credentialOf(
  { user, apiServer }: { readonly user: KubeUser | undefined; readonly apiServer: ApiServer },
  outside: Outside,
): Promise<UserProof | undefined> {
  if (user === undefined) return undefined;
  if (user.exec === undefined) return readUserProof(user);
  return isOurEntry(user.exec) ? storedProof(user.exec, apiServer, outside) : undefined;
}

async function storedProof(
  exec: ExecEntry,
  apiServer: ApiServer,
  { host, signal }: Outside,
): Promise<UserProof | undefined> {
  const settings = settingsOf(exec);
  const own = environmentOf(exec);
  const brought = broughtVariables({ own, caller: {}, platform: host.platform, home: '', uid: 0 });
  if (brought.storeMoving.length > 0) return undefined;
  const key = loginKey(settings, readCertificateAuthority(settings.certificateAuthority)?.sha256 ?? '');
  const keychain = childKeychain({ command: [...host.programCommand, 'keychain-worker'], signal });
  const outcome = await readLogin(folderPath(host.environment), key, keychain.read);
  if (outcome.kind !== 'found' || outcome.login.tokens === undefined) return undefined;
  const { approvals, tokens } = outcome.login;
  // The same judgement as get-token's, as if kubectl had asked for this server with this entry.
  const verdict = judgeApproval(approvals, { kind: 'client', apiServer }, brought.broughtEnvironment);
  const answer = freshness(tokens, settings, host.now());
  return verdict.kind === 'approved' && answer.kind === 'fresh' ? { token: answer.token } : undefined;
}
