// What an archive holds that others wrote: the packages that are really in the bundle, keytar, Node, Go's library.

import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Built } from '../parts/bundle.ts';
import { findGo } from '../parts/go.ts';
import { readNodePackage } from './node-package.ts';
import { builderOf, type Target } from './targets.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

/** `purl` as the package URL specification has it; `license` an SPDX identifier. */
export type Component = {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly licenseText: string;
  readonly purl: string;
};

/** What may go into an archive under Apache-2.0: licences that ask for no more than their text beside it. */
const accepted = new Set([
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'Unlicense',
  'BlueOak-1.0.0',
]);

/** Of packages whose repository holds the text, and the package not. */
export const keptTexts: Readonly<Record<string, readonly string[]>> = {
  'yoga-layout': [join(import.meta.dirname, 'yoga-license.txt')],
};

/** Sorted by `purl`, each once. Throws for a package without a licence text, or with a licence that is not accepted. */
export async function componentsOf(target: Target, built: Built): Promise<readonly Component[]> {
  return eachOnce([
    ...(await bundledPackages(built)),
    await readPackage('node_modules/keytar'),
    await nodeComponent(target),
    ...(target.form === 'front' ? [await goComponent()] : []),
  ]);
}

/** The packages from which something was bundled. Sorted and fails like `componentsOf`. */
export async function bundledPackages(built: Built): Promise<readonly Component[]> {
  const sources = Object.values(built).flatMap((file) => file.sources);
  const folders = sources
    .map((source) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1])
    .filter((folder) => folder !== undefined);
  return eachOnce(await Promise.all([...new Set(folders)].map(readPackage)));
}

/** The text in which all of them are named, with their licences. */
export function noticesOf(components: readonly Component[]): string {
  const line = '='.repeat(80);
  const heading = 'kubectl-oidc holds the following work of others, each under its own licence.\n';
  return components.reduce(
    (text, { name, version, license, licenseText }) =>
      `${text}\n${line}\n${name} ${version} (${license})\n${line}\n\n${licenseText.trim()}\n`,
    heading,
  );
}

/** npm may install one version of a package in two places. */
function eachOnce(components: readonly Component[]): readonly Component[] {
  const different = new Map(components.map((component) => [component.purl, component]));
  return [...different.values()].sort((one, other) => (one.purl < other.purl ? -1 : 1));
}

async function readPackage(folder: string): Promise<Component> {
  const { name, version, license } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
  if (!accepted.has(license)) throw new Error(`${name} ${version} has the licence ${license}: look at it`);
  const inPackage = await readdir(join(root, folder));
  const texts = inPackage.filter((file) => /^((un)?licen[cs]e|notice)/i.test(file)).sort();
  const paths = texts.length > 0 ? texts.map((file) => join(root, folder, file)) : (keptTexts[name] ?? []);
  if (paths.length === 0) throw new Error(`${name} ${version} comes without the text of its licence`);
  const read = paths.map((path) => readFile(path, 'utf8'));
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  return { name, version, license, licenseText: (await Promise.all(read)).join('\n'), purl };
}

/** Node's LICENSE holds those of V8, OpenSSL and all else in it. */
async function nodeComponent(target: Target): Promise<Component> {
  const { name, version } = target.node;
  const packages = [target.node, builderOf(target, `${process.platform}-${process.arch}`)];
  for (const each of packages) {
    const { license } = await readNodePackage(each);
    if (license !== undefined)
      return {
        name: 'node',
        version,
        license: 'MIT',
        licenseText: license,
        purl: `pkg:npm/${name}@${version}`,
      };
  }
  throw new Error(`neither ${name} nor its builder holds Node's LICENSE`);
}

/** The library that the front is linked with. Its LICENSE is kept here: not every Go comes with the file. */
async function goComponent(): Promise<Component> {
  const go = await findGo(process.env, console.error);
  const { stdout } = await run(go.program, ['env', 'GOVERSION'], { env: go.env });
  const version = stdout.trim().replace(/^go/, '');
  const licenseText = await readFile(join(import.meta.dirname, 'go-license.txt'), 'utf8');
  return { name: 'go', version, license: 'BSD-3-Clause', licenseText, purl: `pkg:golang/std@${version}` };
}
