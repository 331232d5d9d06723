import { expect, it } from 'vitest';
import { numberWords } from '../src/number-words.ts';

it('large numbers are grouped', () => {
  expect([0, 999, 1000, 75_423, 1_234_567].map(numberWords)).toEqual([
    '0',
    '999',
    '1,000',
    '75,423',
    '1,234,567',
  ]);
});
