import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  folderPath,
  openFolder,
  readOwnFile,
  removeOwnFile,
  writeOwnFile,
} from '../../../src/edge/files/our-folder.ts';
import { modeOf, shownMode } from '../parts/modes.ts';
import { freshFolder } from '../parts/processes.ts';

describe('our folder', () => {
  it.each([
    ['KUBECTL_OIDC_HOME', { KUBECTL_OIDC_HOME: '/x/y', HOME: '/home/a' }, '/x/y'],
    ['HOME', { KUBECTL_OIDC_HOME: '', HOME: '/home/a' }, join('/home/a', '.kube', 'kubectl-oidc')],
    ['USERPROFILE', { USERPROFILE: '/users/a' }, join('/users/a', '.kube', 'kubectl-oidc')],
  ])('is named by %s', (_, env, path) => {
    expect(folderPath(env)).toBe(path);
  });

  it.each([
    ['a relative KUBECTL_OIDC_HOME', { KUBECTL_OIDC_HOME: 'x', HOME: '/home/a' }],
    ['no home at all', {}],
  ])('is not guessed from %s', (_, env) => {
    expect(() => folderPath(env)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  it('is made 0700 with all that is missing above it', async () => {
    const path = join(freshFolder(), 'a', 'b');
    expect(await openFolder(path)).toBe(path);
    expect(modeOf(path)).toBe(shownMode(0o700));
    expect(await openFolder(path)).toBe(path);
  });

  it('can not be made under a file', async () => {
    const path = join(freshFolder(), 'file');
    writeFileSync(path, '');
    await expect(openFolder(join(path, 'ours'))).rejects.toMatchObject({ code: 'file' });
  });

  it('gives back what was written, 0600, and undefined for what is not there', async () => {
    const path = join(freshFolder(), 'f');
    expect(await readOwnFile(path)).toBeUndefined();
    await writeOwnFile(path, 'one');
    await writeOwnFile(path, 'two é');
    expect(await readOwnFile(path)).toBe('two é');
    expect(modeOf(path)).toBe(shownMode(0o600));
    await removeOwnFile(path);
    await removeOwnFile(path);
    expect(await readOwnFile(path)).toBeUndefined();
  });

  it('writes by many at once never mix', async () => {
    const folder = freshFolder();
    const path = join(folder, 'f');
    await Promise.all(['a', 'b', 'c', 'd'].map((letter) => writeOwnFile(path, letter.repeat(9999))));
    expect(await readOwnFile(path)).toMatch(/^([abcd])\1{9998}$/);
    expect(readdirSync(folder)).toEqual(['f']);
  });

  it('a failed write names the path and leaves nothing behind', async () => {
    const folder = freshFolder();
    mkdirSync(join(folder, 'f'));
    await expect(writeOwnFile(join(folder, 'f'), 'x')).rejects.toMatchObject({
      code: 'file',
      message: `could not write ${join(folder, 'f')}`,
      reason: process.platform === 'win32' ? 'EPERM' : 'EISDIR',
    });
    expect(readdirSync(folder)).toEqual(['f']);
  });
});
