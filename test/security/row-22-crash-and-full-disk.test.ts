// kill -9 in the middle of writes, and a disk without space. The full disk is a small tmpfs, so this needs root
// (as CI has it); without, mount(8) says what is missing and the test fails.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { writeOwnFile } from '../../src/edge/files/our-folder.ts';
import { openLoginStore } from '../../src/edge/store/login-store.ts';
import { entry, fakeKeychain, key, keychainInFile, loginOf, tokenOf200Groups } from '../edge/parts/logins.ts';
import { freshFolder, kill, said, startProcess, traceProcess } from '../edge/parts/processes.ts';

/** A disk of that many 4 KiB pages, with a folder on it. */
function smallDisk(pages: number): string {
  const disk = freshFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${pages * 4}k,mode=0700`, 'tmpfs', disk], {
    stdio: 'pipe',
  });
  onTestFinished(() => void execFileSync('umount', [disk]));
  const folder = join(disk, 'ours');
  mkdirSync(folder, { mode: 0o700 });
  return folder;
}

const fill = (folder: string, pages: number): void =>
  writeFileSync(join(folder, '..', 'ballast'), 'x'.repeat(pages * 4096));

describe('row 22: a write that does not come to its end', () => {
  it('row 22: killed at any moment leaves one whole value', { timeout: 60_000 }, async () => {
    const folder = freshFolder();
    const path = join(folder, 'value');
    for (let round = 0; round < 25; round += 1) {
      const writer = startProcess(['write-for-ever', path]);
      await said(writer, 'writing');
      // Not a wait for something: the kill shall fall on another moment of a write each time.
      await wait(round * 3);
      await kill(writer);
      expect(readFileSync(path, 'utf8')).toMatch(/^([a-z])\1{49999}\.$/);
    }
    const leftovers = readdirSync(folder).filter((name) => name !== 'value');
    for (const name of leftovers) utimesSync(join(folder, name), 1, 1);
    await writeOwnFile(path, 'new');
    expect(readdirSync(folder)).toEqual(['value']);
  });

  it('row 22: reaches the disk before its name does, and the name before the write is called done', () => {
    const folder = freshFolder();
    const path = join(folder, 'value');
    const calls = 'fsync,fdatasync,rename,renameat,renameat2';
    const traced = traceProcess(['write-file', path, 'new'], { calls });
    expect(readFileSync(path, 'utf8')).toBe('new');
    const steps = traced.calls.map((call) =>
      call.replaceAll(/\/value\.[^">]*\.tmp/g, '/TEMPORARY').replaceAll(folder, 'FOLDER'),
    );
    expect(steps).toEqual([
      expect.stringMatching(/^f(data)?sync\(\d+<FOLDER\/TEMPORARY>/),
      expect.stringMatching(/^rename.*"FOLDER\/TEMPORARY", .*"FOLDER\/value"/),
      expect.stringMatching(/^fsync\(\d+<FOLDER>/),
    ]);
  });

  it('row 22: of a login that moves to another place keeps the old or the new one, at whichever step it is killed', async () => {
    const survivors: string[] = [];
    for (const call of ['fsync', 'rename', 'link', 'unlink']) {
      for (let at = 1, hasEnded = false; !hasEnded; at += 1) {
        const folder = join(freshFolder(), 'ours');
        const parts = { folder, keychain: keychainInFile(`${folder}.keychain`), now: () => 1 };
        await openLoginStore(parts).write(key, loginOf('old'), { preference: 'keychain', entry });
        const traced = traceProcess(['move-login', folder, 'new'], { calls: call, killAt: at });
        hasEnded = traced.stdout === 'stored';
        const found = await openLoginStore(parts).read(key);
        if (found.kind !== 'found') return expect.fail(`${found.kind} after ${call} ${at}`);
        expect([loginOf('old'), loginOf('new')]).toContainEqual(found.login);
        survivors.push(found.place);
        const again = await openLoginStore(parts).write(key, loginOf('next'), { preference: 'file', entry });
        expect(again).toEqual({ kind: 'stored', place: 'file' });
        expect(await openLoginStore(parts).read(key)).toMatchObject({ login: loginOf('next') });
      }
    }
    expect(new Set(survivors)).toEqual(new Set(['keychain', 'file']));
    expect(survivors.length).toBeGreaterThan(10);
  });

  it('row 22: on a full disk leaves the old value, no half file, and says that the disk is full', async () => {
    const folder = smallDisk(16);
    const path = join(folder, 'value');
    await writeOwnFile(path, 'old');
    fill(folder, 12);
    await expect(writeOwnFile(path, 'n'.repeat(40_000))).rejects.toMatchObject({
      code: 'file',
      reason: 'ENOSPC',
      hint: expect.stringContaining('disk is full'),
    });
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['value']);
  });

  it('row 22: of a login on a full disk keeps the old login and tells why the new one is not stored', async () => {
    const folder = smallDisk(24);
    const store = openLoginStore({ folder, keychain: fakeKeychain(), now: () => 1 });
    await store.write(key, loginOf('old'), { preference: 'file', entry });
    fill(folder, 18);
    const outcome = await store.write(key, loginOf(tokenOf200Groups('new')), { preference: 'file', entry });
    expect(outcome).toMatchObject({ kind: 'not-stored', reason: expect.stringContaining('ENOSPC') });
    expect(await store.read(key)).toEqual({ kind: 'found', place: 'file', login: loginOf('old') });
    expect(readdirSync(join(folder, 'tokens'))).toHaveLength(1);
  });
});
