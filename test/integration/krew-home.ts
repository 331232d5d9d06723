// krew as a person has it: the real krew, installed by itself, the real kubectl, a KREW_ROOT of its own, an index of
// its own (a git repository, as krew's is), and a server on loopback for the archives, since krew loads them by http.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, delimiter, join } from 'node:path';
import { packTarGz, program } from '../../scripts/archives/pack.ts';
import { targetHere } from '../../scripts/archives/targets.ts';
import type { Krew } from '../../scripts/parts/krew.ts';
import { type Ended, type Lab, runProgram } from './lab.ts';

export type KrewHome = {
  /** krew's folder of links, first on the person's PATH. */
  readonly binFolder: string;
  /** Where krew keeps the files of a version of our plugin. */
  readonly storeFolder: (version: string) => string;
  readonly kubectl: (words: readonly string[]) => Promise<Ended>;
  /** krew's validator, as its index runs it: every archive of the manifest is installed by krew. */
  readonly validate: (manifest: string) => Promise<Ended>;
  /** Puts a manifest into the index. */
  readonly publish: (manifest: string) => Promise<void>;
  /** The address of a served file, which stays its own. */
  readonly serve: (path: string) => string;
  readonly stop: () => Promise<void>;
};

/** In the lab's folder, for the lab's person. No Node but the archive's own is needed by what it runs. */
export async function openKrewHome(lab: Lab, programs: Krew & { kubectl: string }): Promise<KrewHome> {
  const root = join(lab.folder, 'krew');
  const [tools, plugins] = [join(lab.folder, 'tools'), join(lab.folder, 'index/plugins')];
  for (const folder of [tools, plugins]) await mkdir(folder, { recursive: true });
  await symlink(programs.kubectl, join(tools, 'kubectl'));
  const files = await serveFiles();
  const env = {
    ...lab.env,
    PATH: [join(root, 'bin'), tools, lab.desktop.env.PATH].join(delimiter),
    KREW_ROOT: root,
    KREW_DEFAULT_INDEX_URI: join(lab.folder, 'index'),
  };
  await installKrew(lab, programs.krew, env);
  return {
    binFolder: join(root, 'bin'),
    storeFolder: (version) => join(root, 'store/oidc', version),
    kubectl: (words) => lab.exec('kubectl', words, { env }),
    validate: async (manifest) => {
      // The file's name must be the plugin's.
      const file = join(tools, 'oidc.yaml');
      await writeFile(file, manifest);
      return lab.exec(programs.validator, [`-manifest=${file}`], { env });
    },
    publish: async (manifest) => {
      await writeFile(join(plugins, 'oidc.yaml'), manifest);
      await commitAll(join(lab.folder, 'index'));
    },
    serve: files.serve,
    stop: files.stop,
  };
}

/** As its documentation has it done: krew is a plugin of its own. */
async function installKrew(lab: Lab, krew: string, env: Readonly<Record<string, string>>): Promise<void> {
  const content = await packTarGz([program('krew', await readFile(krew))]);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const { os, arch } = targetHere();
  const platform = { selector: { matchLabels: { os, arch } }, uri: 'https://krew.test', sha256, bin: 'krew' };
  const manifest = {
    apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
    kind: 'Plugin',
    metadata: { name: 'krew' },
    spec: { version: 'v0.5.0', shortDescription: 'krew', platforms: [platform] },
  };
  const file = join(lab.folder, 'krew.yaml');
  const archive = join(lab.folder, 'krew.tar.gz');
  await writeFile(file, JSON.stringify(manifest));
  await writeFile(archive, content);
  const words = ['install', `--manifest=${file}`, `--archive=${archive}`];
  const { status, stderr } = await lab.exec(krew, words, { env });
  if (status !== 0) throw new Error(`krew did not install itself: ${stderr}`);
}

async function commitAll(folder: string): Promise<void> {
  const script =
    'git init -q && git add -A && git -c user.name=index -c user.email=index@localhost commit -q -m manifest';
  const { status, stderr } = await runProgram('/bin/sh', ['-c', script], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder },
  });
  if (status !== 0) throw new Error(`the index could not be committed: ${stderr}`);
}

async function serveFiles(): Promise<Pick<KrewHome, 'serve' | 'stop'>> {
  const paths = new Map<string, string>();
  const server = createServer(({ url = '' }, response) => {
    const path = paths.get(url);
    if (path === undefined) response.writeHead(404).end();
    else createReadStream(path).pipe(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    serve: (path) => {
      const url = `/${paths.size}/${basename(path)}`;
      paths.set(url, path);
      return `http://127.0.0.1:${port}${url}`;
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
