// What the operating system says about a file, as one line for the person.

import { dirname } from 'node:path';
import { Failure } from '../../failure.ts';

/** The errno name of a foreign error, '' where it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** What went wrong with a path, in words that say what to do; a Failure goes through as it is. */
export function fileFailure(attempt: string, path: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  const code = codeOf(error);
  const hints: Readonly<Record<string, string>> = {
    ENOSPC: 'The disk is full: free some space and run it again.',
    EDQUOT: 'Your disk quota is used up: free some space and run it again.',
    EROFS: 'The disk is read-only: set KUBECTL_OIDC_HOME to a folder that can be written.',
    EACCES: `You may not do that: check the owner and mode of ${dirname(path)}.`,
    EPERM: `You may not do that: check the owner and mode of ${dirname(path)}.`,
    ENOENT: 'Check the path: there is no such file.',
    EISDIR: 'That is a folder: give the file itself.',
    ENOTDIR: `${dirname(path)} is not a folder: move what is in its place away.`,
  };
  return new Failure('file', `${attempt} ${path}`, {
    hint: hints[code] ?? `Check ${dirname(path)} and run it again.`,
    cause: code === '' ? 'no reason given' : code,
  });
}
