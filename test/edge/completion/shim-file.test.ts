import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shimFor } from '../../../src/completion/shim.ts';
import { installShim } from '../../../src/edge/completion/shim-file.ts';
import { Failure } from '../../../src/failure.ts';
import { freshFolder } from '../parts/processes.ts';

const shim = shimFor('kubectl-oidc', 'linux');

/** A HOME with `bin` on PATH, where kubectl-oidc is, and `.local/bin`. */
function home(alsoOnPath: readonly string[] = []) {
  const HOME = freshFolder();
  const bin = join(HOME, 'bin');
  const usual = join(HOME, '.local/bin');
  for (const folder of [bin, usual]) mkdirSync(folder, { recursive: true, mode: 0o755 });
  writeFileSync(join(bin, 'kubectl-oidc'), '');
  const PATH = ['/usr/bin', bin, ...alsoOnPath.map((name) => join(HOME, name))].join(delimiter);
  const host = { platform: 'linux' as const, environment: { HOME, PATH } };
  const install = (folder?: string) => installShim(shim, { folder, host });
  return { bin, usual, install };
}

function makeWith(folder: string, change: () => void): void {
  mkdirSync(folder);
  change();
}

const refused = (words: string) =>
  expect.objectContaining({ code: 'refused', message: expect.stringContaining(words) });

describe('installShim', () => {
  it('writes beside kubectl-oidc, to be run, and a second time nothing', async () => {
    const { bin, install } = home();
    const path = join(bin, 'kubectl_complete-oidc');
    expect(await install()).toEqual({ kind: 'written', path, onPath: true });
    expect(readFileSync(path, 'utf8')).toBe(shim.text);
    expect(statSync(path).mode & 0o100).toBe(0o100);
    expect(await install()).toEqual({ kind: 'unchanged', path, onPath: true });
    expect(readdirSync(bin).toSorted()).toEqual(['kubectl-oidc', 'kubectl_complete-oidc']);
  });

  it('replaces a shim of ours that names another program', async () => {
    const { bin, install } = home();
    const path = join(bin, 'kubectl_complete-oidc');
    writeFileSync(path, shimFor('/old/kubectl-oidc', 'linux').text);
    expect((await install()).kind).toBe('written');
    expect(readFileSync(path, 'utf8')).toBe(shim.text);
  });

  it.each([
    [['.local/bin'], 'usual'],
    [[], 'bin'],
  ] as const)(
    'leaves krew its folder of links where PATH is %j besides: it goes to the %s one',
    async (more, where) => {
      const { bin, usual, install } = home(more);
      for (const name of ['receipts', 'store']) mkdirSync(join(bin, '..', name));
      const path = join({ bin, usual }[where], 'kubectl_complete-oidc');
      expect(await install()).toEqual({ kind: 'written', path, onPath: true });
    },
  );

  it.each<readonly [what: string, change: (bin: string) => void]>([
    ["another user's", (bin) => chownSync(bin, 12_345, 0)],
    ["everybody's", (bin) => chmodSync(bin, 0o777)],
  ])(
    'goes to ~/.local/bin where the folder of kubectl-oidc is %s, and says that it is not on PATH',
    async (_, change) => {
      const { bin, usual, install } = home();
      change(bin);
      const path = join(usual, 'kubectl_complete-oidc');
      expect(await install()).toEqual({ kind: 'written', path, onPath: false });
      expect(readdirSync(bin)).toEqual(['kubectl-oidc']);
    },
  );

  it.each<readonly [what: string, make: (path: string, elsewhere: string) => void]>([
    ['a file of somebody else', (path) => writeFileSync(path, '#!/bin/sh\necho theirs\n')],
    ['a large file', (path) => writeFileSync(path, 'x'.repeat(100_000))],
    ['a link, even to a shim of ours', (path, elsewhere) => symlinkSync(elsewhere, path)],
    ['a folder', (path) => mkdirSync(path)],
  ])('row 07: %s stays as it is', async (_, make) => {
    const { bin, usual, install } = home();
    const elsewhere = join(usual, 'elsewhere');
    writeFileSync(elsewhere, shimFor('/old/kubectl-oidc', 'linux').text);
    make(join(bin, 'kubectl_complete-oidc'), elsewhere);
    await expect(install()).rejects.toEqual(refused('was not written by kubectl-oidc'));
    expect(readFileSync(elsewhere, 'utf8')).toContain('/old/');
    expect(readdirSync(bin)).toHaveLength(2);
  });

  it.each<readonly [words: string, make: (folder: string) => void]>([
    ['does not exist', () => undefined],
    ['is not a folder', (folder) => writeFileSync(folder, '')],
    ['may be changed by anybody', (folder) => makeWith(folder, () => chmodSync(folder, 0o777))],
    ['belongs to user 12345', (folder) => makeWith(folder, () => chownSync(folder, 12_345, 0))],
  ])('refuses a --dir that %s', async (words, make) => {
    const { bin, install } = home();
    const folder = join(bin, 'given');
    make(folder);
    await expect(install(folder)).rejects.toEqual(refused(words));
  });

  it('says what to do where there is no folder to write to', async () => {
    const HOME = freshFolder();
    const host = { platform: 'linux' as const, environment: { HOME, PATH: '/usr/bin' } };
    const failure = await installShim(shim, { folder: undefined, host }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toEqual(refused('there is no folder of yours on PATH'));
  });
});
