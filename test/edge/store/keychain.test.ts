import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Keyring, startKeyring } from '../../../scripts/parts/keyring.ts';
import { itemLimitBytes } from '../../../src/edge/store/keychain.ts';
import { childKeychain } from '../../../src/edge/store/keychain-child.ts';
import { openLoginStore } from '../../../src/edge/store/login-store.ts';
import { entry, key, loginOf, tokenOf200Groups } from '../parts/logins.ts';
import { freshFolder, runProcess, workerCommand } from '../parts/processes.ts';

describe('the keychain, with a real gnome-keyring', () => {
  let dir: string;
  let keyring: Keyring;
  const keychain = () =>
    childKeychain({
      command: [
        '/usr/bin/env',
        ...Object.entries(keyring.env).map(([name, value]) => `${name}=${value}`),
        ...workerCommand,
      ],
    });
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'kr-'));
    keyring = await startKeyring(dir);
  });
  afterAll(async () => {
    await keyring?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it('gives back what was written, and nothing after it was deleted', async () => {
    const value = `${tokenOf200Groups('é')}"\n\\ é🙂`;
    expect(await keychain().write('account', value)).toEqual({ kind: 'done' });
    expect(await keychain().read('account')).toEqual({ kind: 'found', value });
    expect(await keychain().delete('account')).toEqual({ kind: 'done' });
    expect(await keychain().read('account')).toEqual({ kind: 'absent' });
    expect(await keychain().delete('account')).toEqual({ kind: 'done' });
  });

  it('keeps a value that is larger than its items', async () => {
    const value = 'v'.repeat(itemLimitBytes('linux') * 2 + 5);
    await keychain().write('large', value);
    expect(await keychain().read('large')).toEqual({ kind: 'found', value });
    await keychain().delete('large');
  });

  it('answers the warm read in the process itself, for what a child has written', async () => {
    const folder = freshFolder();
    const store = openLoginStore({ folder, keychain: keychain(), now: () => 1 });
    await store.write(key, loginOf('t'), { preference: 'keychain', entry });
    expect((await runProcess(['warm-read', folder, key], keyring.env)).stdout).toBe('found');
    await store.remove(key);
    expect((await runProcess(['warm-read', folder, key], keyring.env)).stdout).toBe('absent');
  });
});
