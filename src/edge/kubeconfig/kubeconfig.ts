// The kubeconfig files of this person: which ones count, what they say together, and how they would look after an
// edit. Writing is kubeconfig-write.ts.

import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { Failure } from '../../failure.ts';
import { cleanText } from '../../foreign-text.ts';
import { type KubeCluster, type Kubeconfig, type KubeFile, mergeKubeFiles } from '../../oidc/kubeconfig.ts';
import type { KubeEdit } from '../../oidc/kubeconfig-plan.ts';
import { diffLines } from '../../oidc/line-diff.ts';
import { codeOf } from '../files/file-failure.ts';
import { readGivenFileSync } from '../files/given-file.ts';
import { kubeFileFailure } from './kubeconfig-failure.ts';
import { maskKubeText } from './kubeconfig-mask.ts';
import { parseKubeDocument, readKubeDocument } from './kubeconfig-parse.ts';
import { editKubeText } from './kubeconfig-text.ts';

const maxBytes = 10 * 1024 * 1024;
const maxCaBytes = 1024 * 1024;

/** `file`: what `--kubeconfig` names, which then stands alone. */
export type KubeconfigSource = {
  readonly file: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
};

/** The merged view together with the texts that it was read from; undefined for a file that does not exist. */
export type OpenKubeconfig = {
  readonly kubeconfig: Kubeconfig;
  readonly texts: ReadonlyMap<string, string | undefined>;
};

/** One file before and after; `diff` may be shown: secrets in it are hidden. */
export type KubeChange = {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string;
  readonly diff: readonly string[];
};

/**
 * The files in kubectl's order, absolute: `--kubeconfig`, else the KUBECONFIG list without empty and double parts,
 * else `~/.kube/config`. Fails with `usage` when KUBECONFIG is set and names no file.
 */
export function kubeconfigPaths({ file, environment }: KubeconfigSource): readonly string[] {
  if (file !== undefined) return [resolve(file)];
  const list = environment.KUBECONFIG ?? '';
  if (list === '') {
    const home = environment.HOME || environment.USERPROFILE || homedir();
    return [join(home, '.kube', 'config')];
  }
  const paths = new Set(list.split(delimiter).filter((part) => part !== ''));
  if (paths.size === 0) {
    throw new Failure('usage', `KUBECONFIG is "${cleanText(list)}", which names no file`, {
      hint: 'Unset it.',
    });
  }
  return [...new Set([...paths].map((path) => resolve(path)))];
}

/** The merged kubeconfig. A file given by name must exist. Fails with `usage` (file, line, column) or `file`. */
export async function readKubeconfig(source: KubeconfigSource): Promise<Kubeconfig> {
  const { kubeconfig } = await openKubeconfig(source);
  const [only] = kubeconfig.files;
  if (source.file !== undefined && only?.exists === false) {
    throw new Failure('usage', `there is no kubeconfig ${cleanText(only.path)}`, {
      hint: 'Check --kubeconfig, or make it with "kubectl oidc setup".',
    });
  }
  return kubeconfig;
}

/** Like `readKubeconfig`, for a command that may write: also the texts, and no file has to exist. */
export async function openKubeconfig(source: KubeconfigSource): Promise<OpenKubeconfig> {
  const texts = new Map<string, string | undefined>();
  const files: KubeFile[] = [];
  for (const path of kubeconfigPaths(source)) {
    const text = await readText(path);
    texts.set(path, text);
    files.push(text === undefined ? absentFile(path) : readKubeDocument(parseKubeDocument(path, text)));
  }
  return { kubeconfig: mergeKubeFiles(files), texts };
}

function absentFile(path: string): KubeFile {
  return { path, exists: false, currentContext: '', contexts: [], clusters: [], users: [] };
}

/** The text of a kubeconfig as it is now, undefined where there is none. Fails with `file`, or `usage` above 10 MiB and for what is no ordinary file. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    const bytes = readGivenFileSync(path, maxBytes);
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    if (codeOf(error) !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw kubeFileFailure('read', path, error);
    throw new Failure('usage', `${cleanText(path)} is not text in UTF-8`, {
      hint: 'Name a kubeconfig with --kubeconfig.',
    });
  }
}

/** What the files would be after the edits; nothing is written. Fails with `usage` where a file cannot be edited safely. */
export function renderEdits(opened: OpenKubeconfig, edits: readonly KubeEdit[]): readonly KubeChange[] {
  const paths = new Set(edits.map((edit) => edit.file));
  return [...paths].map((path) => {
    const before = opened.texts.get(path);
    const ofFile = edits.filter((edit) => edit.file === path);
    const after = ofFile.reduce(editKubeText, before ?? '');
    return {
      path,
      before,
      after,
      diff: diffLines(maskKubeText(path, before ?? ''), maskKubeText(path, after)),
    };
  });
}

/**
 * The CA that kubectl will announce for a cluster, as base64: the entry's data, else the bytes of the file that it
 * names, '' when it has none. Fails with `file` when that file cannot be read.
 */
export async function clusterCaBase64(cluster: KubeCluster): Promise<string> {
  if (cluster.certificateAuthorityData !== '') return cluster.certificateAuthorityData;
  return cluster.certificateAuthority === '' ? '' : readCaFile(cluster.certificateAuthority);
}

/** A PEM file as base64. Fails with `file` when it cannot be read, `usage` when it holds no certificate, is no ordinary file or has more than 1 MiB. */
export async function readCaFile(path: string): Promise<string> {
  try {
    const bytes = readGivenFileSync(resolve(path), maxCaBytes);
    if (bytes.includes('-----BEGIN CERTIFICATE-----')) return bytes.toString('base64');
  } catch (error) {
    throw kubeFileFailure('read', path, error);
  }
  throw new Failure('usage', `${cleanText(path)} holds no PEM certificate`, {
    hint: 'Give the file that begins with "-----BEGIN CERTIFICATE-----".',
  });
}
