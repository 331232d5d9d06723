// Adds up what the runners say into the one line at the end of ./scripts/test.

/** What one runner counted. Skipped tests are failures: nothing is skipped here. */
export type Tally = { readonly passed: number; readonly failed: number };

export const nothing: Tally = { passed: 0, failed: 0 };

export function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (total, each) => ({ passed: total.passed + each.passed, failed: total.failed + each.failed }),
    nothing,
  );
}

/** The line that ends a run, exactly. */
export function formatTally({ passed, failed }: Tally): string {
  return `${passed} passed, ${failed} failed`;
}

/** 0 only when something ran and nothing failed. */
export function exitStatusOf({ passed, failed }: Tally): 0 | 1 {
  return failed === 0 && passed > 0 ? 0 : 1;
}

/**
 * Counts of vitest's JSON report; `ok` is whether the runner itself ended well. A file that could not be loaded has
 * no tests to count, and an error outside of any test neither: then the run counts as one failure at least.
 */
export function tallyOfVitest(report: unknown, ok: boolean): Tally {
  const counts = numbersOf(report);
  const passed = counts.numPassedTests ?? 0;
  const notRun = (counts.numPendingTests ?? 0) + (counts.numTodoTests ?? 0);
  const failed = (counts.numFailedTests ?? 0) + notRun + suitesWithoutTests(report);
  const isSilentFailure = failed === 0 && (!ok || passed === 0);
  return { passed, failed: isSilentFailure ? 1 : failed };
}

/** Counts of `go test -json`: its tests, subtests not counted again; `ok` as above. */
export function tallyOfGo(output: string, ok: boolean): Tally {
  const count = (action: string): number =>
    output.split('\n').filter((line) => line.includes(`"Action":"${action}"`) && /"Test":"[^"/]+"/.test(line))
      .length;
  const passed = count('pass');
  const failed = count('fail') + count('skip');
  return { passed, failed: failed === 0 && (!ok || passed === 0) ? 1 : failed };
}

function numbersOf(report: unknown): Readonly<Record<string, number>> {
  if (typeof report !== 'object' || report === null) return {};
  return Object.fromEntries(Object.entries(report).filter(([, value]) => typeof value === 'number'));
}

function suitesWithoutTests(report: unknown): number {
  if (typeof report !== 'object' || report === null || !('testResults' in report)) return 0;
  const suites: readonly unknown[] = Array.isArray(report.testResults) ? report.testResults : [];
  return suites.filter(
    (suite) =>
      typeof suite === 'object' &&
      suite !== null &&
      'status' in suite &&
      suite.status === 'failed' &&
      'assertionResults' in suite &&
      Array.isArray(suite.assertionResults) &&
      suite.assertionResults.length === 0,
  ).length;
}
