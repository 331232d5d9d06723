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
  /** Whether the release's front, which kubectl then runs, is installed beside this executable. */
  readonly front: boolean;
};

/** The runtime of this process. */
export function readRuntime(): Runtime {
  const form = isSea() ? 'executable' : 'npm';
  return {
    node: process.versions.node,
    form,
    platform: process.platform,
    arch: process.arch,
    front: form === 'executable' && hasFront(process.execPath),
  };
}

/** The release archive's two programs are told by their names, links resolved (docs/front.md). */
export function hasFront(executable: string): boolean {
  const own = realpathSync(executable);
  return basename(own) === 'kubectl-oidc-main' && existsSync(join(dirname(own), 'kubectl-oidc'));
}
