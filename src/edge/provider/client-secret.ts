// The client secret of confidential clients, from its file: never from a flag or a variable, which others can read.

import { readFileSync } from 'node:fs';
import { Failure } from '../../failure.ts';

/** The file's text without surrounding white space; undefined without a file. Fails with `file`. */
export function readClientSecret(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const secret = readText(path).trim();
  if (secret !== '') return secret;
  throw new Failure('file', `the client secret file ${path} is empty`, { hint: 'Write the secret into it.' });
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const errno = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new Failure('file', `could not read the client secret file ${path}`, {
      cause: errno,
      hint: 'Check the path in --client-secret-file and its permissions.',
    });
  }
}
