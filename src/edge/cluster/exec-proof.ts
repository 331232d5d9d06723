// A kubeconfig's exec entry, run as kubectl runs it: what it may read and say is the same, so an entry that works there
// works here. Ours is no exception: the program judges for itself whether this server may have the token.

import { spawn } from 'node:child_process';
import { dirname, isAbsolute, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { Failure } from '../../failure.ts';
import { cleanText } from '../../foreign-text.ts';
import type { Host } from '../../host.ts';
import { isFields, parseFields } from '../../json-fields.ts';
import type { ExecCluster } from '../../oidc/exec-credential.ts';
import type { ExecEntry } from '../../oidc/kubeconfig.ts';
import type { UserProof } from '../kubeconfig/user-proof.ts';

export type ExecQuestion = {
  readonly entry: ExecEntry;
  /** The kubeconfig that holds the entry. */
  readonly file: string;
  readonly cluster: ExecCluster;
};

/**
 * The proof that the entry's program prints (client.authentication.k8s.io ExecCredential). Its stderr is the person's.
 * Fails with `cluster` when it cannot be started, ends with another status than 0, or prints no proof; `cancelled`.
 */
export async function execProof(question: ExecQuestion, host: Host): Promise<UserProof> {
  const { entry, file } = question;
  // A relative path counts from the kubeconfig's folder, a bare name by PATH, as for client-go.
  const isPath = /[\\/]/.test(entry.command);
  const command =
    isPath && !isAbsolute(entry.command) ? resolve(dirname(file), entry.command) : entry.command;
  const { status, stdout } = await runEntry(command, question, host);
  host.signal.throwIfAborted();
  const attempt = `"${cleanText(entry.command)}", which the kubeconfig names for this user`;
  if (status !== 0) {
    throw new Failure('cluster', `${attempt}, ended with status ${status}`, {
      hint: 'What it says above tells why; kubectl meets the same.',
    });
  }
  const proof = proofIn(stdout);
  if (proof !== undefined) return proof;
  throw new Failure('cluster', `${attempt}, printed no ExecCredential with a token or a certificate`);
}

async function runEntry(
  command: string,
  { entry, cluster }: ExecQuestion,
  host: Host,
): Promise<{ readonly status: number | null; readonly stdout: string }> {
  const interactive = entry.interactiveMode !== 'Never' && host.stdin.isTTY === true;
  const variables = Object.fromEntries(entry.env.map(({ name, value }) => [name, value]));
  const child = spawn(command, [...entry.args], {
    env: { ...host.environment, ...variables, KUBERNETES_EXEC_INFO: execInfo(entry, cluster, interactive) },
    stdio: [interactive ? 'inherit' : 'ignore', 'pipe', 'inherit'],
    signal: host.signal,
  });
  const ended = new Promise<number | null>((resolveStatus, reject) => {
    child.once('error', (error) => reject(startFailure(entry, error)));
    child.once('close', resolveStatus);
  });
  const [stdout, status] = await Promise.all([text(child.stdout), ended]);
  return { status, stdout };
}

function execInfo(entry: ExecEntry, cluster: ExecCluster, interactive: boolean): string {
  const announced = {
    server: cluster.server,
    ...(cluster.tlsServerName !== '' && { 'tls-server-name': cluster.tlsServerName }),
    ...(cluster.insecureSkipTlsVerify && { 'insecure-skip-tls-verify': true }),
    ...(cluster.certificateAuthorityData !== '' && {
      'certificate-authority-data': cluster.certificateAuthorityData,
    }),
    ...(cluster.proxyUrl !== '' && { 'proxy-url': cluster.proxyUrl }),
    config: null,
  };
  const spec = { interactive, ...(entry.provideClusterInfo && { cluster: announced }) };
  return JSON.stringify({ apiVersion: entry.apiVersion, kind: 'ExecCredential', spec });
}

function proofIn(output: string): UserProof | undefined {
  const status = parseFields(output)?.status;
  if (!isFields(status)) return undefined;
  const { token, clientCertificateData: certificate, clientKeyData: privateKey } = status;
  if (typeof token === 'string' && token !== '') return { token };
  return typeof certificate === 'string' && typeof privateKey === 'string'
    ? { certificate, privateKey }
    : undefined;
}

function startFailure({ command, installHint }: ExecEntry, error: Error): Failure {
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'ABORT_ERR') return new Failure('cancelled', 'the command was cancelled');
  const hint =
    cleanText(installHint, 300) || 'Install it, or put it on PATH: kubectl would not find it either.';
  return new Failure(
    'cluster',
    `cannot run "${cleanText(command)}", which the kubeconfig names for this user`,
    {
      hint,
      cause: code,
    },
  );
}
