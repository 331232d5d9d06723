import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import * as CycloneDX from '@cyclonedx/cyclonedx-library';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { componentsOf, keptTexts } from '../../scripts/archives/components.ts';
import { targetHere } from '../../scripts/archives/targets.ts';
import { readTarGz, type TarEntry } from '../../scripts/archives/unpack.ts';
import { withoutSections } from '../../scripts/archives/without-sections.ts';
import { type Built, bundle } from '../../scripts/parts/bundle.ts';
import { archiveForTests } from '../../scripts/parts/test-archive.ts';
import { freshFolder } from '../edge/parts/processes.ts';

const root = join(import.meta.dirname, '../..');
const digestOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/** What a module of scripts/archives/ says in a process whose surroundings differ in all that should not matter. */
async function elsewhere(expression: string, zone: string): Promise<unknown> {
  const folder = freshFolder();
  const modules = ['archive', 'pack', 'targets'].map((name) => {
    const url = pathToFileURL(join(root, 'scripts/archives', `${name}.ts`)).href;
    return `import * as ${name} from ${JSON.stringify(url)};`;
  });
  const code = `${modules.join('')}
    import { createHash } from 'node:crypto';
    const digestOf = (content) => createHash('sha256').update(content).digest('hex');
    console.log(JSON.stringify(await (${expression})));`;
  const { stdout } = await promisify(execFile)(
    '/bin/sh',
    ['-c', 'umask 077 && exec "$@"', 'sh', process.execPath, '--input-type=module', '-e', code],
    { cwd: folder, env: { ...process.env, TZ: zone, LC_ALL: 'C', TMPDIR: folder } },
  );
  return JSON.parse(stdout);
}

describe('the release archive of this system', () => {
  let entries: readonly TarEntry[];
  let built: Built;
  const textOf = (name: string): string =>
    entries.find(({ header }) => header.name === name)?.content.toString() ?? '';

  beforeAll(async () => {
    entries = await readTarGz(await archiveForTests());
    ({ built } = await bundle('executable'));
  }, 180_000);

  it('holds plain files only, at its top, of no owner and one time; only programs can be run', () => {
    const facts = entries.map(({ header }) => [header.name, header.mode, header.type, header.uid]);
    expect(facts).toEqual([
      ['LICENSE', 0o644, 'file', 0],
      ['THIRD-PARTY-NOTICES.txt', 0o644, 'file', 0],
      ['keytar.node', 0o644, 'file', 0],
      ['kubectl-oidc', 0o755, 'file', 0],
      ['kubectl-oidc-main', 0o755, 'file', 0],
      ['sbom.cdx.json', 0o644, 'file', 0],
    ]);
    const moments = new Set(entries.map(({ header }) => header.mtime?.toISOString()));
    expect([...moments]).toEqual(['1980-01-01T00:00:00.000Z']);
  });

  it('tells nothing about the folder that it was made in', () => {
    const paths = ['src', 'front', 'node_modules', 'scripts'].map((name) => join(root, name, '/'));
    const told = entries.filter(({ content }) => paths.some((path) => content.includes(path)));
    expect(told.map(({ header }) => header.name)).toEqual([]);
  });

  it('is made of the same bytes in another folder and time zone, under another umask', async () => {
    const again = await elsewhere(
      'archive.archiveFiles(targets.targetHere()).then((files) => files.map((file) => [file.name, digestOf(file.content)]).sort())',
      'Pacific/Kiritimati',
    );
    expect(again).toEqual(entries.map(({ header, content }) => [header.name, digestOf(content)]));
  }, 180_000);

  it('has the licences of every package that is bundled', () => {
    const notices = textOf('THIRD-PARTY-NOTICES.txt');
    for (const { name, version, folder } of bundledPackages(built)) {
      expect(notices).toContain(`\n${name} ${version} (`);
      const own = readdirSync(folder).filter((file) => /^(un)?licen[cs]e/i.test(file));
      const files = keptTexts[name] ?? own.map((file) => join(folder, file));
      expect(files, name).not.toEqual([]);
      for (const file of files) expect(notices).toContain(readFileSync(file, 'utf8').trim());
    }
    for (const name of ['node', 'go', '@github/keytar']) expect(notices).toContain(`\n${name} `);
  });

  it('has a bill of materials that CycloneDX takes, with every package and the digest of every file', async () => {
    const text = textOf('sbom.cdx.json');
    const { JsonStrictValidator } = CycloneDX.Validation;
    const validator = new JsonStrictValidator(CycloneDX.Spec.Version.v1dot6);
    expect(await validator.validate(text)).toBe(null);
    expect(await validator.validate(text.replace('"library"', '"shelf"'))).not.toBe(null);
    const { components } = JSON.parse(text);
    for (const { name, version } of bundledPackages(built)) {
      expect(components).toContainEqual(expect.objectContaining({ type: 'library', name, version }));
    }
    const files = entries.filter(({ header }) => header.name !== 'sbom.cdx.json');
    const found = components.filter((each: { readonly type: string }) => each.type === 'file');
    expect(found.map((each: { name: string; hashes: object }) => [each.name, each.hashes])).toEqual(
      expect.arrayContaining(
        files.map(({ header, content }) => [header.name, [{ alg: 'SHA-256', content: digestOf(content) }]]),
      ),
    );
    expect(found).toHaveLength(files.length);
  });
});

