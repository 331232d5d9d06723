// `completion`: scripts that complete `kubectl-oidc` in a shell, and the shim by which kubectl completes `kubectl oidc`.

import { bashScript } from '../completion/bash-script.ts';
import { fishScript } from '../completion/fish-script.ts';
import { type InstalledShim, type Shim, shimFor } from '../completion/shim.ts';
import { zshScript } from '../completion/zsh-script.ts';
import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import type { Host } from '../host.ts';
import { type TypedWords, textOf } from '../typed-words.ts';

export const options = {
  dir: {
    type: 'string',
    describe: 'for install: folder on PATH to write to (default: beside kubectl-oidc, else ~/.local/bin)',
  },
} as const;

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;
type Shell = keyof typeof scripts;

export const positionals = [{ name: 'what', completes: [...Object.keys(scripts), 'install'] }] as const;

export type CompletionRequest =
  | { readonly kind: 'script'; readonly shell: Shell }
  | { readonly kind: 'install'; readonly folder: string | undefined };

/** Words → request. Fails with `usage` for another word than these, and for --dir without install. */
export function parse(words: TypedWords): CompletionRequest {
  const folder = textOf(words, 'dir');
  const what = words.what;
  if (what === 'install') return { kind: 'install', folder };
  if (!isShell(what)) {
    const named = typeof what === 'string' && what !== '' ? `for "${cleanText(what)}"` : 'for nothing';
    throw new Failure('usage', `completion was asked ${named}`, {
      hint: 'Give one of: bash, zsh, fish, install.',
    });
  }
  if (folder === undefined) return { kind: 'script', shell: what };
  throw new Failure('usage', `--dir was given with ${what}, whose script goes to stdout`, {
    hint: 'Give it with install, or leave it out.',
  });
}

function isShell(value: unknown): value is Shell {
  return typeof value === 'string' && Object.hasOwn(scripts, value);
}

export type CompletionDeps = {
  readonly platform: string;
  readonly ownCommand: () => Promise<string>;
  readonly install: (shim: Shim, folder: string | undefined) => Promise<InstalledShim>;
};

export type CompletionOutcome = { readonly kind: 'script'; readonly text: string } | InstalledShim;

/** Prints a script, or installs the shim. Fails with `usage`, `refused` and `file` as installing does. */
export async function run(request: CompletionRequest, deps: CompletionDeps): Promise<CompletionOutcome> {
  if (request.kind === 'script') return { kind: 'script', text: scripts[request.shell] };
  return deps.install(shimFor(await deps.ownCommand(), deps.platform), request.folder);
}

/** The script itself, or what was written where. */
export function describe(outcome: CompletionOutcome): string {
  if (outcome.kind === 'script') return outcome.text;
  const path = cleanText(outcome.path, 4096);
  const done = outcome.kind === 'written' ? `Wrote ${path}` : `${path} is there already`;
  const next = outcome.onPath
    ? 'Wherever kubectl completes, "kubectl oidc" does too.'
    : 'Its folder is not on PATH: put it there, and "kubectl oidc" completes wherever kubectl does.';
  return `${done}. ${next}\n`;
}

/** The real parts. */
export async function realDeps(host: Host): Promise<CompletionDeps> {
  const { installShim } = await import('../edge/completion/shim-file.ts');
  const { ownCommand } = await import('../edge/kubeconfig/own-command.ts');
  return {
    platform: host.platform,
    ownCommand: () => ownCommand(host),
    install: (shim, folder) => installShim(shim, { folder, host }),
  };
}
