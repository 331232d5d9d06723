import { execFileSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readGivenFileSync } from '../../../src/edge/files/given-file.ts';
import { Failure } from '../../../src/failure.ts';
import { freshFolder } from '../parts/processes.ts';

describe('a file that somebody names', () => {
  it('is read whole, through a link too, up to its limit and not beyond', () => {
    const path = join(freshFolder(), 'file');
    const bytes = Buffer.alloc(200_000, 'abc');
    writeFileSync(path, bytes);
    symlinkSync(path, `${path}.link`);
    expect(readGivenFileSync(`${path}.link`, 200_000).equals(bytes)).toBe(true);
    expect(() => readGivenFileSync(path, 199_999)).toThrow('has more than 199999 bytes');
    writeFileSync(path, '');
    expect(readGivenFileSync(path, 10)).toHaveLength(0);
  });

  it.each([
    ['/dev/zero', () => '/dev/zero'],
    ['a pipe', () => pipe()],
    ['a link to a pipe', () => linkTo(pipe())],
  ])('is refused at once where it is %s', (_, place) => {
    const path = place();
    // In a process of its own: what waits in an open() can't be ended from within.
    const words = ['-e', tryToRead, path];
    const said = execFileSync(process.execPath, words, { timeout: 10_000, encoding: 'utf8' });
    expect(said).toBe(`usage: ${path} is not an ordinary file`);
  });

  it('is told apart by what the system says', () => {
    const folder = freshFolder();
    expect(() => readGivenFileSync(folder, 10)).toThrow(expect.objectContaining({ code: 'EISDIR' }));
    expect(() => readGivenFileSync(join(folder, 'none'), 10)).toThrow(
      expect.objectContaining({ code: 'ENOENT' }),
    );
    expect(() => readGivenFileSync('/dev/null', 10)).toThrow(Failure);
  });
});

const source = join(import.meta.dirname, '../../../src/edge/files/given-file.ts');
const tryToRead = `import(${JSON.stringify(source)}).then(({ readGivenFileSync }) => {
  try {
    readGivenFileSync(process.argv[1], 1000);
  } catch ({ code, message }) {
    process.stdout.write(code + ': ' + message);
  }
});`;

function pipe(): string {
  const path = join(freshFolder(), 'pipe');
  execFileSync('mkfifo', [path]);
  return path;
}

function linkTo(path: string): string {
  symlinkSync(path, `${path}.link`);
  return `${path}.link`;
}