type Package = { readonly name: string; readonly version: string; readonly folder: string };

/** Told by the sources in the bundle. */
function bundledPackages(built: Built): readonly Package[] {
  const sources = Object.values(built).flatMap((file) => file.sources);
  const folders = new Set(
    sources
      .filter((source) => source.includes('node_modules/'))
      .map((source) =>
        source
          .split('/')
          .slice(0, source.startsWith('node_modules/@') ? 3 : 2)
          .join('/'),
      ),
  );
  expect(folders.size).toBeGreaterThan(5);
  return [...folders].map((path) => {
    const folder = join(root, path);
    return { ...JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')), folder };
  });
}

test.each(['packTarGz', 'packZip'])(
  '%s makes the same bytes of files in any order, zone, umask',
  async (pack) => {
    const made = (files: string): string =>
      `pack.${pack}([${files}]).then((content) => content.toString('base64'))`;
    const [a, b] = ['pack.program("a", Buffer.from("1"))', 'pack.plainFile("b/c", "2".repeat(9999))'];
    const one = await elsewhere(made(`${a},${b}`), 'America/Adak');
    expect(one).toEqual(await elsewhere(made(`${b},${a}`), 'Pacific/Kiritimati'));
  },
);

test.each([
  ['GPL-3.0-only', 'LICENSE', 'foreign 1.2.3 has the licence GPL-3.0-only'],
  ['MIT', 'README', 'foreign 1.2.3 comes without the text of its licence'],
])('a package under %s with a %s is not bundled', async (license, file, words) => {
  const folder = join(freshFolder(), 'node_modules/foreign');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'foreign', version: '1.2.3', license }));
  writeFileSync(join(folder, file), 'a text');
  const sources = [relative(root, join(folder, 'index.js'))];
  const made = componentsOf(targetHere(), { 'main.js': { sources, imports: [], dynamicImports: [] } });
  await expect(made).rejects.toThrow(words);
});

test.each([
  ['a program for Windows', Buffer.from('MZ and so on')],
  ['a script', Buffer.from('#!/bin/sh\n')],
  ['a 32-bit ELF file', Buffer.from('\x7fELF\x01\x01 and so on', 'latin1')],
  ['nothing', Buffer.alloc(0)],
])('%s is not stripped', (_what, file) => {
  expect(() => withoutSections(file)).toThrow('no little-endian 64-bit ELF file');
});
