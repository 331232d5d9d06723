import { describe, expect, it, test } from 'vitest';
import { exitStatusOf, formatTally, sum, tallyOfGo, tallyOfVitest } from '../../scripts/tally.ts';

test('the last line is the sum over all runners, exactly', () => {
  const total = sum([
    { passed: 1, failed: 0 },
    { passed: 0, failed: 1 },
    { passed: 212, failed: 3 },
  ]);
  expect(formatTally(total)).toBe('213 passed, 4 failed');
});

test('a run in which nothing ran is a failed run', () => {
  expect(exitStatusOf(sum([]))).toBe(1);
  expect(exitStatusOf({ passed: 3, failed: 0 })).toBe(0);
  expect(exitStatusOf({ passed: 3, failed: 1 })).toBe(1);
});

test.each([
  ['all passed', { numPassedTests: 5, numFailedTests: 0 }, true, { passed: 5, failed: 0 }],
  ['a failure', { numPassedTests: 5, numFailedTests: 2 }, false, { passed: 5, failed: 2 }],
  [
    'a skipped test counts as failed',
    { numPassedTests: 5, numPendingTests: 1 },
    true,
    { passed: 5, failed: 1 },
  ],
  ['a todo counts as failed', { numPassedTests: 5, numTodoTests: 1 }, true, { passed: 5, failed: 1 }],
  [
    'a file that could not be loaded counts as failed',
    { numPassedTests: 5, testResults: [{ status: 'failed', assertionResults: [] }] },
    false,
    { passed: 5, failed: 1 },
  ],
  ['an error outside of any test', { numPassedTests: 5 }, false, { passed: 5, failed: 1 }],
  ['no test at all', { numPassedTests: 0 }, true, { passed: 0, failed: 1 }],
  ['no report', null, false, { passed: 0, failed: 1 }],
])('counts of the test runner: %s', (_name, report, ok, tally) => {
  expect(tallyOfVitest(report, ok)).toEqual(tally);
});

describe('go test', () => {
  const line = (action: string, name: string) => `{"Action":"${action}","Package":"p","Test":"${name}"}`;

  it('is counted by its tests, not by their parts, and a skipped one is a failed one', () => {
    const output = [
      line('pass', 'TestA'),
      line('pass', 'TestA/part'),
      line('skip', 'TestB'),
      '{"Action":"pass","Package":"p"}',
    ];
    expect(tallyOfGo(output.join('\n'), true)).toEqual({ passed: 1, failed: 1 });
  });

  it('that ran nothing, or ended badly, is a failure', () => {
    expect(tallyOfGo('', true)).toEqual({ passed: 0, failed: 1 });
    expect(tallyOfGo(line('pass', 'TestA'), false)).toEqual({ passed: 1, failed: 1 });
  });
});
