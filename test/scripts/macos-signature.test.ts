import { expect, test } from 'vitest';
import { codesignWords, signedMachO } from '../../scripts/archives/macos-signature.ts';

test('without an identity the program alone is signed, ad hoc', () => {
  for (const none of [undefined, '']) {
    expect(codesignWords('program', none)?.slice(-2)).toEqual(['--sign', '-']);
    expect(codesignWords('library', none)).toBeUndefined();
  }
});

test('with an identity both are signed for notarisation: hardened, with a time stamp', () => {
  for (const kind of ['program', 'library'] as const) {
    const words = codesignWords(kind, 'Developer ID Application: Example')?.join(' ');
    expect(words).toContain('--timestamp --options runtime --sign Developer ID Application: Example');
    expect(words?.includes('--entitlements')).toBe(kind === 'program');
  }
});

test('a library without an identity keeps its bytes', async () => {
  const content = Buffer.from('as its makers signed it');
  expect(await signedMachO(content, 'library')).toBe(content);
});
