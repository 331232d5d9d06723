// What of a review is looked at: a side of it, and what is left out. Every screen and every page takes its rows here.

import type { Grant, Review } from './review.ts';
import { type Pivot, type ReviewRow, rowsBy } from './rows.ts';

export type View = {
  readonly pivot: Pivot;
  /** Words to look for in names, see `matching`; '' for all. */
  readonly text: string;
  /** Only rows with a mark, and those that a role may give one that is not known. */
  readonly risky: boolean;
  /** What counts in this namespace: its own bindings and the cluster's; undefined for all. */
  readonly namespace: string | undefined;
  /** Leaves out what Kubernetes brings for itself, see `isOfSystem`. */
  readonly hidesSystem: boolean;
};

export const wholeView: View = {
  pivot: 'subject',
  text: '',
  risky: false,
  namespace: undefined,
  hidesSystem: false,
};

/** The rows of a view, in the order in which they are shown. `within`: below a row that was entered. */
export function rowsOf(
  review: Review,
  view: View,
  within: readonly Grant[] = review.grants,
): readonly ReviewRow[] {
  const rows = rowsBy(review, view.pivot, grantsIn(view, within));
  return matching(view.risky ? rows.filter(isRisky) : rows, view.text);
}

/** The grants that a view looks at; the same list where it leaves none out. */
export function grantsIn(
  { namespace, hidesSystem }: Pick<View, 'namespace' | 'hidesSystem'>,
  grants: readonly Grant[],
): readonly Grant[] {
  if (namespace === undefined && !hidesSystem) return grants;
  return grants.filter(
    (grant) =>
      (namespace === undefined || grant.place.index === 0 || grant.place.namespace === namespace) &&
      !(hidesSystem && isOfSystem(grant)),
  );
}

/** Whether Kubernetes brings this for its own parts: the binding or its role is named `system:…`. */
export function isOfSystem({ binding, role }: Grant): boolean {
  return binding.name.startsWith('system:') || role.ref.name.startsWith('system:');
}

/** A role that is not known is not taken for harmless. */
export function isRisky({ marks, unknownRoles }: Pick<ReviewRow, 'marks' | 'unknownRoles'>): boolean {
  return marks.length > 0 || unknownRoles > 0;
}

/**
 * The rows in whose name every word is found, letters in order with others between, whatever their case: whole words
 * first, then those with the letters next to each other, then the rest; else in the order given.
 */
export function matching<Row extends { readonly name: string }>(
  rows: readonly Row[],
  text: string,
): readonly Row[] {
  return matcherOf(rows)(text);
}

/** The same for one list and many texts: a text that goes on where the last one ended looks at what that one left. */
export function matcherOf<Row extends { readonly name: string }>(
  rows: readonly Row[],
): (text: string) => readonly Row[] {
  let names: readonly string[] | undefined;
  let last = { text: '', left: undefined as readonly number[] | undefined };
  return (text) => {
    const words = text
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    if (words.length === 0) return rows;
    names ??= rows.map(({ name }) => name.toLowerCase());
    const from = text.startsWith(last.text) ? last.left : undefined;
    const left: number[] = [];
    const found: Row[][] = [[], [], []];
    for (let at = 0; at < (from ?? rows).length; at++) {
      const index = from === undefined ? at : (from[at] ?? 0);
      const rank = worstRank(names[index] ?? '', words);
      const row = rows[index];
      if (rank === unfound || row === undefined) continue;
      left.push(index);
      found[rank]?.push(row);
    }
    last = { text, left };
    return found.flat();
  };
}

const unfound = 3;

function worstRank(name: string, words: readonly string[]): number {
  let worst = 0;
  for (const word of words) {
    const rank = rankOf(name, word);
    if (rank > worst) worst = rank;
    if (worst === unfound) break;
  }
  return worst;
}

function rankOf(name: string, word: string): number {
  const at = name.indexOf(word);
  if (at < 0) return isSpread(name, word) ? 2 : unfound;
  const isBegin = at === 0 || !isLetter(name, at - 1);
  const isEnd = at + word.length === name.length || !isLetter(name, at + word.length);
  return isBegin && isEnd ? 0 : 1;
}

function isLetter(name: string, at: number): boolean {
  const code = name.charCodeAt(at);
  if (code > 127) return /[\p{L}\p{N}]/u.test(name.charAt(at));
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57);
}

/** By units of UTF-16, of which a rare letter has two. Asked for every row at every key. */
function isSpread(name: string, word: string): boolean {
  let found = 0;
  for (let at = 0; at < name.length && found < word.length; at++) {
    if (name.charCodeAt(at) === word.charCodeAt(found)) found++;
  }
  return found === word.length;
}
