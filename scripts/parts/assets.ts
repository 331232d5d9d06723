// Where the programs of a real cluster come from: KUBEBUILDER_ASSETS, the cache, PATH, or a build into the cache.
// Only what is found is decided here; building is kubernetes-build.ts.

import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { buildAsset } from './kubernetes-build.ts';
import type { Say } from './progress.ts';

export const kubernetesVersion = 'v1.36.3';

export const assetNames = ['etcd', 'kube-apiserver', 'kubectl', 'kube-controller-manager'] as const;
export type AssetName = (typeof assetNames)[number];

/** Paths of programs; the controller manager is only needed for aggregated roles. */
export type Assets = Readonly<Record<Exclude<AssetName, 'kube-controller-manager'>, string>> & {
  readonly 'kube-controller-manager'?: string;
};

type Environment = Readonly<Record<string, string | undefined>>;
type Source = { readonly from: 'KUBEBUILDER_ASSETS' | 'cache' | 'PATH'; readonly folder: string };

/** Our folder in the user's cache, outside any checkout. */
export function cacheFolder(environment: Environment): string {
  const { XDG_CACHE_HOME: given, HOME: home } = environment;
  const base = given || join(home || homedir(), '.cache');
  return join(base, 'kubectl-oidc');
}

/** The cache of one version and build recipe. A program in it is complete: it gets there by a rename. */
export function assetCache(environment: Environment): string {
  return join(cacheFolder(environment), `kubernetes-${kubernetesVersion}-linux-${process.arch}-1`);
}

/** The folders to look in, in order. PATH comes last, and only where any version will do. */
export function assetSources(environment: Environment, options: { readonly usePath: boolean }): Source[] {
  const { KUBEBUILDER_ASSETS: given, PATH: path = '' } = environment;
  return [
    ...(given ? [{ from: 'KUBEBUILDER_ASSETS' as const, folder: given }] : []),
    { from: 'cache' as const, folder: assetCache(environment) },
    ...(options.usePath ? path.split(delimiter).filter(Boolean) : []).map((folder) => ({
      from: 'PATH' as const,
      folder,
    })),
  ];
}

export type Located = {
  readonly found: Readonly<Partial<Record<AssetName, string>>>;
  readonly missing: readonly AssetName[];
};

/** For each name the first source that has it. `exists` says whether a path is an executable file. */
export function locateAssets(
  names: readonly AssetName[],
  sources: readonly Source[],
  exists: (path: string) => boolean,
): Located {
  const found: Partial<Record<AssetName, string>> = {};
  for (const name of names) {
    const path = sources.map(({ folder }) => join(folder, name)).find(exists);
    if (path !== undefined) found[name] = path;
  }
  return { found, missing: names.filter((name) => found[name] === undefined) };
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What is at hand for a demo, without building anything; undefined when a part is missing. */
export function assetsAtHand(environment: Environment): Assets | undefined {
  const sources = assetSources(environment, { usePath: true });
  return complete(locateAssets(assetNames, sources, isExecutable).found);
}

/** All four programs; what KUBEBUILDER_ASSETS and the cache lack is built, which takes minutes the first time. */
export async function ensureAssets(environment: Environment, say: Say): Promise<Assets> {
  const sources = assetSources(environment, { usePath: false });
  const { found, missing } = locateAssets(assetNames, sources, isExecutable);
  const built: Partial<Record<AssetName, string>> = {};
  for (const name of missing) {
    built[name] = await buildAsset({
      name,
      version: kubernetesVersion,
      folder: assetCache(environment),
      environment,
      say,
    });
  }
  const assets = complete({ ...found, ...built });
  if (assets === undefined) throw new Error('the programs of the cluster are incomplete after building them');
  return assets;
}

/** The programs that an earlier step made sure of: for tests. Throws where something is missing. */
export function assetsForTests(environment: Environment): Required<Assets> {
  const sources = assetSources(environment, { usePath: false });
  const { found, missing } = locateAssets(assetNames, sources, isExecutable);
  const assets = complete(found);
  const manager = assets?.['kube-controller-manager'];
  if (assets === undefined || manager === undefined) {
    throw new Error(`${missing.join(', ')} not found: run ./scripts/test once, which builds what is missing`);
  }
  return { ...assets, 'kube-controller-manager': manager };
}

function complete(found: Located['found']): Assets | undefined {
  const { etcd, kubectl, 'kube-apiserver': apiServer, 'kube-controller-manager': manager } = found;
  if (etcd === undefined || kubectl === undefined || apiServer === undefined) return undefined;
  return {
    etcd,
    kubectl,
    'kube-apiserver': apiServer,
    ...(manager !== undefined && { 'kube-controller-manager': manager }),
  };
}
