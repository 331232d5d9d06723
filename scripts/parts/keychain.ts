// The real keychain of this system for tests: on Linux a gnome-keyring of its own (keyring.ts); on macOS and Windows
// the one of the session, in which a test removes what it has written.

import { startKeyring } from './keyring.ts';

export type TestKeychain = {
  /** Variables for a process that shall use it: spread over its own. */
  readonly env: Readonly<Record<string, string>>;
  /** The command, run where it finds this keychain. */
  readonly using: (command: readonly string[]) => readonly string[];
  readonly stop: () => Promise<void>;
};

/** Unlocked and answering. `dir` must have a short path and is written to on Linux only. Throws like `startKeyring`. */
export async function startKeychain(dir: string): Promise<TestKeychain> {
  if (process.platform !== 'linux') {
    return { env: {}, using: (command) => command, stop: async () => undefined };
  }
  const { env, stop } = await startKeyring(dir);
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return { env, using: (command) => ['/usr/bin/env', ...variables, ...command], stop };
}
