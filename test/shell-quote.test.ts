import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shellQuoted, shellWords } from '../src/shell-quote.ts';

it('words that were quoted are the same words again', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (words) => {
      expect(shellWords(words.map((word) => (word === '' ? "''" : shellQuoted(word))).join(' '))).toEqual(
        words,
      );
    }),
  );
});

it.each([
  ['--group devs  -n shop ', ['--group', 'devs', '-n', 'shop']],
  [
    '--rule \'get,list pods\' --reason "it\'s \\"so\\""',
    ['--rule', 'get,list pods', '--reason', 'it\'s "so"'],
  ],
  ['a\\ b --groups-prefix=', ['a b', '--groups-prefix=']],
  ['$(touch ran) `id`', ['$(touch', 'ran)', '`id`']],
  ["--group 'open", undefined],
  ['"open', undefined],
  ['', []],
])('%j is the words %j', (line, words) => {
  expect(shellWords(line)).toEqual(words);
});
