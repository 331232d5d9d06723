// Where a login of now would be kept, found out by reading only: a write could open the keychain's prompt.

import type { TokenStorePreference } from '../../oidc/settings.ts';
import { describeTrouble, type Keychain } from './keychain.ts';

/** `reason`: why it is not what was wished for, as the end of a sentence. */
export type StoreInUse = {
  readonly place: 'keychain' | 'file' | 'none';
  readonly reason?: string;
};

/** No login's key looks like this; a keychain is asked to unlock only for what it holds. */
const nobodysAccount = 'kubectl-oidc version';

/**
 * What `preference` comes to here. A Linux keychain answers an empty search and a locked collection alike, so one
 * that is locked still counts as the keychain; 3 s at most for one that hangs. Never fails.
 */
export async function storeInUse(
  preference: TokenStorePreference,
  readItem: Keychain['read'],
): Promise<StoreInUse> {
  if (preference === 'none' || preference === 'file') return { place: preference };
  const outcome = await readItem(nobodysAccount);
  if (outcome.kind !== 'unavailable') return { place: 'keychain' };
  return {
    place: preference === 'keychain' ? 'none' : 'file',
    reason: describeTrouble(outcome.trouble),
  };
}
