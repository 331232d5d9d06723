// Where the bytes of a token are after a login: in the keychain alone, or in the one announced file.

import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startKeychain } from '../../scripts/parts/keychain.ts';
import { childKeychain } from '../../src/edge/store/keychain-child.ts';
import { openLoginStore } from '../../src/edge/store/login-store.ts';
import { entry, fakeKeychain, key, loginOf, tokenOf200Groups } from '../edge/parts/logins.ts';
import { modeOf, shownMode } from '../edge/parts/modes.ts';
import { freshFolder, workerCommand } from '../edge/parts/processes.ts';

const idToken = tokenOf200Groups('at-rest');
const login = loginOf(idToken);

/** The files under the folder that hold a piece of the token or the refresh token, as text or as base64. */
function filesWithToken(home: string): string[] {
  const pieces = [idToken.slice(100, 140), 'refresh-of-'].flatMap((piece) => [
    piece,
    Buffer.from(piece).toString('base64').slice(2, -4),
  ]);
  return readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const path = join(home, name);
    if (!statSync(path).isFile()) return false;
    const bytes = readFileSync(path);
    return pieces.some((piece) => bytes.includes(piece));
  });
}

describe('row 01: token bytes under HOME', () => {
  it('row 01: are nowhere after a login that went to the keychain', async () => {
    const home = freshFolder();
    const real = await startKeychain(home);
    try {
      const keychain = childKeychain({ command: real.using(workerCommand) });
      const store = openLoginStore({ folder: join(home, '.kube', 'kubectl-oidc'), keychain, now: () => 1 });
      const outcome = await store.write(key, login, { preference: 'auto', entry });
      expect(outcome).toEqual({ kind: 'stored', place: 'keychain' });
      expect(await store.read(key)).toEqual({ kind: 'found', place: 'keychain', login });
      expect(filesWithToken(home)).toEqual([]);
      await store.remove(key);
    } finally {
      await real.stop();
    }
  });

  it('row 01: are in one 0600 file in a 0700 folder after the fallback, and gone after a move to the keychain', async () => {
    const home = freshFolder();
    const folder = join(home, 'ours');
    mkdirSync(folder, { mode: 0o700 });
    const keychain = fakeKeychain();
    const store = openLoginStore({ folder, keychain, now: () => 1 });
    keychain.trouble = 'not-loadable';
    await store.write(key, login, { preference: 'auto', entry });
    const [name = '', ...others] = filesWithToken(home).map((found) => found.replaceAll(sep, '/'));
    expect(others).toEqual([]);
    expect(name).toMatch(/^ours\/tokens\/[0-9a-f]{64}\.json$/);
    expect(modeOf(join(home, name))).toBe(shownMode(0o600));
    expect(modeOf(join(folder, 'tokens'))).toBe(shownMode(0o700));
    delete keychain.trouble;
    await store.write(key, login, { preference: 'auto', entry });
    expect(filesWithToken(home)).toEqual([]);
  });

  it('row 01: are nowhere when the token store is "none"', async () => {
    const home = freshFolder();
    const keychain = fakeKeychain();
    const store = openLoginStore({ folder: home, keychain, now: () => 1 });
    await store.write(key, login, { preference: 'none', entry });
    expect(filesWithToken(home)).toEqual([]);
    expect(JSON.stringify([...keychain.items])).not.toContain(idToken.slice(100, 140));
  });
});
