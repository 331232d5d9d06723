// SHA-256 as a Content-Security-Policy names inline text.

import { createHash } from 'node:crypto';

/** In base64, of the text in UTF-8 (CSP3, hash-source). */
export function sha256Base64(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
