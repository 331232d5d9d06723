// Snapshots on disk: written whole, for their owner only, since they say who may do what.

import { resolve } from 'node:path';
import { Failure } from '../../failure.ts';
import { cleanText } from '../../foreign-text.ts';
import { parseFields } from '../../json-fields.ts';
import {
  formatSnapshot,
  isSnapshotDocument,
  parseSnapshot,
  type SavedSnapshot,
} from '../../rbac/snapshot-file.ts';
import { fileFailure } from '../files/file-failure.ts';
import { readGivenFileSync } from '../files/given-file.ts';
import { writeOwnFile } from '../files/our-folder.ts';

const maxBytes = 1024 * 1024 * 1024;

/** Fails with `file`; then the file is as it was. */
export async function saveSnapshot(path: string, saved: SavedSnapshot): Promise<void> {
  await writeOwnFile(resolve(path), formatSnapshot(saved));
}

/** Fails with `usage` for what is no snapshot, `file`. */
export function openSnapshot(path: string): SavedSnapshot {
  const document = parseFields(readText(path));
  const saved = parseSnapshot(document);
  if (saved !== undefined) return saved;
  const name = cleanText(path);
  if (isSnapshotDocument(document)) {
    throw new Failure('usage', `${name} is a snapshot of another version of this program, or a part of one`, {
      hint: 'Use that version, or save it anew with --save-snapshot.',
    });
  }
  throw new Failure('usage', `${name} is no snapshot`, {
    hint: 'Make one with --save-snapshot FILE; manifests are read with -f.',
  });
}

function readText(path: string): string {
  try {
    return readGivenFileSync(path, maxBytes).toString('utf8');
  } catch (error) {
    throw fileFailure('could not read', cleanText(path), error);
  }
}
