// The difference of two texts as a person reads it: changed lines with two lines around them.

import { cleanText } from '../foreign-text.ts';

type Line = { readonly sign: ' ' | '+' | '-'; readonly text: string };
const around = 2;

/** Lines that begin with `+`, `-` or a space; `…` stands for what is left out. Long lines are cut, control characters dropped. Empty for equal texts. */
export function diffLines(before: string, after: string): readonly string[] {
  const all = compare(linesOf(before), linesOf(after));
  const isShown = all.map((_, index) =>
    all.slice(Math.max(0, index - around), index + around + 1).some((line) => line.sign !== ' '),
  );
  const shown: string[] = [];
  for (const [index, line] of all.entries()) {
    if (isShown[index]) shown.push(`${line.sign} ${printable(line.text)}`.trimEnd());
    else if (shown.length > 0 && isShown[index - 1]) shown.push('  …');
  }
  return shown.at(-1) === '  …' ? shown.slice(0, -1) : shown;
}

function linesOf(text: string): string[] {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

function printable(line: string): string {
  const [indent = ''] = /^ */.exec(line) ?? [];
  return indent + cleanText(line.slice(indent.length), 120);
}

/** Common beginning and end first; the rest line by line by the longest common part, which is short for our edits. */
function compare(before: readonly string[], after: readonly string[]): Line[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  return [
    ...signed(' ', before.slice(0, head)),
    ...middle(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...signed(' ', before.slice(before.length - tail)),
  ];
}

function signed(sign: Line['sign'], lines: readonly string[]): Line[] {
  return lines.map((text) => ({ sign, text }));
}

/** Greedy: on a difference, the nearest line ahead that both texts have ends it. */
function middle(before: readonly string[], after: readonly string[]): Line[] {
  const lines: Line[] = [];
  let left = 0;
  let right = 0;
  while (left < before.length || right < after.length) {
    if (left < before.length && before[left] === after[right]) {
      lines.push({ sign: ' ', text: before[left]! });
      left++;
      right++;
      continue;
    }
    const [removed, added] = nearestMeeting(before.slice(left), after.slice(right));
    lines.push(
      ...signed('-', before.slice(left, left + removed)),
      ...signed('+', after.slice(right, right + added)),
    );
    left += removed;
    right += added;
  }
  return lines;
}

/** How many lines of each until both go on with the same two lines (one at an end), looking ahead 200 lines. */
function nearestMeeting(before: readonly string[], after: readonly string[]): readonly [number, number] {
  const goesOn = (left: number, right: number): boolean =>
    before[left] !== undefined && before[left] === after[right] && before[left + 1] === after[right + 1];
  for (let distance = 1; distance <= 200; distance++) {
    for (let left = 0; left <= distance; left++) {
      if (goesOn(left, distance - left)) return [left, distance - left];
    }
  }
  return [before.length, after.length];
}
