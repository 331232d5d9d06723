import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type LoginStore, openLoginStore } from '../../../src/edge/store/login-store.ts';
import { tokenFilePath } from '../../../src/edge/store/token-file.ts';
import { entry, type FakeKeychain, fakeKeychain, key, loginOf } from '../parts/logins.ts';
import { freshFolder } from '../parts/processes.ts';

const login = loginOf('t');

function open(): { folder: string; keychain: FakeKeychain; store: LoginStore } {
  const folder = freshFolder();
  const keychain = fakeKeychain();
  return { folder, keychain, store: openLoginStore({ folder, keychain, now: () => 1234 }) };
}

describe('the login store', () => {
  it('gives back what was written and lists it without its tokens', async () => {
    const { store } = open();
    expect(await store.write(key, login, { preference: 'auto', entry })).toEqual({
      kind: 'stored',
      place: 'keychain',
    });
    expect(await store.read(key)).toEqual({ kind: 'found', place: 'keychain', login });
    expect(await store.list()).toEqual([{ ...entry, key, place: 'keychain', savedAt: 1234 }]);
  });

  it('does not ask the keychain for a login that the index does not name', async () => {
    const { store, keychain } = open();
    keychain.trouble = 'no-answer';
    expect(await store.read(key)).toEqual({ kind: 'absent' });
  });

  it('is empty where there is no folder, and makes none by reading', async () => {
    const folder = join(freshFolder(), 'none');
    const store = openLoginStore({ folder, keychain: fakeKeychain(), now: () => 1 });
    expect([await store.read(key), await store.list(), await store.remove(key)]).toEqual([
      { kind: 'absent' },
      [],
      undefined,
    ]);
    expect(existsSync(folder)).toBe(false);
  });

  it('falls back to the file for "auto" and says why', async () => {
    const { store, keychain } = open();
    keychain.trouble = 'refused';
    expect(await store.write(key, login, { preference: 'auto', entry })).toEqual({
      kind: 'stored',
      place: 'file',
      fallbackReason: 'the keychain refused: none runs in this session, or it is locked',
    });
    expect(await store.read(key)).toEqual({ kind: 'found', place: 'file', login });
  });

  it('writes no file for "keychain", and says why nothing is stored', async () => {
    const { store, keychain, folder } = open();
    keychain.trouble = 'refused';
    expect(await store.write(key, login, { preference: 'keychain', entry })).toEqual({
      kind: 'not-stored',
      reason: 'the keychain refused: none runs in this session, or it is locked',
    });
    expect(existsSync(await tokenFilePath(folder, key))).toBe(false);
  });

  it('leaves one copy when a login moves from the file to the keychain and back', async () => {
    const { store, keychain, folder } = open();
    const path = await tokenFilePath(folder, key);
    const copies = () => ({ file: existsSync(path), keychain: keychain.items.has(key) });
    await store.write(key, login, { preference: 'file', entry });
    expect(copies()).toEqual({ file: true, keychain: false });
    await store.write(key, login, { preference: 'auto', entry });
    expect(copies()).toEqual({ file: false, keychain: true });
    await store.write(key, login, { preference: 'file', entry });
    expect(copies()).toEqual({ file: true, keychain: false });
    expect(await store.list()).toHaveLength(1);
  });

  it('keeps the approvals alone for "none"', async () => {
    const { store } = open();
    const outcome = await store.write(key, login, { preference: 'none', entry });
    expect(outcome).toEqual({ kind: 'not-stored', reason: 'the token store is "none"' });
    expect(await store.read(key)).toEqual({
      kind: 'found',
      place: 'keychain',
      login: { approvals: login.approvals },
    });
    const { expiresAt: _, ...rest } = entry;
    expect(await store.list()).toEqual([
      { ...rest, refreshable: false, key, place: 'keychain', savedAt: 1234 },
    ]);
  });

  it('removes every copy, also one that the index does not name', async () => {
    const { store, keychain, folder } = open();
    await store.write(key, login, { preference: 'file', entry });
    keychain.items.set(key, 'a copy that a refusing keychain kept');
    await store.write('other', login, { preference: 'auto', entry });
    await store.remove(key);
    expect(readdirSync(join(folder, 'tokens'))).toEqual([]);
    expect([...keychain.items.keys()]).toEqual(['other']);
    expect((await store.list()).map((each) => each.key)).toEqual(['other']);
  });

  it('keeps naming a login that the keychain does not let go', async () => {
    const { store, keychain } = open();
    await store.write(key, login, { preference: 'auto', entry });
    keychain.trouble = 'refused';
    await expect(store.remove(key)).rejects.toMatchObject({ code: 'keychain' });
    expect(await store.list()).toHaveLength(1);
  });

  it('loses no entry when many logins are written at once', async () => {
    const { store } = open();
    const keys = Array.from({ length: 10 }, (_, index) => `login ${index}`);
    await Promise.all(keys.map((each) => store.write(each, login, { preference: 'auto', entry })));
    expect((await store.list()).map((each) => each.key).toSorted()).toEqual(keys.toSorted());
  });

  it.each([
    ['is not JSON', '{', 'is damaged'],
    ['is another document', '[]', 'is damaged'],
    ['holds an entry without its place', '{"version":1,"logins":[{"key":"k"}]}', 'is damaged'],
    ['is of a newer version', '{"version":2,"logins":[]}', 'newer kubectl-oidc (format 2)'],
  ])('says what to do when the index %s, and touches nothing', async (_, text, message) => {
    const { store, folder, keychain } = open();
    const path = join(folder, 'index.json');
    writeFileSync(path, text, { mode: 0o600 });
    await expect(store.read(key)).rejects.toMatchObject({
      code: 'file',
      message: expect.stringContaining(message),
    });
    expect(await store.write(key, login, { preference: 'auto', entry })).toMatchObject({
      kind: 'not-stored',
    });
    expect(keychain.items.size).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it.each([
    ['no JSON', 'x'],
    ['another version', '{"version":9,"approvals":[]}'],
    ['tokens without an end', '{"version":1,"approvals":[],"tokens":{"idToken":"t","obtainedAt":1}}'],
    [
      'an end that is a text',
      '{"version":1,"approvals":[],"tokens":{"idToken":"t","expiresAt":"9","obtainedAt":1}}',
    ],
    ['an approval without its server', '{"version":1,"approvals":[{"environment":{},"approvedAt":1}]}'],
    ['more than a login can be', `{"version":1,"approvals":[],"x":"${'x'.repeat(1 << 20)}"}`],
  ])('says "damaged, log in again" when the keychain holds %s', async (_, text) => {
    const { store, keychain } = open();
    await store.write(key, login, { preference: 'auto', entry });
    keychain.items.set(key, text);
    await expect(store.read(key)).rejects.toMatchObject({
      code: 'keychain',
      hint: 'Run: kubectl oidc login',
    });
  });

  it('takes a token file that is gone for a login that is gone', async () => {
    const { store, folder } = open();
    await store.write(key, login, { preference: 'file', entry });
    const path = await tokenFilePath(folder, key);
    writeFileSync(path, '{}');
    await expect(store.read(key)).rejects.toMatchObject({ code: 'file' });
    await store.remove(key);
    expect(await store.read(key)).toEqual({ kind: 'absent' });
  });

  it('leaves no unnamed copy behind when the index can not be written', async () => {
    const { store, folder, keychain } = open();
    // A folder in the place of the lock: as root no mode would stop the write.
    mkdirSync(join(folder, 'index.lock'));
    chmodSync(folder, 0o700);
    const outcome = await store.write(key, login, { preference: 'auto', entry });
    expect(outcome).toMatchObject({ kind: 'not-stored', reason: expect.stringContaining('index.lock') });
    expect(keychain.items.size).toBe(0);
  });
});
