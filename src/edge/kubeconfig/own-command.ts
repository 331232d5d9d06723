// Under which name kubectl can run this very program later.

import { constants } from 'node:fs';
import { access, realpath } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { Failure } from '../../failure.ts';
import { cleanText } from '../../foreign-text.ts';
import { frontOf, launcherOf } from '../runtime.ts';

export type OwnProgram = {
  readonly programPath: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
};

/**
 * `kubectl-oidc` when PATH finds this program, or what a release archive has kubectl run instead, under that name; else
 * the absolute path, of a program that runs by itself as it was started (a package manager's link outlives its
 * versions). Fails with `usage` when it was started in a way that kubectl cannot repeat.
 */
export async function ownCommand({ programPath, environment, platform }: OwnProgram): Promise<string> {
  const runs = frontOf(programPath) ?? launcherOf(programPath) ?? programPath;
  const own = await realPathOf(runs);
  const names = platform === 'win32' ? ['kubectl-oidc.exe', 'kubectl-oidc.cmd'] : ['kubectl-oidc'];
  if (own !== undefined && (await firstOnPath(names, environment.PATH ?? environment.Path ?? '')) === own) {
    return 'kubectl-oidc';
  }
  const absolute = resolve(runs);
  const isNamed = /[\\/]kubectl-oidc(\.exe|\.js|\.cmd)?$/i.test(absolute);
  if (isNamed && (await isExecutable(absolute))) return absolute;
  throw new Failure('usage', `kubectl cannot run ${cleanText(absolute)} by itself`, {
    hint: 'Start it through the installed kubectl-oidc (or bin/kubectl-oidc.js), so that it can name that program.',
  });
}

/** A path as it is from here, for an entry that is run from any folder. */
export function absolutePath(path: string): string {
  return resolve(path);
}

/** The real path of the first executable of that name: what kubectl would run. */
async function firstOnPath(names: readonly string[], path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter(isAbsolute)) {
    for (const name of names) {
      const candidate = join(folder, name);
      if (await isExecutable(candidate)) return realPathOf(candidate);
    }
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function realPathOf(path: string): Promise<string | undefined> {
  return realpath(path).catch(() => undefined);
}
