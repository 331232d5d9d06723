// Files of checks, parsed, with the place of each.

import { Failure } from '../../failure.ts';
import { cleanText } from '../../foreign-text.ts';
import type { Host } from '../../host.ts';
import { type Check, checksIn } from '../../rbac/checks.ts';
import { manifestTexts } from './manifest-files.ts';
import { documentsIn } from './manifests.ts';

export type ChecksFile = { readonly checks: readonly Check[]; readonly placeOf: (index: number) => string };

/** Several documents in a file are several files of checks. Fails with `usage`, naming file, line and column; `file`. */
export async function readChecks(
  paths: readonly string[],
  host: Pick<Host, 'stdin'>,
): Promise<readonly ChecksFile[]> {
  const files: ChecksFile[] = [];
  for await (const { name, text } of manifestTexts(paths, host)) {
    for (const { value, failure, lineOf } of documentsIn(name, text)) {
      if (value === null || value === undefined) continue;
      const read = checksIn(value);
      if (read.kind === 'problem') throw failure(read.path, read.why);
      const placeOf = (index: number): string => placeIn(cleanText(name), lineOf(['checks', index]), index);
      files.push({ checks: read.checks, placeOf });
    }
  }
  if (files.length > 0) return files;
  throw new Failure('usage', `${cleanText(paths.join(', '))} holds no checks`, {
    hint: 'It should begin with "apiVersion: kubectl-oidc/v1" and "kind: AccessChecks".',
  });
}

function placeIn(name: string, line: number | undefined, index: number): string {
  return line === undefined ? `${name} check ${index + 1}` : `${name}:${line}`;
}
