// File modes where they mean something: Windows shows 0666 for whatever may be written, whatever was asked for.

import { statSync } from 'node:fs';

/** The permission bits that the system shows. */
export function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}

/** What `modeOf` shows of a file or folder that was made with `mode`. */
export function shownMode(mode: number): number {
  return process.platform === 'win32' ? 0o666 : mode;
}
