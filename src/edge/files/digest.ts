// SHA-256 as a Content-Security-Policy names inline text, and as people compare files.

import { createHash } from 'node:crypto';

/** In base64, of the text in UTF-8 (CSP3, hash-source). */
export function sha256Base64(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

/** In hexadecimal, of the text in UTF-8, as `sha256sum` prints it. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
