// Which resources a cluster has, as kubectl noted it: `~/.kube/cache/discovery/HOST/GROUP/VERSION/serverresources.json`
// (client-go, discovery/cached/disk). Read as a foreigner's files, bounded; nothing is asked of the cluster.

import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { DiscoveredResource } from '../../completion/resource-choices.ts';
import { isFields, parseFields } from '../../oidc/json-fields.ts';
import { codeOf } from '../files/file-failure.ts';
import { readGivenFileSync } from '../files/given-file.ts';

const fileName = 'serverresources.json';
const maxFiles = 1000;
const maxBytes = 1024 * 1024;

/** Every resource once, the core group first; none where kubectl has not talked to this server yet. */
export function readDiscoveryCache(
  server: string,
  environment: Readonly<Record<string, string | undefined>>,
): readonly DiscoveredResource[] {
  const folder = join(cacheFolder(environment), 'discovery', hostFolder(server));
  const found = new Map<string, DiscoveredResource>();
  for (const path of cacheFiles(folder).slice(0, maxFiles)) {
    for (const resource of resourcesIn(path)) {
      const key = `${resource.group}/${resource.name}`;
      if (!found.has(key)) found.set(key, resource);
    }
  }
  return [...found.values()];
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

function resourcesIn(path: string): readonly DiscoveredResource[] {
  const { groupVersion, resources } = parseFields(textOf(path)) ?? {};
  if (typeof groupVersion !== 'string' || !Array.isArray(resources)) return [];
  const group = groupVersion.includes('/') ? groupVersion.slice(0, groupVersion.indexOf('/')) : '';
  return resources.filter(isFields).flatMap(({ name, kind, shortNames }) => {
    if (typeof name !== 'string' || typeof kind !== 'string') return [];
    const short = Array.isArray(shortNames) ? shortNames.filter((each) => typeof each === 'string') : [];
    return [{ group, name, kind, shortNames: short }];
  });
}

/** '' for a file that is gone, half written, or not one. */
function textOf(path: string): string {
  try {
    return readGivenFileSync(path, maxBytes).toString('utf8');
  } catch {
    return '';
  }
}
