// The claims that a question is about: an ID token's, or a JSON file of them. Nothing of it is sent anywhere.

import { Failure } from '../../failure.ts';
import { cleanText } from '../../foreign-text.ts';
import { parseFields } from '../../json-fields.ts';
import { decodeIdToken } from '../../oidc/claims.ts';
import { fileFailure } from '../files/file-failure.ts';
import { readGivenFileSync } from '../files/given-file.ts';

const maxBytes = 1024 * 1024;

/** The signature is not checked: who may do what with such claims is asked, not who signed them. Fails with `usage`, `file`. */
export function readClaims({
  kind,
  path,
}: {
  readonly kind: 'token' | 'claims';
  readonly path: string;
}): Readonly<Record<string, unknown>> {
  const text = readText(path).trim();
  const claims = kind === 'claims' ? parseFields(text) : decoded(text);
  if (claims !== undefined) return claims;
  const what = kind === 'claims' ? 'JSON object of claims' : 'ID token';
  throw new Failure('usage', `${cleanText(path)} holds no ${what}`, {
    hint:
      kind === 'claims'
        ? 'It should read like {"sub": "ann", "groups": ["devs"]}.'
        : 'It has three parts with dots between them.',
  });
}

function decoded(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return decodeIdToken(text);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

function readText(path: string): string {
  try {
    return readGivenFileSync(path, maxBytes).toString('utf8');
  } catch (error) {
    throw fileFailure('could not read', cleanText(path), error);
  }
}
