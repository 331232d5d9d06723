// Real files, links, locks, a folder without rights and a disk without space. The last is a small tmpfs, so this
// needs root or a user namespace's root.

import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KubeChange } from '../../../src/edge/kubeconfig/kubeconfig.ts';
import { writeChanges } from '../../../src/edge/kubeconfig/kubeconfig-write.ts';
import { Failure } from '../../../src/failure.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});
const before = '# mine\nkind: Config\n';
const after = '# mine\nkind: Config\nusers: []\n';
const change = (path: string, parts: Partial<KubeChange> = {}): KubeChange => ({
  path,
  before,
  after,
  diff: [],
  ...parts,
});
const write = (...changes: KubeChange[]) =>
  writeChanges(changes, { lockWaitMs: 100, signal: new AbortController().signal });
const put = (name: string, mode = 0o600): string => {
  const path = join(folder, name);
  writeFileSync(path, before);
  chmodSync(path, mode);
  return path;
};

/** Runs with the rights of nobody, where this is root; anybody else has no special rights to give up. */
async function withoutRights<Result>(work: () => Promise<Result>): Promise<Result> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(65534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

describe('writeChanges', () => {
  it('replaces the file, keeps its mode, leaves a private backup of what was there and nothing else', async () => {
    const path = put('config', 0o640);
    expect(await write(change(path))).toEqual([{ path, backup: `${path}.kubectl-oidc.bak` }]);
    expect(readFileSync(path, 'utf8')).toBe(after);
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readFileSync(`${path}.kubectl-oidc.bak`, 'utf8')).toBe(before);
    expect(statSync(`${path}.kubectl-oidc.bak`).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).toSorted()).toEqual(['config', 'config.kubectl-oidc.bak']);
  });

  it('makes a new file private, with its folder, and needs no backup', async () => {
    const path = join(folder, 'deep', '.kube', 'config');
    expect(await write(change(path, { before: undefined }))).toEqual([{ path, backup: undefined }]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'deep', '.kube')).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(folder, 'deep', '.kube'))).toEqual(['config']);
  });

  it('writes through a chain of links, which stay, also to a file that is not there yet', async () => {
    mkdirSync(join(folder, 'dotfiles'));
    const real = put('dotfiles/kube');
    symlinkSync('dotfiles/kube', join(folder, 'middle'));
    symlinkSync('middle', join(folder, 'config'));
    await write(change(join(folder, 'config')));
    expect(lstatSync(join(folder, 'config')).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, 'utf8')).toBe(after);
    expect(readdirSync(join(folder, 'dotfiles'))).toEqual(['kube']);
    symlinkSync('dotfiles/fresh', join(folder, 'dangling'));
    await write(change(join(folder, 'dangling'), { before: undefined }));
    expect(readFileSync(join(folder, 'dotfiles', 'fresh'), 'utf8')).toBe(after);
  });

  it('refuses a circle of links', async () => {
    symlinkSync('b', join(folder, 'a'));
    symlinkSync('a', join(folder, 'b'));
    await expect(write(change(join(folder, 'a'), { before: undefined }))).rejects.toMatchObject({
      code: 'file',
      reason: 'ELOOP',
    });
  });

  it('keeps the owner when root writes', async () => {
    const path = put('config');
    if (process.getuid?.() === 0) chownSync(path, 12345, 23456);
    const { uid, gid } = statSync(path);
    await write(change(path));
    expect(statSync(path)).toMatchObject({ uid, gid });
  });

  it("respects kubectl's lock: waits, then names it, and changes nothing", async () => {
    const path = put('config');
    writeFileSync(`${path}.lock`, '', { mode: 0o000 });
    await expect(write(change(path))).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(`${path}.lock`),
      hint: expect.stringContaining(`delete ${path}.lock`),
    });
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(existsSync(`${path}.lock`)).toBe(true);
  });

  it('goes on when the other kubectl has finished', async () => {
    const path = put('config');
    writeFileSync(`${path}.lock`, '');
    const remover = spawn('rm', [`${path}.lock`]);
    await writeChanges([change(path)], { lockWaitMs: 20_000, signal: new AbortController().signal });
    expect(remover.pid).toBeDefined();
    expect(readFileSync(path, 'utf8')).toBe(after);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it('stops waiting on Ctrl-C', async () => {
    const path = put('config');
    writeFileSync(`${path}.lock`, '');
    const cancel = new AbortController();
    const running = writeChanges([change(path)], { lockWaitMs: 20_000, signal: cancel.signal });
    cancel.abort(new Failure('cancelled', 'cancelled by SIGINT'));
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('does not write over what another program wrote meanwhile', async () => {
    const path = put('config');
    writeFileSync(path, 'kind: Config # theirs\n');
    await expect(write(change(path))).rejects.toMatchObject({ code: 'conflict' });
    expect(readFileSync(path, 'utf8')).toBe('kind: Config # theirs\n');
    expect(readdirSync(folder)).toEqual(['config']);
  });

  it('writes several files or none', async () => {
    const [one, two] = [put('one'), put('two')];
    const bad = change(two, { before: 'something else' });
    await expect(write(change(one), bad)).rejects.toMatchObject({ code: 'conflict' });
    expect(readFileSync(one, 'utf8')).toBe(before);
    await write(change(one), change(two));
    expect([one, two].map((path) => readFileSync(path, 'utf8'))).toEqual([after, after]);
  });

  it('a folder that may not be written is one clear line, and nothing changes', async () => {
    const path = put('config', 0o644);
    chmodSync(folder, 0o555);
    const failure = withoutRights(() => write(change(path)));
    await expect(failure).rejects.toMatchObject({
      code: 'file',
      reason: 'EACCES',
      message: `cannot lock ${path}`,
    });
    expect(readdirSync(folder)).toEqual(['config']);
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  it('a file that is write-protected is not replaced by going around it', async () => {
    const path = put('config', 0o444);
    chmodSync(folder, 0o777);
    await expect(withoutRights(() => write(change(path)))).rejects.toMatchObject({
      code: 'file',
      reason: 'EACCES',
    });
    expect(readdirSync(folder)).toEqual(['config']);
  });

  it('a full disk is one clear line, the old file stays whole, and nothing is left over', async () => {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k,mode=0700', 'tmpfs', disk], { stdio: 'pipe' });
    try {
      const path = put('disk/config');
      const huge = change(path, { after: `${before}# ${'x'.repeat(64 * 1024)}\n` });
      await expect(write(huge)).rejects.toMatchObject({
        code: 'file',
        reason: 'ENOSPC',
        hint: expect.stringContaining('disk is full'),
      });
      expect(readFileSync(path, 'utf8')).toBe(before);
      expect(readdirSync(disk)).toEqual(['config']);
    } finally {
      execFileSync('umount', [disk], { stdio: 'pipe' });
    }
  });
});
