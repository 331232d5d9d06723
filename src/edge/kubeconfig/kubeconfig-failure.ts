// What the operating system says about a kubeconfig, as one line for the person.

import { dirname } from 'node:path';
import { Failure } from '../../failure.ts';
import { cleanText } from '../../foreign-text.ts';
import { codeOf } from '../files/file-failure.ts';

/** A Failure with code `file` for an error met while doing `attempt` on a path; a Failure goes through as it is. */
export function kubeFileFailure(attempt: string, path: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  const folder = cleanText(dirname(path));
  const hints: Readonly<Record<string, string>> = {
    ENOSPC: 'The disk is full: nothing was changed. Free some space and run it again.',
    EDQUOT: 'Your disk quota is used up: nothing was changed. Free some space and run it again.',
    EROFS: 'The disk is read-only: nothing was changed. Write to another file with --kubeconfig FILE.',
    EACCES: `You may not do that: nothing was changed. Check the owner and mode of ${cleanText(path)} and of ${folder}.`,
    EPERM: `You may not do that: nothing was changed. Check the owner and mode of ${cleanText(path)} and of ${folder}.`,
    EISDIR: 'It is a folder: name a file.',
    ENOTDIR: `${folder} is not a folder.`,
    ELOOP: 'Its links lead in a circle.',
    ENOENT: `There is no such file; check the spelling.`,
  };
  const code = codeOf(error);
  return new Failure('file', `cannot ${attempt} ${cleanText(path)}`, {
    hint: hints[code] ?? `Nothing was changed. Check ${folder} and run it again.`,
    cause: code === '' ? 'no reason given' : code,
  });
}
