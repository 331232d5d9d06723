// The release executable's entry: gives the built parts their `require`. A single executable has no files: the build
// puts the parts of a warm get-token before this text, as functions; the others are assets, compiled when asked for.

/* global warmParts */
const loaded = new Map();

const compile = (name) => {
  const code = require('node:sea').getAsset(name, 'utf8');
  const parameters = ['exports', 'require', 'module', '__filename'];
  return require('node:vm').compileFunction(code, parameters, { filename: name });
};

const requirePart = (name) => {
  // The executable's own require knows builtin modules only, whatever lies in the current folder.
  if (!name.startsWith('./')) return require(name);
  const known = loaded.get(name);
  if (known) return known.exports;
  const part = { exports: {} };
  loaded.set(name, part);
  const run = warmParts[name] ?? compile(name);
  run(part.exports, requirePart, part, process.execPath);
  return part.exports;
};

requirePart('./main.js');
