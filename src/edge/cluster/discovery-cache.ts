// Which resources a cluster has, as kubectl noted it: `~/.kube/cache/discovery/HOST/GROUP/VERSION/serverresources.json`
// (client-go, discovery/cached/disk). Read as a foreigner's files, bounded; nothing is asked of the cluster.

import { readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseFields } from '../../json-fields.ts';
import type { ApiResource } from '../../rbac/discovery.ts';
import { discoveryOf } from '../../rbac/discovery-read.ts';
import { codeOf } from '../files/file-failure.ts';
import { readGivenFileSync } from '../files/given-file.ts';

const fileName = 'serverresources.json';
const maxFiles = 1000;
const maxBytes = 1024 * 1024;

export type KeptResources = {
  /** Every resource once, the core group first; none where kubectl has not talked to this server yet. */
  readonly resources: readonly ApiResource[];
  /** Of the oldest of the files, in ms since 1970; 0 where there is none. */
  readonly keptAtMs: number;
};

/** What kubectl kept of this server. */
export function readDiscoveryCache(
  server: string,
  environment: Readonly<Record<string, string | undefined>>,
): KeptResources {
  const folder = join(cacheFolder(environment), 'discovery', hostFolder(server));
  const paths = cacheFiles(folder).slice(0, maxFiles);
  const { resources } = discoveryOf(paths.map((path) => parseFields(textOf(path))));
  return { resources, keptAtMs: paths.length === 0 ? 0 : Math.min(...paths.map(modifiedAtMs)) };
}

function modifiedAtMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function cacheFolder({
  KUBECACHEDIR,
  HOME,
  USERPROFILE,
}: Readonly<Record<string, string | undefined>>): string {
  return KUBECACHEDIR || join(HOME || USERPROFILE || homedir(), '.kube', 'cache');
}

/** As kubectl names it (cli-runtime, computeDiscoverCacheDir); never a way upwards. */
function hostFolder(server: string): string {
  const name = server
    .replace('https://', '')
    .replace('http://', '')
    .replaceAll(/[^(\w/.)]/g, '_');
  return name.split('/').includes('..') ? '_' : name;
}

/** The core group stands one folder higher than the others. */
function cacheFiles(folder: string): readonly string[] {
  const core = foldersIn(folder).filter((name) => /^v\d\w*$/.test(name));
  const others = foldersIn(folder).filter((name) => !core.includes(name));
  return [
    ...core.map((version) => join(folder, version, fileName)),
    ...others.flatMap((group) =>
      foldersIn(join(folder, group)).map((version) => join(folder, group, version, fileName)),
    ),
  ];
}

function foldersIn(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if (codeOf(error) === '') throw error;
    return [];
  }
}

/** '' for a file that is gone, half written, or not one. */
function textOf(path: string): string {
  try {
    return readGivenFileSync(path, maxBytes).toString('utf8');
  } catch {
    return '';
  }
}
