// Programs of others that ours is measured beside: out of the folder PEERS_BIN, out of PATH, or built as a Go module
// into the cache.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, isExecutable } from './assets.ts';
import type { Go } from './go.ts';
import { buildGoProgram } from './go-build.ts';
import { whichProgram } from './packages.ts';
import { runStep, type Say } from './progress.ts';

export type GoPeer = {
  /** The program's file. */
  readonly name: string;
  readonly version: string;
  readonly module: string;
  /** Of its main function. */
  readonly packagePath: string;
  readonly linkerFlags?: readonly string[];
  /** Whether one on PATH, of whatever version, will do. */
  readonly usePath: boolean;
};

/** Path of the program: where PEERS_BIN is set, in there; it is built in minutes. Rejects where it cannot be had. */
export async function ensureGoPeer(peer: GoPeer, environment: NodeJS.ProcessEnv, say: Say): Promise<string> {
  const { name, version, usePath } = peer;
  const { PEERS_BIN: given } = environment;
  if (given) {
    const path = join(given, name);
    if (!isExecutable(path)) throw new Error(`the folder in PEERS_BIN holds no program "${name}"`);
    return path;
  }
  const onPath = usePath ? whichProgram(name) : undefined;
  if (onPath !== undefined) return onPath;
  const folder = join(cacheFolder(environment), `${name}-${version}-${process.platform}-${process.arch}-1`);
  const path = join(folder, name);
  if (isExecutable(path)) return path;
  const { linkerFlags = [], packagePath } = peer;
  return buildGoProgram({
    name,
    version,
    packagePath,
    moduleFile: (go) => consumerOf(peer, go, say),
    linkerFlags: ['-s', '-w', ...linkerFlags],
    folder,
    environment,
    say,
  });
}

/** A module of our own that requires it, with the versions that its own go.mod puts in place of others. */
async function consumerOf({ name, version, module }: GoPeer, go: Go, say: Say): Promise<string> {
  const title = `loading ${name} ${version}`;
  const command = [go.program, 'mod', 'download', '-json', `${module}@${version}`] as const;
  const answer: unknown = JSON.parse(await runStep({ title, command, env: go.env, cwd: '/' }, say));
  const published = typeof answer === 'object' && answer !== null && 'GoMod' in answer ? answer.GoMod : '';
  if (typeof published !== 'string' || !existsSync(published))
    throw new Error(`${title}: go did not say where`);
  return `${[
    `module kubectl-oidc-bench-${name}`,
    'go 1.26.0',
    `require ${module} ${version}`,
    ...replacementsIn(await readFile(published, 'utf8')),
  ].join('\n')}\n`;
}

/** The lines `replace MODULE => MODULE VERSION` of a go.mod; those by a folder are of no use elsewhere. */
export function replacementsIn(published: string): readonly string[] {
  const lines = published.matchAll(/^\s*(?:replace\s+)?(\S+(?: v\S+)?) => (\S+ v\S+)/gm);
  return [...lines].map(([, old, other]) => `replace ${old} => ${other}`);
}
