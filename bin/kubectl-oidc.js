#!/usr/bin/env node
// npm's entry: refuses an old Node, switches the compile cache on, then loads the built program. An old Node must be
// able to parse it. Builtin modules are asked for, not imported: an import statement would evaluate all of them,
// which costs each kubectl several milliseconds.

const say = (line) => {
  process.stderr.write(`kubectl-oidc: ${line}\n`);
  process.exitCode = 1;
};

/** A compile cache is code that will be run: only in a folder of ours that nobody else can look into. */
function compileCache({ lstatSync }) {
  const { KUBECTL_OIDC_HOME: given, HOME: home } = process.env;
  const folder = given || (home ? `${home}/.kube/kubectl-oidc` : undefined);
  const status = folder === undefined ? undefined : lstatSync(folder, { throwIfNoEntry: false });
  if (status === undefined || !status.isDirectory()) return undefined;
  const isOurs = process.getuid === undefined || status.uid === process.getuid();
  const isPrivate = process.platform === 'win32' || (status.mode & 0o077) === 0;
  return isOurs && isPrivate ? `${folder}/compile-cache` : undefined;
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 21)) {
  say(`Node.js 22.21 or newer is needed; this is ${process.version}.`);
} else {
  const fs = process.getBuiltinModule('node:fs');
  const cache = compileCache(fs);
  if (cache !== undefined) process.getBuiltinModule('node:module').enableCompileCache(cache);
  const main = new URL('../dist/main.js', import.meta.url);
  await import(main).catch((error) => {
    // Asked only now: the answer is nearly always yes.
    if (fs.existsSync(main)) throw error;
    say('it is not built yet. Run "npm ci && npm run build" in its folder.');
  });
}
