// The text of one kubeconfig → plain values, every complaint with its line. Shapes are judged on the YAML nodes,
// because plain values no longer know where they stood.

import { dirname, isAbsolute, resolve, sep } from 'node:path';
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import { Failure } from '../../failure.ts';
import { cleanText } from '../../foreign-text.ts';
import type {
  ExecEntry,
  ExecVariable,
  KubeCluster,
  KubeContext,
  KubeFile,
  KubeUser,
} from '../../oidc/kubeconfig.ts';

/** A kubeconfig's text as a YAML document, with what is needed to name lines. */
export type KubeDocument = {
  readonly path: string;
  readonly document: Document;
  readonly lines: LineCounter;
};

/** Parses one YAML or JSON document. Fails with `usage`, naming file, line and column. */
export function parseKubeDocument(path: string, text: string): KubeDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const [error] = document.errors;
  const opened = { path, document, lines };
  if (error !== undefined) {
    const why =
      error.code === 'MULTIPLE_DOCS' ? 'a second YAML document begins' : cleanText(error.message, 160);
    throw malformed(opened, error.pos[0], why);
  }
  return opened;
}

/** The values of one file; relative file references become absolute against its folder. Fails with `usage` on wrong shapes. */
export function readKubeDocument(opened: KubeDocument): KubeFile {
  const { path, document } = opened;
  const empty = { path, exists: true, currentContext: '', contexts: [], clusters: [], users: [] };
  const root = document.contents;
  if (root === null || (isScalar(root) && root.value === null)) return empty;
  const top = readerOf(opened, root, 'the kubeconfig');
  const kind = top.text('kind');
  if (kind !== '' && kind !== 'Config') {
    throw malformed(opened, top.at('kind'), `its kind is "${cleanText(kind)}", not Config`);
  }
  return {
    ...empty,
    currentContext: top.text('current-context'),
    contexts: top.named('contexts', 'context', (name, entry) => contextOf(path, name, entry)),
    clusters: top.named('clusters', 'cluster', (name, entry) => clusterOf(path, name, entry)),
    users: top.named('users', 'user', (name, entry) => userOf(path, name, entry)),
  };
}

function contextOf(file: string, name: string, entry: Reader): KubeContext {
  return {
    name,
    file,
    cluster: entry.text('cluster'),
    user: entry.text('user'),
    namespace: entry.text('namespace'),
  };
}

function clusterOf(file: string, name: string, entry: Reader): KubeCluster {
  return {
    name,
    file,
    server: entry.text('server'),
    certificateAuthority: resolvedFrom(file, entry.text('certificate-authority')),
    certificateAuthorityData: entry.text('certificate-authority-data'),
    insecureSkipTlsVerify: entry.flag('insecure-skip-tls-verify'),
    tlsServerName: entry.text('tls-server-name'),
    proxyUrl: entry.text('proxy-url'),
  };
}

function userOf(file: string, name: string, entry: Reader): KubeUser {
  const exec = entry.map('exec');
  return { name, file, exec: exec === undefined ? undefined : execOf(file, exec) };
}

function execOf(file: string, exec: Reader): ExecEntry {
  const command = exec.text('command');
  return {
    // client-go leaves a bare name to PATH and resolves everything else (clientcmd GetAuthInfoFileReferences).
    command: command.includes(sep) ? resolvedFrom(file, command) : command,
    args: exec.texts('args'),
    env: exec
      .maps('env')
      .map((each): ExecVariable => ({ name: each.text('name'), value: each.text('value') })),
    apiVersion: exec.text('apiVersion'),
    interactiveMode: exec.text('interactiveMode'),
    provideClusterInfo: exec.flag('provideClusterInfo'),
    installHint: exec.text('installHint'),
  };
}

function resolvedFrom(file: string, path: string): string {
  return path === '' || isAbsolute(path) ? path : resolve(dirname(file), path);
}

