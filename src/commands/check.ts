// `check`: access as tests: who must be able to do what, and who must not, from files, against a cluster or manifests.

import { Failure } from '../failure.ts';
import type { Host } from '../host.ts';
import { accessOf } from '../rbac/access.ts';
import type { AccessSource } from '../rbac/access-source.ts';
import { type Check, runChecks } from '../rbac/checks.ts';
import { checksDocument, checksJunit, checksText, type PlacedResult } from '../rbac/checks-words.ts';
import { parseWhere, type Where, whereOptions } from '../rbac/where-words.ts';
import type { Scope } from '../rbac/who-can.ts';
import { choiceOf, type TypedWords, textsOf } from '../typed-words.ts';

export const options = {
  output: {
    alias: 'o',
    type: 'string',
    completes: ['table', 'wide', 'json', 'junit'],
    describe: 'table (default: what does not hold), wide (every check), json or junit',
  },
  ...whereOptions,
} as const;

export const positionals = [{ name: 'files', completes: 'file', many: true }] as const;

export type CheckRequest = {
  readonly files: readonly string[];
  readonly where: Where;
  readonly output: 'table' | 'wide' | 'json' | 'junit';
};

/** Words → request. Fails with `usage`. */
export function parse(words: TypedWords): CheckRequest {
  const files = textsOf(words, 'files');
  if (files.length === 0)
    throw new Failure('usage', 'no file of checks was named', { hint: 'Write check FILE.' });
  return {
    files,
    where: parseWhere(words),
    output: choiceOf(words, 'output', ['table', 'wide', 'json', 'junit']),
  };
}

/** A file's checks; `placeOf` says where one of them stands. */
export type ChecksFile = { readonly checks: readonly Check[]; readonly placeOf: (index: number) => string };

export type CheckDeps = {
  readonly open: (where: Where) => Promise<AccessSource>;
  /** Fails with `usage`, naming file, line and column; `file`. */
  readonly readChecks: (files: readonly string[]) => Promise<readonly ChecksFile[]>;
};

/** Reads what the checks need, once, and runs them all. */
export async function run(request: CheckRequest, deps: CheckDeps): Promise<readonly PlacedResult[]> {
  const files = await deps.readChecks(request.files);
  const source = await deps.open(request.where);
  const scope = scopeOf(files.flatMap(({ checks }) => checks));
  const [, snapshot] = await Promise.all([
    source.discovery((known) => known.resources.length > 0),
    source.read({ scope, namespaces: false }),
  ]);
  const access = accessOf(snapshot);
  return files.flatMap(({ checks, placeOf }) =>
    runChecks(access, checks).map((result, index) => ({ ...result, place: placeOf(index) })),
  );
}

/** The namespaces that have to be read: none, one, or all. */
function scopeOf(checks: readonly Check[]): Scope {
  const namespaces = new Set(checks.map(({ asked }) => (asked.kind === 'resource' ? asked.namespace : '')));
  namespaces.delete('');
  const [namespace, other] = namespaces;
  if (namespace === undefined) return { kind: 'cluster' };
  return other === undefined ? { kind: 'namespace', namespace } : { kind: 'all' };
}

/** What does not hold, for people; all of it for scripts and CI. */
export function describe(results: readonly PlacedResult[], { output }: Pick<CheckRequest, 'output'>): string {
  if (output === 'json') return checksDocument(results);
  return output === 'junit' ? checksJunit(results) : checksText(results, output);
}

/** Fails with `no`, without another word, where a check does not hold or is not certain. */
export function insistOnAll(results: readonly PlacedResult[]): void {
  if (results.some(({ result }) => result !== 'pass')) throw new Failure('no', '');
}

/** The real parts. */
export async function realDeps(host: Host): Promise<CheckDeps> {
  const { openAccess } = await import('../edge/access/open-access.ts');
  const { readChecks } = await import('../edge/access/checks-file.ts');
  return { open: (where) => openAccess(where, host), readChecks: (files) => readChecks(files, host) };
}
