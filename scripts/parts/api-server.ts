// A real kube-apiserver with its etcd, on loopback and in one folder, for tests and the demo.

import { generateKeyPairSync } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import type { Assets } from './assets.ts';
import type { CertificateAuthority, IssuedCertificate } from './certificates.ts';
import { type Daemon, freePorts, startDaemon, waitUntilReady } from './process.ts';

export type ApiServerOptions = {
  readonly assets: Assets;
  /** Gets keys, configuration, logs and etcd's data; must be private. */
  readonly folder: string;
  readonly certificates: CertificateAuthority;
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
  /** Writes it where the server looks; it takes it over within about a second, with a line in its log. */
  readonly setAuthenticationConfiguration: (configuration: object) => Promise<void>;
  /** Process ids of everything that runs here. */
  readonly pids: readonly number[];
  readonly stop: () => Promise<void>;
};

/** What an API server needs to accept ID tokens: prefixed user name and groups, `system:` names refused. */
export function authenticationConfigurationOf(provider: {
  readonly issuerUrl: string;
  readonly caPem: string;
  readonly clientId: string;
  readonly prefix?: string;
}): object {
  const prefix = provider.prefix ?? 'oidc:';
  return {
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'AuthenticationConfiguration',
    jwt: [
      {
        issuer: {
          url: provider.issuerUrl,
          certificateAuthority: provider.caPem,
          audiences: [provider.clientId],
        },
        claimMappings: { username: { claim: 'sub', prefix }, groups: { claim: 'groups', prefix } },
      },
    ],
  };
}

/** Resolves when /readyz answers 200. Rejects with the last lines of a log when it does not come up. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { assets, certificates, folder } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const [port = 0, etcdPort = 0, peerPort = 0] = await freePorts(3);
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
      await startDaemon(assets['kube-apiserver'], apiServerWords(options, port, etcdPort), { log, env }),
    );
    const isReady = () => answersOk(`${server}/readyz`, certificates.certPem, admin);
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
    setAuthenticationConfiguration: (configuration) => writeConfiguration(folder, configuration),
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

function etcdWords(folder: string, port: number, peerPort: number): string[] {
  const client = `http://127.0.0.1:${port}`;
  const peer = `http://127.0.0.1:${peerPort}`;
  return [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
  ];
}

function apiServerWords(options: ApiServerOptions, port: number, etcdPort: number): string[] {
  const at = (name: string) => join(options.folder, name);
  return [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${options.folder}`,
    `--tls-cert-file=${at('server.pem')}`,
    `--tls-private-key-file=${at('server.key')}`,
    `--client-ca-file=${at('ca.pem')}`,
    '--authorization-mode=Node,RBAC',
    `--authentication-config=${at(configurationFile)}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${at('service-account.key')}`,
    `--service-account-signing-key-file=${at('service-account.key')}`,
    '--service-cluster-ip-range=10.0.0.0/24',
    '--disable-admission-plugins=ServiceAccount',
    '--endpoint-reconciler-type=none',
  ];
}

const configurationFile = 'authentication.json';

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
  const nobody = { apiVersion: 'apiserver.config.k8s.io/v1', kind: 'AuthenticationConfiguration', jwt: [] };
  await writeConfiguration(options.folder, options.authenticationConfiguration ?? nobody);
}

// JSON is YAML; a rename, so that the server never reads half of it.
async function writeConfiguration(folder: string, configuration: object): Promise<void> {
  const temporary = join(folder, `${configurationFile}.new`);
  await writeFile(temporary, JSON.stringify(configuration, undefined, 2), { mode: 0o600 });
  await rename(temporary, join(folder, configurationFile));
}

function adminKubeconfig(server: string, caPem: string, admin: IssuedCertificate): string {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority-data': base64(caPem) } }],
    users: [
      {
        name: 'administrator',
        user: {
          'client-certificate-data': base64(admin.certPem),
          'client-key-data': base64(admin.keyPem),
        },
      },
    ],
    contexts: [{ name: 'admin', context: { cluster: 'test', user: 'administrator' } }],
    'current-context': 'admin',
  });
}

function answersOk(url: string, ca: string, admin: IssuedCertificate): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const options = { ca, cert: admin.certPem, key: admin.keyPem, agent: false as const, timeout: 5_000 };
  const asking = request(url, options, (response) => {
    response.resume();
    resolve(response.statusCode === 200);
  });
  asking.on('timeout', () => asking.destroy());
  asking.on('error', () => resolve(false));
  asking.end();
  return promise;
}
