// A real kube-apiserver with its etcd, on loopback and in one folder, for tests and the demo.

import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  adminKubeconfig,
  apiServerWords,
  configurationFile,
  etcdWords,
  nobodyElse,
} from './api-server-settings.ts';
import type { Assets } from './assets.ts';
import type { CertificateAuthority, IssuedCertificate } from './certificates.ts';
import { type Daemon, freePorts, startDaemon, waitUntilReady } from './process.ts';

export type ApiServerOptions = {
  readonly assets: Assets;
  /** Gets keys, configuration, logs and etcd's data; must be private. */
  readonly folder: string;
  readonly certificates: CertificateAuthority;
  /** Default: a free one. */
  readonly port?: number;
  /** An AuthenticationConfiguration as a plain object; without one only the administrator gets in. */
  readonly authenticationConfiguration?: object;
};

export type ApiServer = {
  /** https://127.0.0.1:PORT */
  readonly server: string;
  readonly caPem: string;
  /** A client certificate in `system:masters`. */
  readonly adminKubeconfigPath: string;
  readonly kubectl: string;
  /** Resolves when the server has taken it over; rejects when it refuses it or does not act within 30 s. */
  readonly setAuthenticationConfiguration: (configuration: object) => Promise<void>;
  /** Process ids of everything that runs here. */
  readonly pids: readonly number[];
  readonly stop: () => Promise<void>;
};

/** Resolves when /readyz answers 200. Rejects with the last lines of a log when it does not come up. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { assets, certificates, folder } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const [etcdPort = 0, peerPort = 0, freePort = 0] = await freePorts(3);
  const port = options.port ?? freePort;
  const server = `https://127.0.0.1:${port}`;
  const admin = await certificates.issueClientCertificate('administrator', ['system:masters']);
  await writeFiles(options, await certificates.issueServerCertificate(['127.0.0.1', 'localhost']));
  const adminKubeconfigPath = join(folder, 'admin.kubeconfig');
  await writeFile(adminKubeconfigPath, adminKubeconfig(server, certificates.certPem, admin), { mode: 0o600 });

  const env = { PATH: process.env.PATH ?? '', HOME: folder };
  const daemons: Daemon[] = [];
  const stop = async () => {
    for (const daemon of daemons.toReversed()) await daemon.stop();
  };
  try {
    daemons.push(
      await startDaemon(assets.etcd, etcdWords(folder, etcdPort, peerPort), {
        log: join(folder, 'etcd.log'),
        env,
      }),
    );
    const log = join(folder, 'kube-apiserver.log');
    daemons.push(
      await startDaemon(assets['kube-apiserver'], apiServerWords(folder, port, etcdPort), { log, env }),
    );
    const isReady = async () => (await ask(`${server}/readyz`, certificates.certPem, admin)).status === 200;
    await waitUntilReady({ what: 'kube-apiserver', isReady, daemons, deadlineMs: 90_000, log });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    server,
    caPem: certificates.certPem,
    adminKubeconfigPath,
    kubectl: assets.kubectl,
    setAuthenticationConfiguration: async (configuration) => {
      const metrics = () => ask(`${server}/metrics`, certificates.certPem, admin);
      const before = reloads(await metrics());
      if (!(await writeConfiguration(folder, configuration))) return;
      const isReady = async () => reloads(await metrics()) > before;
      const what = 'the new authentication configuration';
      await waitUntilReady({
        what,
        isReady,
        daemons,
        deadlineMs: 30_000,
        log: join(folder, 'kube-apiserver.log'),
      });
    },
    pids: daemons.map((daemon) => daemon.pid),
    stop,
  };
}

/** Fills the aggregated roles (`view`, `edit`, `admin`), which stay empty without it. */
export async function startControllerManager(
  apiServer: ApiServer,
  options: { readonly assets: Assets; readonly folder: string },
): Promise<Daemon> {
  const program = options.assets['kube-controller-manager'];
  if (program === undefined) throw new Error('there is no kube-controller-manager among the assets');
  const words = ['kubeconfig', 'authentication-kubeconfig', 'authorization-kubeconfig'].map(
    (flag) => `--${flag}=${apiServer.adminKubeconfigPath}`,
  );
  return startDaemon(
    program,
    [...words, '--controllers=clusterrole-aggregation-controller', '--leader-elect=false', '--secure-port=0'],
    { log: join(options.folder, 'kube-controller-manager.log'), env: { HOME: options.folder } },
  );
}

async function writeFiles(options: ApiServerOptions, serving: IssuedCertificate): Promise<void> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const files = {
    'server.pem': serving.certPem,
    'server.key': serving.keyPem,
    'ca.pem': options.certificates.certPem,
    'service-account.key': privateKey.export({ type: 'sec1', format: 'pem' }),
  };
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(options.folder, name), text, { mode: 0o600 });
  }
  await writeConfiguration(options.folder, options.authenticationConfiguration ?? nobodyElse);
}

/** Whether it changed. JSON is YAML; a rename, so that the server never reads half of it. */
async function writeConfiguration(folder: string, configuration: object): Promise<boolean> {
  const text = JSON.stringify(configuration, undefined, 2);
  const path = join(folder, configurationFile);
  if (existsSync(path) && (await readFile(path, 'utf8')) === text) return false;
  const temporary = join(folder, `${configurationFile}.new`);
  await writeFile(temporary, text, { mode: 0o600 });
  await rename(temporary, path);
  return true;
}

function reloads({ body }: Answer): number {
  const line =
    /^apiserver_authentication_config_controller_automatic_reloads_total\{[^}]*status="success"\} (\S+)/m;
  return Number(line.exec(body)?.[1] ?? 0);
}

type Answer = { readonly status: number; readonly body: string };

/** Status 0 where nobody answers. */
function ask(url: string, ca: string, admin: IssuedCertificate): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const nobody = () => resolve({ status: 0, body: '' });
  const options = { ca, cert: admin.certPem, key: admin.keyPem, agent: false as const, timeout: 5_000 };
  const asking = request(url, options, (response) => {
    text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), nobody);
  });
  asking.on('timeout', () => asking.destroy());
  asking.on('error', nobody);
  asking.end();
  return promise;
}
