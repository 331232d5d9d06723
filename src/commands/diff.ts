// `diff`: what people may do after and could not before, and the other way round: permissions, not text.

import { Failure } from '../failure.ts';
import type { Host } from '../host.ts';
import { type DiffSide, parseDiffSide } from '../rbac/diff-side.ts';
import { diffDocument, diffMarkdown, diffText } from '../rbac/diff-words.ts';
import { type PermissionDiff, permissionDiff } from '../rbac/permission-diff.ts';
import type { Snapshot } from '../rbac/snapshot.ts';
import { whereOptions } from '../rbac/where-words.ts';
import { choiceOf, type TypedWords, textOf, textsOf } from '../typed-words.ts';

export const options = {
  output: {
    alias: 'o',
    type: 'string',
    completes: ['text', 'json', 'markdown'],
    describe: 'text (default), json, or markdown for a pull request',
  },
  'exit-code': { type: 'boolean', describe: 'end with 1 where there is a difference, or may be one' },
  stock: {
    type: 'boolean',
    describe: 'add the roles and bindings that Kubernetes brings by itself to manifests, on both sides',
  },
  kubeconfig: whereOptions.kubeconfig,
} as const;

export const positionals = [
  { name: 'before', completes: 'file' },
  { name: 'after', completes: 'file' },
] as const;

export type DiffRequest = {
  readonly before: DiffSide;
  readonly after: DiffSide;
  readonly kubeconfig: string | undefined;
  readonly stock: boolean;
  readonly exitCode: boolean;
  readonly output: 'text' | 'json' | 'markdown';
};

/** Words → request. Fails with `usage`. */
export function parse(words: TypedWords): DiffRequest {
  const [before, after] = ['before', 'after'].flatMap((word) => textsOf(words, word)).map(parseDiffSide);
  if (before === undefined || after === undefined)
    throw new Failure('usage', 'two sides are compared', { hint: 'Write diff BEFORE AFTER.' });
  if ([before, after].every((side) => side.kind === 'path' && side.path === '-'))
    throw new Failure('usage', 'stdin was named twice', { hint: 'Write "-" for one side.' });
  return {
    before,
    after,
    kubeconfig: textOf(words, 'kubeconfig'),
    stock: words.stock === true,
    exitCode: words['exit-code'] === true,
    output: choiceOf(words, 'output', ['text', 'json', 'markdown']),
  };
}

export type DiffDeps = {
  readonly readSide: (side: DiffSide, wish: Pick<DiffRequest, 'kubeconfig' | 'stock'>) => Promise<Snapshot>;
};

/** Reads both sides, one after the other: two clusters may each ask for a sign-in. */
export async function run(request: DiffRequest, deps: DiffDeps): Promise<PermissionDiff> {
  const before = await deps.readSide(request.before, request);
  const after = await deps.readSide(request.after, request);
  return permissionDiff(before, after);
}

/** Blocks for people, `kind: AccessDiff`, or a table for a pull request. */
export function describe(diff: PermissionDiff, { output }: Pick<DiffRequest, 'output'>): string {
  if (output === 'json') return diffDocument(diff);
  return output === 'markdown' ? diffMarkdown(diff) : diffText(diff);
}

/** Fails with `no`, without another word, where that was wished and there is a difference, or may be one. */
export function insistOnSame(
  { subjects, complete }: PermissionDiff,
  { exitCode }: Pick<DiffRequest, 'exitCode'>,
): void {
  if (exitCode && (subjects.length > 0 || !complete)) throw new Failure('no', '');
}

/** The real parts. */
export async function realDeps(host: Host): Promise<DiffDeps> {
  const { readSide } = await import('../edge/access/diff-side.ts');
  return { readSide: (side, wish) => readSide(side, wish, host) };
}
