// `review`: who can do what, looked at from four sides: as a table, as documents, as a page to keep.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import type { Host } from '../host.ts';
import { counted } from '../number-words.ts';
import type { AccessSource } from '../rbac/access-source.ts';
import type { Subject } from '../rbac/subject.ts';
import type { LiveWhere, Where } from '../rbac/where-words.ts';
import { exportOptions } from '../review/export-request.ts';
import { readReview } from '../review/read-review.ts';
import { parseReview, type ReviewRequest, reviewOptions } from '../review/review-request.ts';
import type { FailedCluster, Reviewed, ReviewedCluster } from '../review/reviewed.ts';
import { signOffOptions } from '../review/sign-off-request.ts';
import type { TypedWords } from '../typed-words.ts';

export const options = { ...reviewOptions, ...signOffOptions, ...exportOptions } as const;

export const positionals = [{ name: 'subject' }] as const;

/** Words → request. Fails with `usage`. */
export function parse(words: TypedWords): ReviewRequest {
  return parseReview(words);
}

/**
 * Whether it may be shown as a screen: one place, and no other form was asked for. What oneself may do is not: without
 * rights to list bindings the API server itself has to be asked, and lists rules that no binding is seen for.
 */
export function isToLookAt(request: ReviewRequest): request is ReviewRequest & ScreenRequest {
  const { output, contexts, whom } = request;
  return output === undefined && contexts === undefined && whom?.kind !== 'me';
}

type ScreenRequest = { readonly whom: Subject | undefined };

export type ReviewDeps = {
  readonly open: (where: Where) => Promise<AccessSource>;
  /** The names of the contexts that the kubeconfig has. Fails with `usage`, `file`. */
  readonly contextNames: (kubeconfig: string | undefined) => Promise<readonly string[]>;
  readonly now: () => number;
  /** SHA-256 of a text (UTF-8) in base64. */
  readonly digest: (text: string) => string;
};

/** Reads the place, or every context at the same time: then one that fails is an outcome. Fails as reading does. */
export async function run(request: ReviewRequest, deps: ReviewDeps): Promise<Reviewed> {
  const { view, contexts, where } = request;
  const clusters =
    contexts === undefined || where.kind !== 'live'
      ? [await readReview(request, await deps.open(where))]
      : await readContexts(request, where, deps);
  return { readAt: deps.now(), view, isOfMany: contexts !== undefined, clusters };
}

async function readContexts(
  request: ReviewRequest,
  where: LiveWhere,
  deps: ReviewDeps,
): Promise<readonly ReviewedCluster[]> {
  const { contexts } = request;
  const names = Array.isArray(contexts) ? contexts : await deps.contextNames(where.kubeconfig);
  return Promise.all(
    names.map(async (context): Promise<ReviewedCluster> => {
      try {
        return { ...(await readReview(request, await deps.open({ ...where, context }))), context };
      } catch (error) {
        return failed(context, error);
      }
    }),
  );
}

/** What is no Failure is a bug: it ends the command. */
function failed(context: string, error: unknown): FailedCluster {
  if (!(error instanceof Failure) || error.code === 'cancelled') throw error;
  return { kind: 'failed', context, message: cleanText(error.message), hint: cleanText(error.hint ?? '') };
}

/** Text for stdout, in parts: of a large cluster a document has megabytes. */
export async function describe(
  reviewed: Reviewed,
  request: Pick<ReviewRequest, 'output'>,
  deps: Pick<ReviewDeps, 'digest'>,
): Promise<Iterable<string>> {
  const { inChunks } = await import('../report/chunks.ts');
  return inChunks(await partsOf(reviewed, request, deps));
}

async function partsOf(
  reviewed: Reviewed,
  { output }: Pick<ReviewRequest, 'output'>,
  { digest }: Pick<ReviewDeps, 'digest'>,
): Promise<Iterable<string>> {
  switch (output ?? 'table') {
    case 'table':
      return [(await import('../report/report-table.ts')).reportTable(reviewed)];
    case 'json':
      return (await import('../report/report-json.ts')).reportJson(reviewed);
    case 'ndjson':
      return (await import('../report/report-json.ts')).reportNdjson(reviewed);
    case 'csv':
      return (await import('../report/report-csv.ts')).reportCsv(reviewed);
    case 'markdown':
      return [(await import('../report/report-markdown.ts')).reportMarkdown(reviewed)];
    case 'html':
      return (await import('../report/report-page.ts')).reportPage(reviewed, digest);
  }
}

/** Fails with `cluster` where one of several could not be read: what was read is said by then. */
export function insistOnAll({ clusters }: Reviewed): void {
  const missing = clusters.filter((each) => each.kind === 'failed');
  const [first] = missing;
  if (first === undefined) return;
  throw new Failure(
    'cluster',
    `${missing.length} of ${counted(clusters.length, 'context')} could not be read: ${cleanText(first.context)}: ${first.message}`,
    {
      ...(first.hint !== '' && { hint: first.hint }),
    },
  );
}

/** The real parts. */
export async function realDeps(host: Host): Promise<ReviewDeps> {
  const { openAccess } = await import('../edge/access/open-access.ts');
  const { readKubeconfig } = await import('../edge/kubeconfig/kubeconfig.ts');
  const { sha256Base64 } = await import('../edge/files/digest.ts');
  return {
    open: (where) => openAccess(where, host),
    contextNames: async (file) => {
      const { contexts } = await readKubeconfig({ file, environment: host.environment });
      return contexts.map(({ name }) => name);
    },
    now: host.now,
    digest: sha256Base64,
  };
}
