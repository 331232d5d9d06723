// The system's own parts that the tests need: looked for first, installed by apt-get where that may be done, and
// named exactly where it may not.

import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { isExecutable } from './assets.ts';
import { runStep, type Say } from './progress.ts';

const run = promisify(execFile);

export type SystemPart = { readonly package: string; readonly isThere: () => boolean };

/** What gnome-keyring, krew, the tests of terminals, traces and shells run, by Debian's package names. */
export const systemParts: readonly SystemPart[] = [
  { package: 'gnome-keyring', isThere: () => onPath('gnome-keyring-daemon') },
  { package: 'dbus', isThere: () => onPath('dbus-daemon') && onPath('dbus-send') },
  { package: 'libsecret-1-0', isThere: () => hasLibrary('libsecret-1.so.0') },
  { package: 'git', isThere: () => onPath('git') },
  { package: 'strace', isThere: () => onPath('strace') },
  { package: 'bsdutils', isThere: () => onPath('script') },
  { package: 'zsh', isThere: () => onPath('zsh') },
  { package: 'fish', isThere: () => onPath('fish') },
];

/** The packages of those parts that are not there. */
export function missingPackages(parts: readonly SystemPart[]): string[] {
  return parts.filter((part) => !part.isThere()).map((part) => part.package);
}

export type Rights = { readonly isRoot: boolean; readonly hasSudo: boolean; readonly hasApt: boolean };

export type InstallPlan =
  | { readonly kind: 'run'; readonly prefix: readonly string[] }
  | { readonly kind: 'refused'; readonly message: string };

/** How to install, or the line that tells a person what to run. */
export function planInstall(packages: readonly string[], rights: Rights): InstallPlan {
  const list = packages.join(' ');
  if (!rights.hasApt) {
    return {
      kind: 'refused',
      message: `missing: ${packages.join(', ')} (Debian's names). Install them, then run this again.`,
    };
  }
  if (rights.isRoot) return { kind: 'run', prefix: [] };
  // env: sudo clears variables that are given before it.
  if (rights.hasSudo) return { kind: 'run', prefix: ['sudo', '-n', 'env', 'DEBIAN_FRONTEND=noninteractive'] };
  const command = `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${list}`;
  return {
    kind: 'refused',
    message: `missing: ${packages.join(', ')}. Installing needs root. Run: ${command}`,
  };
}

/** Installs with apt-get; throws the line of `planInstall` where that may not be done. */
export async function installPackages(packages: readonly string[], say: Say): Promise<void> {
  const plan = planInstall(packages, await rightsHere());
  if (plan.kind === 'refused') throw new Error(plan.message);
  say(`  installing ${packages.join(', ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...words: string[]): [string, ...string[]] => {
    const [first = 'apt-get', ...rest] = [...plan.prefix, 'apt-get', ...words];
    return [first, ...rest];
  };
  await runStep({ title: 'apt-get update', command: apt('update', '-q'), env }, say);
  const command = apt('install', '-y', '-q', '--no-install-recommends', ...packages);
  await runStep({ title: `installing ${packages.join(', ')}`, command, env }, say);
}

/** Makes sure of the parts; nothing happens when they are there. */
export async function ensureSystemParts(say: Say): Promise<void> {
  const packages = missingPackages(systemParts);
  if (packages.length > 0) await installPackages(packages, say);
}

async function rightsHere(): Promise<Rights> {
  return {
    isRoot: process.getuid?.() === 0,
    hasApt: onPath('apt-get'),
    hasSudo: onPath('sudo') && (await succeeds('sudo', ['-n', 'true'])),
  };
}

async function succeeds(program: string, words: readonly string[]): Promise<boolean> {
  return run(program, words).then(
    () => true,
    () => false,
  );
}

/** Path of a program, also in the folders that a user's PATH often lacks. */
export function whichProgram(name: string): string | undefined {
  return [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/sbin', '/sbin']
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function onPath(name: string): boolean {
  return whichProgram(name) !== undefined;
}

function hasLibrary(name: string): boolean {
  return ['/usr/lib', '/lib', '/usr/lib64', '/usr/local/lib']
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => [
      folder,
      ...readdirSync(folder)
        .filter((entry) => entry.endsWith('-linux-gnu'))
        .map((entry) => join(folder, entry)),
    ])
    .some((folder) => existsSync(join(folder, name)));
}

/** `ID` of /etc/os-release, e.g. debian or ubuntu; '' where it is not told. */
export function distribution(): string {
  const path = '/etc/os-release';
  if (!existsSync(path)) return '';
  return /^ID="?([\w-]+)/m.exec(readFileSync(path, 'utf8'))?.[1] ?? '';
}
