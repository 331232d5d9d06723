// `review --sign-off FILE`: every grant, one by one, decided by a person who stands for it.

import type { Host } from '../host.ts';
import { describeSignOff, type SignOffOutcome } from '../review/sign-off-outcome.ts';
import { parseSignOffRequest, type SignOffRequest } from '../review/sign-off-request.ts';
import { runSignOff, type SignOffDeps } from '../review/sign-off-run.ts';
import type { TypedWords } from '../typed-words.ts';

/** Words → request. Fails with `usage`. */
export function parse(words: TypedWords): SignOffRequest {
  return parseSignOffRequest(words);
}

/** Fails as `runSignOff` does. */
export function run(request: SignOffRequest, deps: SignOffDeps): Promise<SignOffOutcome> {
  return runSignOff(request, deps);
}

/** The text for stdout. */
export function describe(outcome: SignOffOutcome): string {
  return describeSignOff(outcome);
}

/** The real parts. */
export async function realDeps(host: Host): Promise<SignOffDeps> {
  const { openAccess } = await import('../edge/access/open-access.ts');
  const { absolutePath, openSignOffFile } = await import('../edge/access/sign-off-files.ts');
  const { conversationAt } = await import('../edge/person/typed-lines.ts');
  const { sha256Hex } = await import('../edge/files/digest.ts');
  return {
    ...conversationAt(host),
    open: (where) => openAccess(where, host),
    openFile: openSignOffFile,
    absolutePath,
    signal: host.signal,
    now: host.now,
    digest: sha256Hex,
  };
}
