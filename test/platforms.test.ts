import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { expect, test } from 'vitest';
import { archiveFiles, linuxFiles, portableProjects, posixFiles } from './platforms.ts';

const root = join(import.meta.dirname, '..');
const filesOf = (patterns: readonly string[]): readonly string[] =>
  patterns
    .flatMap((pattern) => globSync(pattern, { cwd: root }))
    .map((path) => path.replaceAll(sep, '/'))
    .toSorted();
const all = filesOf(['test/**/*.test.ts']);
const onLinux = filesOf(linuxFiles);
const onPosix = filesOf(posixFiles);
const onArchive = filesOf(archiveFiles);
const own = relative(root, import.meta.filename).replaceAll(sep, '/');
const everywhere = all.filter(
  (path) => path !== own && !onLinux.includes(path) && !onPosix.includes(path) && !onArchive.includes(path),
);

/** Parts that run on Linux only. keychain.ts loads keyring.ts everywhere and starts it on Linux. */
const linuxParts = [
  'scripts/archives/archive.ts',
  'scripts/parts/api-server.ts',
  'scripts/parts/browser.ts',
  'scripts/parts/chromium.ts',
  'scripts/parts/front.ts',
  'scripts/parts/krew.ts',
  'scripts/parts/test-archive.ts',
  'test/integration/archive.ts',
  'test/integration/lab.ts',
];
const linuxWords =
  /'\/proc\/|SIGSTOP|\('(strace|mount|unshare)', |'script', \[|parts\/keyring\.ts|\bchownSync\(/;
const posixWords = /'\/dev\/|'mkfifo'|'\/bin\/(ba)?sh'|\bsymlinkSync\(|SIGUSR/;

/** The file and all of ours that it imports, by their paths from the project's folder. */
function reachedFrom(path: string): ReadonlySet<string> {
  const reached = new Set([path]);
  for (const each of reached) {
    for (const [, specifier = ''] of textOf(each).matchAll(/\bfrom '(\.[^']+)'/g)) {
      const found = relative(root, join(root, dirname(each), specifier)).replaceAll(sep, '/');
      if (existsSync(join(root, found))) reached.add(found);
    }
  }
  return reached;
}

function textOf(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

test.each([...linuxFiles, ...posixFiles, ...archiveFiles])('%s names test files that exist', (pattern) => {
  expect(filesOf([pattern])).not.toEqual([]);
});

test('what runs the archive runs in turns, and nothing else has to wait', () => {
  const archive = ['test/integration/archive.ts', 'test/integration/krew-home.ts'];
  const runsIt = (path: string): boolean => archive.some((part) => reachedFrom(path).has(part));
  expect(all.filter((path) => path !== own && runsIt(path))).toEqual(onArchive);
});

test('a test file is in one list at most', () => {
  expect(onPosix.filter((path) => onLinux.includes(path))).toEqual([]);
});

test('what runs elsewhere too uses no part that only Linux has', () => {
  const broken = [...everywhere, ...onPosix].filter(
    (path) => linuxWords.test(textOf(path)) || linuxParts.some((part) => reachedFrom(path).has(part)),
  );
  expect(broken).toEqual([]);
});

test('what runs on Windows too uses no link, pipe, device or shell', () => {
  expect(everywhere.filter((path) => posixWords.test(textOf(path)))).toEqual([]);
});

test.each(['linux', 'darwin', 'win32'])('the pure rooms and the store are tested on %s', (platform) => {
  const onlyPosix = portableProjects(platform).includes('posix') ? [] : onPosix;
  for (const room of ['test/oidc/', 'test/commands/', 'test/completion/', 'test/edge/store/']) {
    const away = [...onLinux, ...onlyPosix].filter((path) => path.startsWith(room));
    expect(away.filter((path) => path !== 'test/completion/in-a-shell.test.ts')).toEqual([]);
  }
});
