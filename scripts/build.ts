// Bundles src/main.ts into dist/, as npm installs it.

import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundledPackages, noticesOf } from './archives/components.ts';
import { type Built, bundle, warmFiles } from './parts/bundle.ts';

const outputFolder = join(import.meta.dirname, '..', 'dist');

/** Writes dist/, with dist/meta.json and the licences of what was bundled, and removes what an earlier build left there. Throws with the bundler's words. */
export async function build(): Promise<Built> {
  const { built, code } = await bundle('npm');
  await mkdir(outputFolder, { recursive: true });
  for (const [name, text] of Object.entries(code)) await replaceFile(name, text);
  const besides = {
    'meta.json': JSON.stringify(built, undefined, 1),
    'THIRD-PARTY-NOTICES.txt': noticesOf(await bundledPackages(built)),
  };
  for (const [name, text] of Object.entries(besides)) await replaceFile(name, text);
  for (const name of await readdir(outputFolder)) {
    if (!(name in besides) && built[name] === undefined)
      await rm(join(outputFolder, name), { recursive: true });
  }
  return built;
}

/** By a rename: a kubectl may be running the old one just now. */
async function replaceFile(name: string, content: string): Promise<void> {
  const temporary = join(outputFolder, `.${name}.${process.pid}`);
  await writeFile(temporary, content);
  await rename(temporary, join(outputFolder, name));
}

if (import.meta.main) {
  try {
    const built = await build();
    const warm = warmFiles(built).filter((name) => name.endsWith('.js'));
    console.log(`dist/: ${Object.keys(built).length} files; get-token loads ${warm.join(' and ')}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
