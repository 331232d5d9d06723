// Names that a cluster told within the last minute, so that a row of TABs asks it once. No secret: namespaces and
// names of groups, in a file of our folder that only the person may read.

import { join } from 'node:path';
import { isFields, parseFields } from '../../json-fields.ts';
import { judgeFolder, readOwnFileSync, writeOwnFile } from '../files/our-folder.ts';
import type { ClusterNameKind } from './cluster-list.ts';

/** `server` tells clusters apart, CA and proxy included; `now` in epoch seconds. */
export type NoteAbout = { readonly kind: ClusterNameKind; readonly server: string; readonly now: number };

type Note = {
  readonly kind: string;
  readonly server: string;
  readonly notedAt: number;
  readonly names: readonly string[];
};

const keptSeconds = 60;
const maxNames = 20_000;

/** undefined where nothing was noted, or too long ago. Fails with `refused`, `file` on a planted file. */
export function rememberedNames(folder: string, about: NoteAbout): readonly string[] | undefined {
  return readNotes(folder, about.now).find((note) => isAbout(note, about))?.names;
}

/** Where our folder is not there yet nothing is noted: a TAB makes none. Fails with `refused`, `file`. */
export async function rememberNames(
  folder: string,
  about: NoteAbout,
  names: readonly string[],
): Promise<void> {
  if (names.length > maxNames || judgeFolder(folder) === 'absent') return;
  const { kind, server, now } = about;
  const others = readNotes(folder, now).filter((note) => !isAbout(note, about));
  const notes: readonly Note[] = [...others, { kind, server, notedAt: now, names }];
  await writeOwnFile(notesPath(folder), JSON.stringify({ version: 1, notes }));
}

function readNotes(folder: string, now: number): readonly Note[] {
  if (judgeFolder(folder) === 'absent') return [];
  const { version, notes } = parseFields(readOwnFileSync(notesPath(folder)) ?? '') ?? {};
  if (version !== 1 || !Array.isArray(notes)) return [];
  return notes.filter(isNote).filter(({ notedAt }) => notedAt <= now && now - notedAt < keptSeconds);
}

function notesPath(folder: string): string {
  return join(folder, 'completion.json');
}

function isAbout(note: Note, { kind, server }: NoteAbout): boolean {
  return note.kind === kind && note.server === server;
}

function isNote(value: unknown): value is Note {
  if (!isFields(value) || typeof value.kind !== 'string' || typeof value.server !== 'string') return false;
  const { notedAt, names } = value;
  return (
    typeof notedAt === 'number' && Array.isArray(names) && names.every((name) => typeof name === 'string')
  );
}
