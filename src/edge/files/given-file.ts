// Files that somebody else names: a kubeconfig's CA, a client secret, a kubeconfig. They are read before anything was
// approved, so whatever stands there must neither hold the command up nor fill its memory. Light: the warm path reads one.

import * as fs from 'node:fs';
import { Failure } from '../../failure.ts';

const { constants } = fs;
const chunkBytes = 64 * 1024;

/**
 * The bytes of an ordinary file, through links too, since people link their secrets. Fails with `usage` for a pipe or
 * device, or above `maxBytes`; what the system says (a folder is EISDIR) is thrown as it came, for the caller's words.
 */
export function readGivenFileSync(path: string, maxBytes: number): Buffer {
  const descriptor = fs.openSync(path, openFlags());
  try {
    const stat = fs.fstatSync(descriptor);
    if (stat.isDirectory()) throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
    if (!stat.isFile()) throw refused(path, 'is not an ordinary file', 'Name a file, no pipe or device.');
    if (stat.size > maxBytes) throw tooLarge(path, maxBytes);
    const bytes = readUpTo(descriptor, maxBytes);
    if (bytes === undefined) throw tooLarge(path, maxBytes);
    return bytes;
  } finally {
    fs.closeSync(descriptor);
  }
}

/** Without O_NONBLOCK the open itself waits for a pipe's writer; O_NOCTTY: a terminal must not become ours. */
function openFlags(): number {
  return constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);
}

/** By reading, not by the size: files below /proc say 0, and a file may grow meanwhile. */
function readUpTo(descriptor: number, maxBytes: number): Buffer | undefined {
  const chunks: Buffer[] = [];
  for (let total = 0; total <= maxBytes; ) {
    const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, maxBytes + 1));
    const length = fs.readSync(descriptor, chunk);
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, length));
    total += length;
  }
  return undefined;
}

function tooLarge(path: string, maxBytes: number): Failure {
  return refused(path, `has more than ${maxBytes} bytes`, 'Name the right file.');
}

function refused(path: string, what: string, hint: string): Failure {
  return new Failure('usage', `${path} ${what}`, { hint });
}
