import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
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

  it('asks the child that was started ahead, once, and another one where that has ended meanwhile', async () => {
    const log = join(freshFolder(), 'started');
    const noting = `import { appendFileSync } from 'node:fs'; appendFileSync(${JSON.stringify(log)}, 'x');`;
    const note = `--import=data:text/javascript,${encodeURIComponent(noting)}`;
    const [node = '', ...words] = workerCommand;
    const prepared = childKeychain({ command: real.using([node, note, ...words]) });
    const started = () => readFileSync(log, 'utf8').length;
    prepared.prepare();
    prepared.prepare();
    await expect.poll(() => existsSync(log)).toBe(true);
    expect(await prepared.write(account, 'v')).toEqual({ kind: 'done' });
    expect(started()).toBe(1);
    expect(await prepared.read(account)).toEqual({ kind: 'found', value: 'v' });
    expect(started()).toBe(2);
    const gone = childKeychain({ command: ['/nonexistent/program'] });
    gone.prepare();
    await new Promise(setImmediate);
    expect(await gone.read(account)).toEqual({ kind: 'unavailable', trouble: 'refused' });
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