/** Reads one mapping; absent and null fields are '' or empty, as for kubectl. */
type Reader = {
  readonly at: (key: string) => number;
  readonly text: (key: string) => string;
  readonly flag: (key: string) => boolean;
  readonly map: (key: string) => Reader | undefined;
  readonly texts: (key: string) => string[];
  readonly maps: (key: string) => Reader[];
  readonly named: <Entry>(
    list: string,
    field: string,
    read: (name: string, entry: Reader) => Entry,
  ) => Entry[];
};

function readerOf(opened: KubeDocument, node: unknown, what: string): Reader {
  const found = followed(opened, node);
  if (!isMap(found)) throw malformed(opened, startOf(node), `${what} is not a mapping`);
  const value = (key: string): unknown => followed(opened, withMerges(opened, found, key));
  const wrong = (key: string, should: string): Failure =>
    malformed(opened, startOf(found.get(key, true) ?? found), `${key} is not ${should}`);
  const items = (key: string): unknown[] => {
    const list = value(key);
    if (isNothing(list)) return [];
    if (!isSeq(list)) throw wrong(key, 'a list');
    return list.items;
  };
  const reader: Reader = {
    at: (key) => startOf(found.get(key, true) ?? found),
    text: (key) => textOf(value(key)) ?? raise(wrong(key, 'a string')),
    flag: (key) => flagOf(value(key)) ?? raise(wrong(key, 'true or false')),
    map: (key) => (isNothing(value(key)) ? undefined : readerOf(opened, value(key), key)),
    texts: (key) =>
      items(key).map((item) => textOf(followed(opened, item)) ?? raise(wrong(key, 'a list of strings'))),
    maps: (key) => items(key).map((item) => readerOf(opened, item, `an entry of ${key}`)),
    named: (list, field, read) => {
      const seen = new Set<string>();
      return items(list).map((item) => {
        const outer = readerOf(opened, item, `an entry of ${list}`);
        const name = outer.text('name');
        if (name === '') throw malformed(opened, startOf(item), `an entry of ${list} has no name`);
        if (seen.has(name))
          throw malformed(opened, outer.at('name'), `${list} has two entries named "${cleanText(name)}"`);
        seen.add(name);
        return read(name, outer.map(field) ?? readerOf(opened, opened.document.createNode({}), field));
      });
    },
  };
  return reader;
}

function raise(failure: Failure): never {
  throw failure;
}

/** An alias stands for the node that it names. */
function followed(opened: KubeDocument, node: unknown): unknown {
  if (!isAlias(node)) return node;
  const target = node.resolve(opened.document);
  if (target === undefined)
    throw malformed(opened, startOf(node), `nothing is anchored as "${cleanText(node.source)}"`);
  return target;
}

/** The value of a key, also when it comes in by a merge key (`<<`), which kubectl's parser knows. */
function withMerges(opened: KubeDocument, map: YAMLMap, key: string): unknown {
  const own = map.get(key, true);
  if (own !== undefined) return own;
  const merged = followed(opened, map.get('<<', true));
  return isMap(merged) ? merged.get(key, true) : undefined;
}

function isNothing(node: unknown): boolean {
  return node === undefined || node === null || (isScalar(node) && node.value === null);
}

function textOf(node: unknown): string | undefined {
  if (isNothing(node)) return '';
  return isScalar(node) && typeof node.value === 'string' ? node.value : undefined;
}

function flagOf(node: unknown): boolean | undefined {
  if (isNothing(node)) return false;
  if (!isScalar(node)) return undefined;
  // kubectl's parser is one of YAML 1.1, where these words are booleans unless they are quoted.
  if (node.type === 'PLAIN' && /^(y|yes|on|n|no|off)$/i.test(String(node.value))) {
    return /^(y|yes|on)$/i.test(String(node.value));
  }
  return typeof node.value === 'boolean' ? node.value : undefined;
}

function startOf(node: unknown): number {
  const range = (node as { range?: readonly number[] | null } | null | undefined)?.range;
  return range?.[0] ?? 0;
}

function malformed(opened: KubeDocument, offset: number, why: string): Failure {
  const { line, col } = opened.lines.linePos(offset);
  return new Failure('usage', `${cleanText(opened.path)} line ${line}, column ${col}: ${why}`, {
    hint: 'Nothing was changed. Correct the file there; "kubectl config view" reads it too.',
  });
}
