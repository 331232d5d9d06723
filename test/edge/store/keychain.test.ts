import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startKeychain, type TestKeychain } from '../../../scripts/parts/keychain.ts';
import { itemLimitBytes } from '../../../src/edge/store/keychain.ts';
import { childKeychain } from '../../../src/edge/store/keychain-child.ts';
import { openLoginStore } from '../../../src/edge/store/login-store.ts';
import { entry, key, loginOf, tokenOf200Groups } from '../parts/logins.ts';
import { freshFolder, runProcess, workerCommand } from '../parts/processes.ts';

describe("the keychain, with the system's own", () => {
  let dir: string;
  let real: TestKeychain;
  // A person's own keychain may be the one that is used here.
  const account = `kubectl-oidc test ${randomUUID()}`;
  const keychain = () => childKeychain({ command: real.using(workerCommand) });
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'kr-'));
    real = await startKeychain(dir);
  });
  afterAll(async () => {
    await real?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it('gives back what was written, and nothing after it was deleted', async () => {
    const value = `${tokenOf200Groups('é')}"\n\\ é🙂`;
    expect(await keychain().write(account, value)).toEqual({ kind: 'done' });
    expect(await keychain().read(account)).toEqual({ kind: 'found', value });
    expect(await keychain().delete(account)).toEqual({ kind: 'done' });
    expect(await keychain().read(account)).toEqual({ kind: 'absent' });
    expect(await keychain().delete(account)).toEqual({ kind: 'done' });
  });

  it('keeps a value that is larger than its items', async () => {
    const value = 'v'.repeat(itemLimitBytes(process.platform) * 2 + 5);
    await keychain().write(account, value);
    expect(await keychain().read(account)).toEqual({ kind: 'found', value });
    await keychain().delete(account);
  });

  it('answers the warm read in the process itself, for what a child has written', async () => {
    const folder = freshFolder();
    const store = openLoginStore({ folder, keychain: keychain(), now: () => 1 });
    await store.write(key, loginOf('t'), { preference: 'keychain', entry });
    expect((await runProcess(['warm-read', folder, key], real.env)).stdout).toBe('found');
    await store.remove(key);
    expect((await runProcess(['warm-read', folder, key], real.env)).stdout).toBe('absent');
  });
});
