// Bundles src/main.ts into dist/: a small first file for what kubectl runs all the time, chunks for the rest.

import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build as bundle, type Metafile } from 'esbuild';

const root = join(import.meta.dirname, '..');
export const outputFolder = join(root, 'dist');

// esbuild's helper for CommonJS packages (yargs, client-node) falls back on a global `require`, which modules lack.
const requireBanner =
  "import{createRequire as $createRequire}from'node:module';const require=$createRequire(import.meta.url);\n";

/** Writes dist/ with its metafile (dist/meta.json) and removes what an earlier build left there. */
export async function build(): Promise<Metafile> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const result = await bundle({
    absWorkingDir: root,
    entryPoints: ['src/main.ts'],
    outdir: 'dist',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    external: ['keytar'],
    define: { KUBECTL_OIDC_VERSION: JSON.stringify(version) },
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  await mkdir(outputFolder, { recursive: true });
  for (const { path, text } of result.outputFiles) {
    await writeFile(path, text.includes('typeof require') ? requireBanner + text : text);
  }
  await writeFile(join(outputFolder, 'meta.json'), JSON.stringify(result.metafile));
  const current = new Set(['meta.json', ...result.outputFiles.map(({ path }) => basename(path))]);
  for (const name of await readdir(outputFolder)) {
    if (!current.has(name)) await rm(join(outputFolder, name), { recursive: true });
  }
  return result.metafile;
}

/** What a warm get-token loads: dist/main.js, what it imports statically, and the chunks made of `alsoLoaded` sources. */
export function warmClosure(
  metafile: Metafile,
  alsoLoaded: readonly string[],
): {
  readonly outputs: readonly string[];
  readonly inputs: readonly string[];
  readonly packages: readonly string[];
} {
  const outputs = new Set<string>();
  const packages = new Set<string>();
  const entries = Object.entries(metafile.outputs).filter(([path, output]) =>
    [...alsoLoaded, 'src/main.ts'].includes(output.entryPoint ?? path),
  );
  const waiting = entries.map(([path]) => path);
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (outputs.has(path)) continue;
    outputs.add(path);
    for (const each of metafile.outputs[path]?.imports ?? []) {
      if (each.external && !each.path.startsWith('node:')) packages.add(each.path);
      if (!each.external && each.kind === 'import-statement') waiting.push(each.path);
    }
  }
  const inputs = [...outputs].flatMap((path) => Object.keys(metafile.outputs[path]?.inputs ?? {}));
  for (const input of inputs) {
    const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1];
    if (name !== undefined) packages.add(name);
  }
  return { outputs: [...outputs], inputs, packages: [...packages] };
}

if (import.meta.main) {
  try {
    const { outputs } = await build();
    const kib = (bytes: number) => `${Math.round(bytes / 1024)} KiB`;
    const total = Object.values(outputs).reduce((sum, output) => sum + output.bytes, 0);
    const main = outputs['dist/main.js']?.bytes ?? 0;
    console.log(`dist/: ${Object.keys(outputs).length} files, ${kib(total)}; main.js ${kib(main)}`);
  } catch {
    // esbuild has printed what is wrong, with the lines.
    process.exitCode = 1;
  }
}
