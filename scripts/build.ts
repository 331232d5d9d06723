// Bundles src/main.ts into dist/: two small files for what kubectl runs all the time, chunks for the rest.

import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type OutputChunk, rolldown } from 'rolldown';

const root = join(import.meta.dirname, '..');
const outputFolder = join(root, 'dist');

/** What a warm get-token runs, besides main.ts and whatever these import statically. */
const warmSeeds = ['src/commands/get-token.ts', 'src/edge/login/warm.ts'].map((path) => join(root, path));
const warmChunk = 'warm';

/** One file of dist/, as the bundler tells; sources by their paths from the project's folder. */
export type BuiltFile = {
  readonly sources: readonly string[];
  readonly imports: readonly string[];
  readonly dynamicImports: readonly string[];
};
/** By file name. Also written to dist/meta.json. */
export type Built = Readonly<Record<string, BuiltFile>>;

/** Writes dist/ and removes what an earlier build left there. Throws with the bundler's words. */
export async function build(): Promise<Built> {
  const chunks = await bundle();
  const built = builtOf(chunks);
  const warm = new Set(warmFiles(built));
  await mkdir(outputFolder, { recursive: true });
  for (const { fileName, code } of chunks) {
    await replaceFile(fileName, warm.has(fileName) ? withLazyBuiltins(code) : code);
  }
  await replaceFile('meta.json', JSON.stringify(built, undefined, 1));
  for (const name of await readdir(outputFolder)) {
    if (name !== 'meta.json' && built[name] === undefined)
      await rm(join(outputFolder, name), { recursive: true });
  }
  return built;
}

/** What `build` would write, without writing it. */
export async function inspectBuild(): Promise<Built> {
  return builtOf(await bundle());
}

/** By a rename: a kubectl may be running the old one just now. */
async function replaceFile(name: string, content: string): Promise<void> {
  const temporary = join(outputFolder, `.${name}.${process.pid}`);
  await writeFile(temporary, content);
  await rename(temporary, join(outputFolder, name));
}

async function bundle(): Promise<OutputChunk[]> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const bundler = await rolldown({
    cwd: root,
    input: { main: 'src/main.ts' },
    platform: 'node',
    external: ['keytar'],
    // get-token imports its warm part late so that the tests of its decisions don't load the edge.
    checks: { ineffectiveDynamicImport: false },
    transform: { target: 'node22', define: { KUBECTL_OIDC_VERSION: JSON.stringify(version) } },
  });
  let warm: ReadonlySet<string> | undefined;
  const { output } = await bundler.generate({
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    // Names stay: a stack that a user sends should be readable.
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
    codeSplitting: {
      groups: [
        {
          // 25 files cost kubectl several milliseconds more than one.
          debugName: warmChunk,
          name: (id, graph) => {
            warm ??= staticClosure(warmSeeds, (path) => graph.getModuleInfo(path)?.importedIds ?? []);
            return warm.has(id) ? warmChunk : null;
          },
        },
      ],
    },
  });
  await bundler.close();
  return output.filter((each) => each.type === 'chunk');
}

/** These and all that they import, not counting `import()`. */
function staticClosure(
  seeds: readonly string[],
  importsOf: (name: string) => readonly string[],
): Set<string> {
  const reached = new Set(seeds);
  // A Set's iteration also visits what is added on the way.
  for (const name of reached) for (const each of importsOf(name)) reached.add(each);
  return reached;
}

function builtOf(chunks: readonly OutputChunk[]): Built {
  return Object.fromEntries(
    chunks.map(({ fileName, moduleIds, imports, dynamicImports }) => [
      fileName,
      { sources: moduleIds.map((id) => relative(root, id)), imports, dynamicImports },
    ]),
  );
}

/** The names in dist/ that a warm get-token loads, packages and builtin modules among them. */
export function warmFiles(built: Built): readonly string[] {
  const seeds = Object.keys(built).filter((name) => name === 'main.js' || name.startsWith(`${warmChunk}-`));
  return [...staticClosure(seeds, (name) => built[name]?.imports ?? [])];
}

/**
 * `import … from "node:fs"` makes Node evaluate every lazy getter of that module, streams and diff tools among them:
 * 15 ms for fs, util and crypto together. Asking for the module itself does not. Importing statements stand first.
 */
export function withLazyBuiltins(code: string): string {
  return code.replaceAll(
    /\bimport\s*(\{[^}]*\}|\*\s*as\s+[\w$]+|[\w$]+)\s*from\s*["'](node:[\w/]+)["'];?/g,
    (_whole, what: string, name: string) => {
      const names = what.replace(/^\*\s*as\s+/, '').replaceAll(/\s+as\s+/g, ':');
      return `const ${names}=process.getBuiltinModule("${name}");`;
    },
  );
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
