// What runs this program: which Node, as one executable or as npm installs it, and whether the front stands before it.

import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isSea } from 'node:sea';

export type Runtime = {
  /** Without a `v`. */
  readonly node: string;
  readonly form: 'executable' | 'npm';
  readonly platform: string;
  readonly arch: string;
  /** Whether the release's front, which kubectl then runs, is installed beside this program. */
  readonly front: boolean;
};

/** The runtime of this process. */
export function readRuntime(programPath: string): Runtime {
  return {
    node: process.versions.node,
    form: isSea() ? 'executable' : 'npm',
    platform: process.platform,
    arch: process.arch,
    front: frontOf(programPath) !== undefined,
  };
}

/** The front that kubectl runs instead of this program; both are told by the names in the release archive, links resolved (docs/front.md). */
export function frontOf(programPath: string): string | undefined {
  if (!existsSync(programPath)) return undefined;
  const own = realpathSync(programPath);
  const front = join(dirname(own), 'kubectl-oidc');
  return basename(own) === 'kubectl-oidc-main' && existsSync(front) ? front : undefined;
}
