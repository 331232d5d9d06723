// Reading a login again once its lock is held. The keychain is not asked twice where nothing can have changed meanwhile.

import type { StoredLogin, WarmAnswer } from '../../oidc/logins.ts';
import { indexState } from '../store/login-index.ts';
import { type LoginParts, readStored } from './login-parts.ts';

/** A stored login as it was read without the lock, and `indexState` of before that. */
export type AsRead = Pick<WarmAnswer, 'login' | 'indexState'>;

export type Rereading = {
  /** To be told when the lock is held, with what `withLock` says. */
  readonly locked: (isAlone: boolean) => void;
  /** Fails as `readStored` does. */
  readonly read: (anew: boolean) => Promise<StoredLogin>;
};

export function readAgain(parts: LoginParts, asRead: AsRead | undefined): Rereading {
  let known = asRead;
  return {
    locked: (isAlone) => {
      // Who died with the lock in hand may have written the login and not the index.
      if (!isAlone) known = undefined;
    },
    read: async (anew) => {
      const { login, indexState: before } = known ?? {};
      // Once: after a provider's no, what was written on another machine counts, whatever the index says here.
      known = undefined;
      return login !== undefined && before === indexState(parts.folder) ? login : readStored(parts, anew);
    },
  };
}
