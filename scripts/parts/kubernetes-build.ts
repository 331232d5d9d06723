// The programs of a cluster: how to build them as a module of our own that requires Kubernetes.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Go } from './go.ts';
import { buildGoProgram } from './go-build.ts';
import { runStep, type Say } from './progress.ts';

const etcdPackage = 'go.etcd.io/etcd/server/v3';

export type AssetBuild = {
  readonly name: string;
  /** Of Kubernetes, `v1.x.y`. */
  readonly version: string;
  /** Where the program ends up, under its name. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly say: Say;
};

/** Path of the built program, as `buildGoProgram` has it. */
export async function buildAsset({ name, version, ...where }: AssetBuild): Promise<string> {
  const [major, minor] = version.slice(1).split('.');
  const stamp = (field: string, value: string | undefined) =>
    `-X k8s.io/component-base/version.${field}=${value}`;
  return buildGoProgram({
    name,
    version,
    ...where,
    packagePath: name === 'etcd' ? etcdPackage : `k8s.io/kubernetes/cmd/${name}`,
    moduleFile: (go) => moduleFile(go, version, where.say),
    linkerFlags: ['-s -w', stamp('gitVersion', version), stamp('gitMajor', major), stamp('gitMinor', minor)],
  });
}

/**
 * A module of our own that requires Kubernetes. Its go.mod replaces the staging modules by folders that the published
 * module does not hold: the same modules are published as v0.x.y.
 */
async function moduleFile(go: Go, version: string, say: Say): Promise<string> {
  const words = ['mod', 'download', '-json', `k8s.io/kubernetes@${version}`] as const;
  const title = `loading k8s.io/kubernetes ${version}`;
  const answer: unknown = JSON.parse(
    await runStep({ title, command: [go.program, ...words], env: go.env, cwd: '/' }, say),
  );
  if (typeof answer !== 'object' || answer === null || !('GoMod' in answer)) {
    throw new Error(`${title}: go did not say where it is`);
  }
  const published = String(answer.GoMod);
  if (!existsSync(published)) throw new Error(`${title}: ${published} is missing`);
  return consumerModule(await readFile(published, 'utf8'), version);
}

/** The text of a go.mod that can build Kubernetes `version` (v1.x.y) as a dependency, from its own go.mod. */
export function consumerModule(published: string, version: string): string {
  const staged = version.replace(/^v1\./, 'v0.');
  const replaced = [...published.matchAll(/^\s*(?:replace\s+)?(k8s\.io\/[\w-]+)\s+=>\s+\.\/staging\//gm)];
  const goVersion = /^go (\S+)$/m.exec(published)?.[1];
  const etcd = new RegExp(`^\\s*(?:require\\s+)?${etcdPackage}\\s+(\\S+)`, 'm').exec(published)?.[1];
  if (replaced.length === 0 || goVersion === undefined || etcd === undefined) {
    throw new Error(`the go.mod of k8s.io/kubernetes ${version} looks different from what was expected`);
  }
  return `${[
    'module kubectl-oidc-test-assets',
    `go ${goVersion}`,
    `require k8s.io/kubernetes ${version}`,
    `require ${etcdPackage} ${etcd}`,
    ...replaced.map(([, module]) => `replace ${module} => ${module} ${staged}`),
  ].join('\n')}\n`;
}
