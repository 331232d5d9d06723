import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { between, cutTo, fitLine, type Line, span, toWidth, widthOf, wrapLine } from '../../src/ui/cells.ts';

const letters = fc.string({
  unit: fc.constantFrom('a', ' ', '-', '開', 'م', 'é', 'e\u0301', '👍', '–'),
  maxLength: 30,
});
const lineWidth = (line: Line) => line.reduce((sum, { text }) => sum + widthOf(text), 0);

describe('a text in a column', () => {
  it('is exactly as wide as the column, whatever letters it has', () => {
    fc.assert(
      fc.property(letters, fc.integer({ min: 2, max: 40 }), (text, width) => {
        expect(widthOf(toWidth(text, width))).toBe(width);
        expect(widthOf(toWidth(text, width, 'end'))).toBe(width);
        expect(widthOf(cutTo(text, width))).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('is followed by a mark where it is right-to-left, so that digits behind it stay in their column', () => {
    expect(toWidth('مطورون', 8)).toBe('مطورون\u200e  ');
    expect(toWidth('devs', 6)).toBe('devs  ');
  });

  it('is cut with an ellipsis, and never through a letter', () => {
    expect([cutTo('oidc:devs', 6), cutTo('開発者', 4), cutTo('開発者', 5)]).toEqual([
      'oidc:…',
      '開…',
      '開発…',
    ]);
  });
});

describe('a line', () => {
  it('is exactly as wide as the screen, and its right end stays', () => {
    expect(lineWidth(fitLine([span('a'.repeat(50)), span('b')], 20))).toBe(20);
    const line = between([span('a long way to here')], [span(' live ')], 12);
    expect(line.map(({ text }) => text).join('')).toBe('a lon… live ');
  });

  it('that is wrapped loses nothing, and fits', () => {
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 4 }), fc.integer({ min: 12, max: 40 }), (texts, width) => {
        const lines = wrapLine(
          texts.map((text) => span(text)),
          width,
        );
        const seen = (all: readonly Line[]) =>
          all
            .flat()
            .map(({ text }) => text)
            .join('')
            .replaceAll(' ', '');
        expect(seen(lines)).toBe(texts.join('').replaceAll(' ', ''));
        for (const each of lines)
          expect(
            lineWidth(each.map((one, at) => (at === each.length - 1 ? span(one.text.trimEnd()) : one))),
          ).toBeLessThanOrEqual(width);
      }),
    );
  });
});
