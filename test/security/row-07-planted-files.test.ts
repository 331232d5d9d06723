// Links, pipes, foreign owners and open modes planted where our files belong. Runs as root in CI, so that another
// owner can be played; without root those tests fail and say so.

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { openFolder, readOwnFileSync, writeOwnFile } from '../../src/edge/files/our-folder.ts';
import { openLoginStore } from '../../src/edge/store/login-store.ts';
import { entry, fakeKeychain, key, loginOf } from '../edge/parts/logins.ts';
import { freshFolder, startProcess } from '../edge/parts/processes.ts';

const stranger = 12345;

/** A folder or file with exactly that mode and owner, whatever the umask says. */
function folderWith(path: string, mode: number, owner = process.getuid!()): void {
  mkdirSync(path);
  chmodSync(path, mode);
  chownSync(path, owner, owner);
}
function fileWith(path: string, mode: number, owner = process.getuid!()): void {
  writeFileSync(path, '{}');
  chmodSync(path, mode);
  chownSync(path, owner, owner);
}
function linkTo(path: string, target: string): void {
  fileWith(target, 0o600);
  symlinkSync(target, path);
}
function underOpenFolder(path: string): void {
  folderWith(path, 0o700);
  chmodSync(dirname(path), 0o777);
}
function hugeFile(path: string): void {
  fileWith(path, 0o600);
  truncateSync(path, 1e9);
}

/** Each plants something where the folder will be. */
const folders: readonly (readonly [string, (path: string, elsewhere: string) => void])[] = [
  ['a link to another folder', (path, elsewhere) => symlinkSync(elsewhere, path)],
  ['a link to nothing', (path) => symlinkSync('/nonexistent/folder', path)],
  ['a file', (path) => fileWith(path, 0o600)],
  ['a group-writable folder', (path) => folderWith(path, 0o770)],
  ['a world-writable folder', (path) => folderWith(path, 0o702)],
  ['a folder of somebody else', (path) => folderWith(path, 0o700, stranger)],
  ['a folder under one that anybody may change', underOpenFolder],
];

/** Each plants something where a file of ours will be read. */
const files: readonly (readonly [string, (path: string, elsewhere: string) => void])[] = [
  ['a link to a file', linkTo],
  ['a link to nothing', (path) => symlinkSync('/nonexistent/file', path)],
  ['a folder', (path) => mkdirSync(path)],
  ['a file that the group may write', (path) => fileWith(path, 0o660)],
  ['a file that anybody may read', (path) => fileWith(path, 0o604)],
  ['a file of somebody else', (path) => fileWith(path, 0o600, stranger)],
  ['a file of 1 GB', hugeFile],
];

describe('row 07: planted folders', () => {
  it.each(folders)('row 07: %s is refused for reading and for writing', async (_, plant) => {
    const above = join(freshFolder(), 'above');
    const elsewhere = join(freshFolder(), 'elsewhere');
    mkdirSync(above);
    mkdirSync(elsewhere);
    const folder = join(above, 'ours');
    plant(folder, elsewhere);
    const store = openLoginStore({ folder, keychain: fakeKeychain(), now: () => 1 });
    await expect(openFolder(folder)).rejects.toMatchObject({ code: 'refused' });
    await expect(store.read(key)).rejects.toMatchObject({ code: 'refused' });
    expect(await store.write(key, loginOf('t'), { preference: 'file', entry })).toMatchObject({
      kind: 'not-stored',
    });
    expect(statSync(elsewhere).nlink).toBe(2);
    expect(execFileSync('find', [elsewhere, '-mindepth', '1'], { encoding: 'utf8' })).toBe('');
  });

  it('row 07: a token folder that others may look into is refused', async () => {
    const folder = freshFolder();
    mkdirSync(join(folder, 'tokens'));
    chmodSync(join(folder, 'tokens'), 0o755);
    const store = openLoginStore({ folder, keychain: fakeKeychain(), now: () => 1 });
    expect(await store.write(key, loginOf('t'), { preference: 'file', entry })).toMatchObject({
      kind: 'not-stored',
      reason: expect.stringContaining('chmod go-rwx'),
    });
  });
});

describe('row 07: planted files', () => {
  it.each(files)('row 07: %s is refused', async (_, plant) => {
    const folder = freshFolder();
    plant(join(folder, 'index.json'), join(freshFolder(), 'elsewhere'));
    expect(() => readOwnFileSync(join(folder, 'index.json'))).toThrow(
      expect.objectContaining({ code: 'refused' }),
    );
  });

  it('row 07: a pipe, which would never answer, is refused', async () => {
    const path = join(freshFolder(), 'index.json');
    execFileSync('mkfifo', ['-m', '600', path]);
    // In a process of its own: where the defence is missing, opening holds the whole process.
    const reader = startProcess(['read-file', path]);
    const tooLate = setTimeout(() => reader.kill('SIGKILL'), 10_000);
    expect(await text(reader.stderr!)).toContain(`refused: ${path} is not a file`);
    clearTimeout(tooLate);
  });

  it('row 07: writing replaces a planted link and leaves its target as it was', async () => {
    const path = join(freshFolder(), 'index.json');
    const target = join(freshFolder(), 'target');
    writeFileSync(target, 'precious');
    symlinkSync(target, path);
    await writeOwnFile(path, 'ours');
    expect(readFileSync(target, 'utf8')).toBe('precious');
    expect(lstatSync(path).isFile()).toBe(true);
    expect(lstatSync(path).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['to a file', (path: string) => writeFileSync(path, 'precious')],
    ['to nothing', () => undefined],
  ])('row 07: a planted lock that links %s is refused at once, its target left alone', async (_, make) => {
    const folder = freshFolder();
    const target = join(freshFolder(), 'target');
    make(target);
    symlinkSync(target, join(folder, 'index.lock'));
    const store = openLoginStore({ folder, keychain: fakeKeychain(), now: () => 1 });
    expect(await store.write(key, loginOf('t'), { preference: 'file', entry })).toMatchObject({
      kind: 'not-stored',
      reason: expect.stringContaining('is not a file'),
    });
    expect(existsSync(target) ? readFileSync(target, 'utf8') : 'precious').toBe('precious');
  });
});
