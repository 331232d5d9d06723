// src/main.ts and all that it imports, bundled: two small parts for what kubectl runs all the time, others for the rest.

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { type OutputChunk, type Plugin, rolldown } from 'rolldown';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

/** What a warm get-token runs, besides main.ts and whatever these import statically. */
const warmSeeds = ['src/commands/get-token.ts', 'src/edge/login/warm.ts', 'src/version.ts'].map((path) =>
  join(root, path),
);
const warmChunk = 'warm';

/** In the place of Node's, which nothing of ours is to load. */
const fetchClasses = join(root, 'src/edge/provider/fetch-classes.ts');

/**
 * `npm`: modules, and keytar as a package. `beside-node`: modules, and keytar.node beside the node that runs them.
 * `executable`: parts for `bin/executable.cjs`, and keytar.node beside the executable.
 */
export type BundleForm = 'npm' | 'beside-node' | 'executable';

/** One part, as the bundler tells; sources by their paths from the project's folder. */
export type BuiltFile = {
  readonly sources: readonly string[];
  readonly imports: readonly string[];
  readonly dynamicImports: readonly string[];
};
/** By file name. */
export type Built = Readonly<Record<string, BuiltFile>>;
/** By file name; the entry is main.js. */
export type Bundle = { readonly code: Readonly<Record<string, string>>; readonly built: Built };

/** Throws with the bundler's words. */
export async function bundle(form: BundleForm): Promise<Bundle> {
  const chunks = await generate(form);
  const built = Object.fromEntries(
    chunks.map(({ fileName, moduleIds, imports, dynamicImports }) => [
      fileName,
      { sources: moduleIds.map((id) => relative(root, id).replaceAll(sep, '/')), imports, dynamicImports },
    ]),
  );
  const warm = new Set(form === 'executable' ? [] : warmFiles(built));
  const texts = chunks.map(
    ({ fileName, code }) => [fileName, warm.has(fileName) ? withLazyBuiltins(code) : code] as const,
  );
  return { built, code: Object.fromEntries(texts) };
}

async function generate(form: BundleForm): Promise<OutputChunk[]> {
  const bundler = await rolldown({
    cwd: root,
    input: { main: 'src/main.ts' },
    platform: 'node',
    ...(form === 'npm' && { external: ['keytar'] }),
    resolve: {
      alias: {
        // A script cannot wait while it is loaded, as this package does.
        'yoga-layout$': join(root, 'src/ui/yoga-layout.ts'),
        // Reading its regular expressions alone takes a tenth of a second.
        'string-width$': join(root, 'src/string-width.ts'),
        ...(form !== 'npm' && { keytar: join(root, 'src/edge/store/keytar-beside.ts') }),
      },
    },
    plugins: [withChangedTexts, withOwnModules],
    // get-token imports its warm part late so that the tests of its decisions don't load the edge. yargs asks
    // import.meta for files that its commonjs form goes without.
    checks: { ineffectiveDynamicImport: false, emptyImportMeta: false },
    // It would put the bundler's own runtime on the warm way, a third file.
    experimental: { chunkOptimization: false },
    transform: {
      target: 'node22',
      define: await definedNames(),
      inject: Object.fromEntries(
        ['Headers', 'Request', 'Response'].map((name) => [name, [fetchClasses, name]]),
      ),
    },
  });
  let warm: ReadonlySet<string> | undefined;
  const { output } = await bundler.generate({
    ...(form === 'executable' ? { format: 'cjs', dynamicImportInCjs: false } : { format: 'esm' }),
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

/** What packages would do while they are loaded, or at the first use, and nobody needs. A text that is there no more ends the build. */
const changedTexts: readonly { readonly file: RegExp; readonly from: string; readonly to: string }[] = [
  // Ink waits for React's developer tools, and reads its package.json, where a variable DEV says so.
  {
    file: /[\\/]ink[\\/]build[\\/](ink|reconciler)\.js$/,
    from: "process.env['DEV'] === 'true'",
    to: 'false',
  },
  // Yoga's WebAssembly is in its own text; fetch would load the whole of Node's network first.
  { file: /[\\/]yoga-wasm-base64-esm\.js$/, from: '"function"!=typeof fetch', to: 'true' },
];

const withChangedTexts: Plugin = {
  name: 'changed-texts',
  transform: {
    filter: { id: changedTexts.map(({ file }) => file) },
    handler: (code, id) => {
      const changes = changedTexts.filter(({ file }) => file.test(id));
      const missing = changes.find(({ from }) => !code.includes(from));
      if (missing !== undefined)
        throw new Error(`${id} no longer holds ${missing.from}: look at what it does now`);
      return changes.reduce((text, { from, to }) => text.replaceAll(from, to), code);
    },
  },
};

/** Modules of Ink, and ours in their place: what they do for every program takes too long for a key (src/ui/ink-*.ts). */
const ownModules: readonly { readonly file: RegExp; readonly ours: string }[] = [
  { file: /node_modules[\\/]ink[\\/]build[\\/]output\.js$/, ours: 'src/ui/ink-output.ts' },
  { file: /node_modules[\\/]ink[\\/]build[\\/]line-update\.js$/, ours: 'src/ui/ink-line-update.ts' },
  {
    file: /node_modules[\\/]ink[\\/]build[\\/]squash-text-nodes\.js$/,
    ours: 'src/ui/ink-squash-text-nodes.ts',
  },
];

const withOwnModules: Plugin = {
  name: 'own-modules',
  load: {
    filter: { id: ownModules.map(({ file }) => file) },
    handler: (id) => {
      const own = ownModules.find(({ file }) => file.test(id));
      if (own === undefined) throw new Error(`nothing of ours stands in for ${id}`);
      return `export { default } from ${JSON.stringify(join(root, own.ours))};`;
    },
  },
};

async function definedNames(): Promise<Record<string, string>> {
  return {
    KUBECTL_OIDC_VERSION: JSON.stringify(await ownVersion()),
    KUBECTL_OIDC_COMMIT: JSON.stringify(await builtCommit()),
    // React asks whether somebody works on the program.
    'process.env.NODE_ENV': JSON.stringify('production'),
  };
}

/** The version in package.json, without a `v`. */
export async function ownVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  return version;
}

/** The commit of this checkout, with `-changed` where tracked files differ from it; `unknown` outside of git. */
export async function builtCommit(): Promise<string> {
  const git = async (...words: string[]): Promise<string> =>
    (await run('git', ['-C', root, ...words])).stdout.trim();
  try {
    const commit = await git('rev-parse', 'HEAD');
    const changes = await git('status', '--porcelain', '--untracked-files=no');
    return changes === '' ? commit : `${commit}-changed`;
  } catch {
    // A tarball of the sources has no git around it, and a machine may have no git.
    return 'unknown';
  }
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

/** The parts that a warm get-token loads, packages and builtin modules among them. */
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
