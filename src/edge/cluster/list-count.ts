// How many objects of several lists were read, and how many there will be.

import type { ListedPart } from './lists.ts';

type Told = (read: { readonly objects: number; readonly expected: number }) => void;

/** Counts the parts of each list, by its path, and tells the sums. */
export function countedTo(progress: Told | undefined): (what: string, part: ListedPart) => void {
  const read = new Map<string, { objects: number; expected: number }>();
  return (what, { items, remaining }) => {
    const before = read.get(what) ?? { objects: 0, expected: 0 };
    const objects = before.objects + items.length;
    const expected = remaining === undefined ? Math.max(objects, before.expected) : objects + remaining;
    read.set(what, { objects, expected });
    const all = [...read.values()];
    progress?.({
      objects: all.reduce((sum, each) => sum + each.objects, 0),
      expected: all.reduce((sum, each) => sum + each.expected, 0),
    });
  };
}
