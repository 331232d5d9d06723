import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanText } from '../src/foreign-text.ts';

const unsafe =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e007f}]/u;
const part = fc.constantFrom(
  ...['\u001b', '\u001b]', '\u001b[', '\u009d', '\u009b', '\u009c', '\u0007', '\\', ']', '[', '0', ';', 'm'],
  ...['a', ' ', '\r', '\n', '\u202e', '\u{e0041}', '\u{1f98a}', '\ud83e'],
);
const hostile = fc.oneof(
  fc.array(part, { maxLength: 60 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary' }),
  fc.tuple(part, fc.integer({ min: 0, max: 9000 }), part).map(([a, n, b]) => a.repeat(n) + b),
);

test('what is left holds no control character and is no longer than asked', () => {
  fc.assert(
    fc.property(hostile, fc.integer({ min: 1, max: 300 }), (text, maxLength) => {
      const cleaned = cleanText(text, maxLength);
      expect(cleaned).not.toMatch(unsafe);
      expect([...cleaned].length).toBeLessThanOrEqual(maxLength);
    }),
    { numRuns: 2000 },
  );
});

// Quadratic work on these takes hours; linear work, milliseconds.
test.each([
  ['C1 operating system commands', '\u009d', '\u001b'],
  ['operating system commands', '\u001b]', '\u001b'],
  ['unfinished sequences', '\u001b[', '\u007f'],
  ['C1 sequences with parameters', '\u009b0 ', '\u007f'],
  ['parameters of one sequence', '0', '\u007f'],
  ['spaces', ' ', 'x'],
  ['line ends', '\r\n', 'x'],
])('a mebibyte of %s is cleaned at once, even where all of it is wanted', (_, unit, end) => {
  const text = `\u009b${unit.repeat(1024 * 1024)}${end}`;
  expect(cleanText(text)).not.toMatch(unsafe);
  expect(cleanText(text, text.length)).not.toMatch(unsafe);
});

test('a text that is cut shows it, even where nothing but escapes was cut', () => {
  expect(cleanText('a'.repeat(300), 10)).toBe(`${'a'.repeat(9)}…`);
  expect(cleanText(`ab${'\u001b[0m'.repeat(10_000)}evil`, 10)).toBe('ab…');
  expect(cleanText('abc', 3)).toBe('abc');
});
