// Plain logins for the storage tests, and keychains in memory or in a file.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { KeychainItems } from '../../../src/edge/store/chunks.ts';
import type { Keychain, KeychainTrouble } from '../../../src/edge/store/keychain.ts';
import type { WriteOptions } from '../../../src/edge/store/login-store.ts';
import type { StoredLogin } from '../../../src/oidc/logins.ts';

export const key = 'issuer=https%3A%2F%2Fid.example&client=kubernetes&scope=openid';

export function loginOf(idToken: string): StoredLogin {
  const apiServer = {
    server: 'https://api.example',
    tlsServerName: '',
    caSha256: 'ab',
    insecureSkipTlsVerify: false,
    proxyUrl: '',
  };
  return {
    approvals: [{ apiServer, environment: { AWS_PROFILE: 'dev' }, approvedAt: 100 }],
    tokens: { idToken, refreshToken: `refresh-of-${idToken}`, expiresAt: 2000, obtainedAt: 1000 },
  };
}

export const entry: WriteOptions['entry'] = {
  issuerUrl: 'https://id.example',
  clientId: 'kubernetes',
  account: '',
  subject: 'u1',
  name: 'alice',
  expiresAt: 2000,
  refreshable: true,
};

/** An ID token of somebody in 200 groups: about 11,000 characters. */
export function tokenOf200Groups(seed: string): string {
  const groups = Array.from({ length: 200 }, (_, index) => `${seed}-department-${index}-administrators`);
  return `e30.${Buffer.from(JSON.stringify({ groups })).toString('base64url')}.c2ln`;
}

export type FakeKeychain = Keychain & { readonly items: Map<string, string>; trouble?: KeychainTrouble };

/** A keychain in memory; set `trouble` and it has that from then on. */
export function fakeKeychain(): FakeKeychain {
  const items = new Map<string, string>();
  const fake: FakeKeychain = {
    items,
    read: async (account) => {
      if (fake.trouble) return { kind: 'unavailable', trouble: fake.trouble };
      const value = items.get(account);
      return value === undefined ? { kind: 'absent' } : { kind: 'found', value };
    },
    write: async (account, value) => {
      if (fake.trouble) return { kind: 'unavailable', trouble: fake.trouble };
      items.set(account, value);
      return { kind: 'done' };
    },
    delete: async (account) => {
      if (fake.trouble) return { kind: 'unavailable', trouble: fake.trouble };
      items.delete(account);
      return { kind: 'done' };
    },
  };
  return fake;
}

/** A keychain of one item that outlives its process; it takes no step that a crash could fall into twice. */
export function keychainInFile(path: string): Keychain {
  return {
    read: async () =>
      existsSync(path) ? { kind: 'found', value: readFileSync(path, 'utf8') } : { kind: 'absent' },
    write: async (_, value) => {
      writeFileSync(path, value);
      return { kind: 'done' };
    },
    delete: async () => {
      rmSync(path, { force: true });
      return { kind: 'done' };
    },
  };
}

/** Items of at most `limitBytes`, of a process that dies after `operationsLeft` operations. */
export function fakeItems(
  stored: Map<string, string>,
  limitBytes: number,
  operationsLeft = Number.POSITIVE_INFINITY,
): KeychainItems & { readonly operations: () => number } {
  let count = 0;
  const operate = (): void => {
    if (count >= operationsLeft) throw new Error('the process is dead');
    count += 1;
  };
  return {
    operations: () => count,
    get: async (account) => {
      operate();
      return stored.get(account) ?? null;
    },
    set: async (account, value) => {
      operate();
      if (Buffer.byteLength(value) > limitBytes) throw new Error('The stub received bad data');
      stored.set(account, value);
    },
    delete: async (account) => {
      operate();
      return stored.delete(account);
    },
  };
}
