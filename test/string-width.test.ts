import fc from 'fast-check';
import real from 'string-width';
import { expect, it } from 'vitest';
import stringWidth from '../src/string-width.ts';

it.each([
  '',
  'oidc:devs',
  'größe › ● ○ · … ◌',
  '開発者',
  'ｱｶﾞ',
  'مطورون',
  'מפתחים',
  'e\u0301',
  '👩‍👩‍👧',
  '🇩🇪',
  '1️⃣',
  '❤️',
  '☎',
  '한국어',
  'नमस्ते',
  '\u001b[31mred\u001b[39m',
  '\u200b\u200e',
])('measures %j as the package does', (text) => {
  expect(stringWidth(text)).toBe(real(text));
});

it('measures whatever else people may call somebody as the package does', () => {
  const letter = fc.oneof(
    fc.integer({ min: 0x20, max: 0x7e }),
    fc.integer({ min: 0xa0, max: 0x2ff }),
    fc.integer({ min: 0x370, max: 0x6ff }),
    fc.integer({ min: 0x2000, max: 0x27ff }),
    fc.integer({ min: 0x3000, max: 0xd7a3 }),
    fc.integer({ min: 0xff01, max: 0xffdc }),
    fc.integer({ min: 0x1f300, max: 0x1faff }),
  );
  const text = fc.array(letter, { maxLength: 6 }).map((points) => String.fromCodePoint(...points));
  fc.assert(
    fc.property(text, (each) => {
      expect(stringWidth(each)).toBe(real(each));
    }),
    { numRuns: 5000 },
  );
});
