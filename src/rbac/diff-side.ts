// One side of a comparison, as people name it: a cluster, a folder at a git revision, a snapshot, manifests.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';

export type DiffSide =
  | { readonly kind: 'context'; readonly context: string }
  | { readonly kind: 'git'; readonly revision: string; readonly folder: string }
  /** A snapshot, manifests, or a folder of them. */
  | { readonly kind: 'path'; readonly path: string };

/** `context:prod`, `git:main:rbac/`, a path; `./context:x` is a path. Fails with `usage`. */
export function parseDiffSide(word: string): DiffSide {
  if (word.startsWith('context:')) {
    const context = word.slice('context:'.length);
    if (context !== '') return { kind: 'context', context };
    throw new Failure('usage', '"context:" names no context', { hint: 'Write context:NAME.' });
  }
  return word.startsWith('git:') ? parseGitSide(word) : { kind: 'path', path: word };
}

function parseGitSide(word: string): DiffSide {
  const [, revision = '', ...folder] = word.split(':');
  if (revision === '' || folder.length === 0) {
    throw new Failure('usage', `"${cleanText(word, 80)}" is no folder at a revision`, {
      hint: 'Write git:REVISION:FOLDER, e.g. git:main:rbac; the folder counts from where you are.',
    });
  }
  // git would take it for a flag.
  if (revision.startsWith('-')) {
    throw new Failure('usage', `"${cleanText(revision, 80)}" is no revision`, {
      hint: 'A revision begins with no dash.',
    });
  }
  return { kind: 'git', revision, folder: folder.join(':') || '.' };
}
