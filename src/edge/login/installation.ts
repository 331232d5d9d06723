// What is here, for `version`: the runtime, the store that a login would use, our folder. Creates nothing.

import type { Host } from '../../host.ts';
import type { TokenStorePreference } from '../../oidc/settings.ts';
import { folderPath } from '../files/our-folder.ts';
import { type Runtime, readRuntime } from '../runtime.ts';
import { type StoreInUse, storeInUse } from '../store/store-in-use.ts';
import { openKeychainChild } from './login-parts.ts';

export type Installation = {
  readonly runtime: Runtime;
  readonly store: StoreInUse;
  readonly folder: string;
};

/** Fails with `usage` where no folder of ours can be named. */
export async function readInstallation(preference: TokenStorePreference, host: Host): Promise<Installation> {
  const folder = folderPath(host.environment);
  const keychain = await openKeychainChild(host);
  return {
    runtime: readRuntime(host.programPath),
    store: await storeInUse(preference, keychain.read),
    folder,
  };
}
