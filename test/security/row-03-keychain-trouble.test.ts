// A keychain that is locked, hangs, or is not there, played by a real gnome-keyring on a bus of its own.

import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Keyring, startKeyring } from '../../scripts/parts/keyring.ts';
import { childKeychain } from '../../src/edge/store/keychain-child.ts';
import { openLoginStore } from '../../src/edge/store/login-store.ts';
import { entry, fakeKeychain, key, loginOf } from '../edge/parts/logins.ts';
import { freshFolder, runProcess, startProcess, workerCommand } from '../edge/parts/processes.ts';

const now = () => 1000;

/** The worker with a keyring's variables; `env` names the program that sets them, so that ours stay untouched. */
const workerOf = (env: Readonly<Record<string, string>>): readonly string[] => [
  '/usr/bin/env',
  ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
  ...workerCommand,
];

/** A folder whose index says that the login is in the keychain. */
async function folderWithIndex(): Promise<string> {
  const folder = freshFolder();
  const store = openLoginStore({ folder, keychain: fakeKeychain(), now });
  await store.write(key, loginOf('t'), { preference: 'keychain', entry });
  return folder;
}

describe('row 03: a keychain that hangs', () => {
  let dir: string;
  let keyring: Keyring;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'kr-'));
    keyring = await startKeyring(dir);
    process.kill(keyring.daemonPid, 'SIGSTOP');
  });
  afterAll(async () => {
    await keyring?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it('row 03: the warm read ends in under 4 s with a clear line', async () => {
    const run = await runProcess(['warm-read', await folderWithIndex(), key], keyring.env);
    expect(run.stderr).toBe(
      'keychain: the keychain did not answer within 3 s. Unlock or restart the keyring service of this session, then run it again.\n',
    );
    expect(run.tookMs).toBeLessThan(4000);
  });

  it('row 03: reading, writing and deleting through the child end in under 4 s', async () => {
    const keychain = childKeychain({ command: workerOf(keyring.env) });
    const startedAt = performance.now();
    const outcomes = await Promise.all([keychain.read('a'), keychain.write('a', 'v'), keychain.delete('a')]);
    expect(performance.now() - startedAt).toBeLessThan(4000);
    expect(outcomes).toEqual(Array(3).fill({ kind: 'unavailable', trouble: 'no-answer' }));
  });

  it('row 03: a fresh token then goes to the file, and the reason is told', async () => {
    const store = openLoginStore({
      folder: freshFolder(),
      keychain: childKeychain({ command: workerOf(keyring.env) }),
      now,
    });
    expect(await store.write(key, loginOf('t'), { preference: 'auto', entry })).toEqual({
      kind: 'stored',
      place: 'file',
      fallbackReason: 'the keychain did not answer within 3 s',
    });
    expect(await store.read(key)).toMatchObject({ kind: 'found', place: 'file' });
  });

  it('row 03: a write of a process that ends by itself is an outcome within the same time', async () => {
    const run = await runProcess(['keychain-write', 'a', 'v'], keyring.env);
    expect(run.stdout).toBe('{"kind":"unavailable","trouble":"no-answer"} left');
    expect(run.tookMs).toBeLessThan(4500);
  });

  it('row 03: an interrupt ends the wait at once', async () => {
    const controller = new AbortController();
    const keychain = childKeychain({ command: workerOf(keyring.env), signal: controller.signal });
    const reading = keychain.read('a');
    controller.abort(new Error('interrupted'));
    await expect(reading).rejects.toThrow('interrupted');
  });
});

describe('row 03: a keychain that is locked', () => {
  it('row 03: "locked" is told from "nothing stored" by the index', async () => {
    const dir = freshFolder();
    const folder = join(dir, 'ours');
    const keyring = await startKeyring(dir);
    try {
      const keychain = childKeychain({ command: workerOf(keyring.env) });
      const store = openLoginStore({ folder, keychain, now });
      await store.write(key, loginOf('t'), { preference: 'auto', entry });
      expect(await store.read(key)).toMatchObject({ kind: 'found', place: 'keychain' });
      await keyring.lock();
      const warm = await runProcess(['warm-read', folder, key], keyring.env);
      expect(warm.stdout).toBe(
        'locked: could not read the login for https://id.example: the keychain is locked or has lost it',
      );
      expect(await store.read(key)).toMatchObject({ kind: 'locked' });
      expect(await store.read('another login')).toEqual({ kind: 'absent' });
      expect(await keychain.write('a', 'v')).toEqual({ kind: 'unavailable', trouble: 'refused' });
    } finally {
      await keyring.stop();
    }
  });
});

describe('row 03: a keychain that is not there', () => {
  const nowhere = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus', XDG_RUNTIME_DIR: '/nonexistent' };

  it('row 03: a read says so at once', async () => {
    const run = await runProcess(['warm-read', await folderWithIndex(), key], nowhere);
    expect(run.stdout).toContain(
      'locked: could not read the login for https://id.example: the keychain refused',
    );
  });

  it('row 03: a login is kept in the file, and said so', async () => {
    const keychain = childKeychain({ command: workerOf(nowhere) });
    const store = openLoginStore({ folder: freshFolder(), keychain, now });
    expect(await store.write(key, loginOf('t'), { preference: 'auto', entry })).toMatchObject({
      kind: 'stored',
      place: 'file',
      fallbackReason: expect.stringContaining('none runs in this session'),
    });
  });

  it('row 03: a helper that can not start or says nonsense counts as refused', async () => {
    const refused = { kind: 'unavailable', trouble: 'refused' };
    expect(await childKeychain({ command: ['/nonexistent/program'] }).read('a')).toEqual(refused);
    expect(await childKeychain({ command: ['/bin/echo', 'nonsense'] }).read('a')).toEqual(refused);
    expect(await childKeychain({ command: ['/bin/true'] }).write('a', 'v')).toEqual(refused);
  });

  it('row 03: the worker without a question fails with one line', async () => {
    const child = startProcess(['keychain-worker']);
    child.stdin!.end('{}');
    const [status] = await once(child, 'close');
    expect(status).toBe(1);
  });
});
