// Words that several commands say about a login.

import type { StorePlace } from './token.ts';

/** Where tokens are kept, as the end of a sentence. */
export const placeWords = {
  keychain: 'the OS keychain',
  file: 'a file that only you can read',
} as const satisfies Record<StorePlace, string>;

/** Lines of a name and a value each, below a heading. */
export function describeRows(rows: readonly (readonly [name: string, value: string])[]): string {
  return rows.map(([name, value]) => `  ${name.padEnd(9)} ${value}\n`).join('');
}
