// The client secret of confidential clients, from its file: never from a flag or a variable, which others can read.

import { Failure } from '../../failure.ts';
import { codeOf } from '../files/file-failure.ts';
import { readGivenFileSync } from '../files/given-file.ts';

const maxBytes = 1024;

/**
 * The one line that the file holds, without white space around it; undefined without a file. Fails with `file`, or
 * `usage` for anything else than one short line: the secret is sent to the issuer, and a private key must not be.
 */
export function readClientSecret(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const secret = readText(path).trim();
  if (secret === '')
    throw new Failure('file', `the client secret file ${path} is empty`, {
      hint: 'Write the secret into it.',
    });
  if (!/[\p{Cc}\u2028\u2029\ufffd]/u.test(secret)) return secret;
  throw new Failure('usage', `the client secret file ${path} holds more than one line of text`, {
    hint: 'It must hold the client secret alone.',
  });
}

function readText(path: string): string {
  try {
    return readGivenFileSync(path, maxBytes).toString('utf8');
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('file', `could not read the client secret file ${path}`, {
      cause: codeOf(error) || 'unknown error',
      hint: 'Check the path in --client-secret-file and its permissions.',
    });
  }
}
