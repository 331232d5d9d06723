#!/usr/bin/env node
// npm's entry: refuses an old Node, switches the compile cache on, then loads the built program. An old Node must be
// able to parse it. Builtin modules are asked for, not imported: an import statement would evaluate all of them,
// which costs each kubectl several milliseconds.

const say = (line) => {
  process.stderr.write(`kubectl-oidc: ${line}\n`);
  process.exitCode = 1;
};

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 21)) {
  say(`Node.js 22.21 or newer is needed; this is ${process.version}.`);
} else {
  // A compile cache is code that will be run, so it lies beside the code that it stands for, in no folder that a
  // variable could name. Where nobody may write there, Node goes without.
  const cache = process
    .getBuiltinModule('node:path')
    .join(import.meta.dirname, '..', 'dist', 'compile-cache');
  process.getBuiltinModule('node:module').enableCompileCache(cache);
  const main = new URL('../dist/main.js', import.meta.url);
  await import(main).catch((error) => {
    // Asked only now: the answer is nearly always yes.
    if (process.getBuiltinModule('node:fs').existsSync(main)) throw error;
    say('it is not built yet. Run "npm ci && npm run build" in its folder.');
  });
}
