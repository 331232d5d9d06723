// What runs this program: which Node, as one executable or as npm installs it, and whether the front stands before it.

import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isSea } from 'node:sea';

export type Runtime = {
  /** Without a `v`. */
  readonly node: string;
  /** `archive`: node with files beside it, where no single executable can be made. */
  readonly form: 'executable' | 'archive' | 'npm';
  readonly platform: string;
  readonly arch: string;
  /** Whether the release's front, which kubectl then runs, is installed beside this program. */
  readonly front: boolean;
};

/** The runtime of this process. */
export function readRuntime(programPath: string): Runtime {
  return {
    node: process.versions.node,
    form: isSea() ? 'executable' : launcherOf(programPath) === undefined ? 'npm' : 'archive',
    platform: process.platform,
    arch: process.arch,
    front: frontOf(programPath) !== undefined,
  };
}

/** The front that kubectl runs instead of this program; both are told by the names in the release archive, links resolved (docs/front.md). */
export function frontOf(programPath: string): string | undefined {
  return instead(programPath, (own) => (basename(own) === 'kubectl-oidc-main' ? dirname(own) : undefined));
}

/** The launcher (bin/launcher.sh) that kubectl runs instead, in the archive that holds node and `program/main.js`. */
export function launcherOf(programPath: string): string | undefined {
  return instead(programPath, (own) =>
    /[\\/]program[\\/]main\.js$/.test(own) ? dirname(dirname(own)) : undefined,
  );
}

function instead(programPath: string, folderOf: (own: string) => string | undefined): string | undefined {
  if (!existsSync(programPath)) return undefined;
  const folder = folderOf(realpathSync(programPath));
  const program = folder && join(folder, 'kubectl-oidc');
  return program !== undefined && existsSync(program) ? program : undefined;
}
