// LISTs of an API server as plain JSON over node:https, page by page within the time there is: client-node would
// take longer to load than the answer takes.

import * as https from 'node:https';
import { json } from 'node:stream/consumers';
import { isFields } from '../../json-fields.ts';
import { type ApiServerAddress, agentFor, headersFor } from '../cluster/api-agent.ts';

export type ClusterNameKind = 'namespaces' | 'groups';

/** Where to ask, with what. */
export type ListQuestion = ApiServerAddress & { readonly signal: AbortSignal };

/** `complete: false`: a page could not be had, in time or at all. */
export type ListedNames = { readonly names: readonly string[]; readonly complete: boolean };

const listMs = 550;
const pageSize = 500;
const maxPageBytes = 8 * 1024 * 1024;
const rbac = '/apis/rbac.authorization.k8s.io/v1';
const lists = {
  namespaces: [{ path: '/api/v1/namespaces', namesIn: nameIn }],
  groups: ['clusterrolebindings', 'rolebindings'].map((each) => ({
    path: `${rbac}/${each}`,
    namesIn: groupsIn,
  })),
} as const satisfies Record<ClusterNameKind, readonly List[]>;

type List = {
  readonly path: string;
  readonly namesIn: (item: Readonly<Record<string, unknown>>) => string[];
};

/** What can be read within half a second. Never fails for the cluster's sake; plain http is not asked. */
export async function listNames(kind: ClusterNameKind, question: ListQuestion): Promise<ListedNames> {
  if (!/^https:\/\/[^/@?#]+(\/[^?#]*)?$/.test(question.cluster.server)) return { names: [], complete: false };
  const signal = AbortSignal.any([question.signal, AbortSignal.timeout(listMs)]);
  const agent = agentFor(question);
  const found = await Promise.all(lists[kind].map((list) => readPages(list, { ...question, signal }, agent)));
  return {
    names: [...new Set(found.flatMap(({ names }) => names))],
    complete: found.every(({ complete }) => complete),
  };
}

async function readPages(list: List, question: ListQuestion, agent: https.Agent): Promise<ListedNames> {
  const names: string[] = [];
  let next: string | undefined = '';
  try {
    while (next !== undefined) {
      const page = await readPage(list.path, next, { question, agent });
      for (const item of page.items) names.push(...list.namesIn(item));
      next = page.next;
    }
    return { names, complete: true };
  } catch {
    // Out of time, not allowed, not reachable, no JSON: what was read counts.
    return { names, complete: false };
  }
}

type Page = {
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly next: string | undefined;
};

async function readPage(
  path: string,
  from: string,
  { question, agent }: { readonly question: ListQuestion; readonly agent: https.Agent },
): Promise<Page> {
  const { cluster, proof, signal } = question;
  const query = new URLSearchParams({ limit: `${pageSize}`, ...(from !== '' && { continue: from }) });
  const { promise, resolve, reject } = Promise.withResolvers<Page>();
  const headers = { accept: 'application/json', ...headersFor(proof) };
  https
    .get(`${cluster.server.replace(/\/$/, '')}${path}?${query}`, { agent, headers, signal }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxPageBytes) response.destroy(new Error('too large'));
      });
      if (response.statusCode === 200) json(response).then((body) => resolve(pageIn(body)), reject);
      else reject(new Error(`status ${response.statusCode}`));
    })
    .on('error', reject);
  return promise;
}

function pageIn(body: unknown): Page {
  if (!isFields(body) || !Array.isArray(body.items)) throw new Error('no list');
  const next = isFields(body.metadata) ? body.metadata.continue : undefined;
  return {
    items: body.items.filter(isFields),
    next: typeof next === 'string' && next !== '' ? next : undefined,
  };
}

function nameIn({ metadata }: Readonly<Record<string, unknown>>): string[] {
  return isFields(metadata) && typeof metadata.name === 'string' ? [metadata.name] : [];
}

function groupsIn({ subjects }: Readonly<Record<string, unknown>>): string[] {
  if (!Array.isArray(subjects)) return [];
  return subjects
    .filter(isFields)
    .filter(({ kind }) => kind === 'Group')
    .map(({ name }) => (typeof name === 'string' ? name : ''));
}
