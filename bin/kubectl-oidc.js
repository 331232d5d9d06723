#!/usr/bin/env node
// npm's entry: refuses an old Node, switches the compile cache on, then loads the built program. Plain JavaScript
// that an old Node can still parse.

import { existsSync, lstatSync } from 'node:fs';
import module from 'node:module';

const say = (line) => {
  process.stderr.write(`kubectl-oidc: ${line}\n`);
  process.exitCode = 1;
};

/** A compile cache is code that will be run: only from a folder of ours that nobody else can write to. */
function compileCache() {
  const { KUBECTL_OIDC_HOME: given, HOME: home } = process.env;
  const folder = given || (home ? `${home}/.kube/kubectl-oidc` : undefined);
  const status = folder === undefined ? undefined : lstatSync(folder, { throwIfNoEntry: false });
  if (status === undefined || !status.isDirectory()) return undefined;
  const isOurs = process.getuid === undefined || status.uid === process.getuid();
  return isOurs && (status.mode & 0o077) === 0 ? `${folder}/compile-cache` : undefined;
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const main = new URL('../dist/main.js', import.meta.url);
if (major < 22 || (major === 22 && minor < 21)) {
  say(`Node.js 22.21 or newer is needed; this is ${process.version}.`);
} else {
  const cache = compileCache();
  if (cache !== undefined) module.enableCompileCache(cache);
  // Asked for only when loading fails: the answer is nearly always yes.
  await import(main).catch((error) => {
    if (existsSync(main)) throw error;
    say('it is not built yet. Run "npm ci && npm run build" in its folder.');
  });
}
