import { expect, test } from 'vitest';
import { withSection } from '../../scripts/bench/page.ts';
import { lineOf, pageOf } from '../../scripts/bench/report.ts';
import { compared, median, type Row, verdictOn } from '../../scripts/bench/row.ts';
import { thoseThatWaited } from '../../scripts/bench/waiting.ts';
import { replacementsIn } from '../../scripts/parts/go-peer.ts';

const fast: Row = compared(
  { figure: 'hit, against `peer`', bar: 0.4 },
  { title: 'front', ms: [2, 1, 30] },
  { title: 'peer', ms: [10, 5, 7, 400] },
);
const tooMany: Row = { kind: 'count', figure: 'refreshes', bar: 1, count: 2, words: '1 to 2 in 9 trials' };
const missing: Row = { kind: 'missing', figure: 'against kubelogin', bar: 2, why: 'no kubelogin here' };

test('the median is the one in the middle, or between the two there', () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([7]), median([])]).toEqual([2, 2.5, 7, Number.NaN]);
});

test('a figure is held up to its bar, the bar included, and one that lacks a part is neither held nor missed', () => {
  expect([fast, tooMany, missing].map(verdictOn)).toEqual(['held', 'MISSED', 'not measured']);
  const same = [5, 5];
  const equal = compared({ figure: '', bar: 1 }, { title: '', ms: same }, { title: '', ms: same });
  const slower = compared({ figure: '', bar: 1 }, { title: '', ms: [5.01] }, { title: '', ms: same });
  expect([equal, slower, { ...slower, bar: undefined }].map(verdictOn)).toEqual(['held', 'MISSED', 'no bar']);
});

test('a measurement without a single call is no held bar', () => {
  const empty = compared({ figure: '', bar: 1 }, { title: '', ms: undefined }, { title: '', ms: [1] });
  expect(verdictOn(empty)).toBe('MISSED');
});

test('a row tells the ratio of the medians, the bar and the medians', () => {
  expect(lineOf(fast)).toBe(
    'held         0.24 x   ≤ 0.4 x  hit, against `peer` (front 2.00 ms, peer 8.50 ms)',
  );
  expect(lineOf(missing)).toContain('against kubelogin (no kubelogin here)');
});

test('the page has a row for every figure, what the machine is, and the day', () => {
  const page = pageOf([fast, tooMany, missing], ['2 cores', 'Linux 6.1'], '2026-01-31');
  const rows = page.split('\n').filter((line) => line.startsWith('|'));
  expect(rows.slice(2)).toEqual([
    '| hit, against `peer` | ≤ 0.4 x | 0.24 x | front 2.00 ms, peer 8.50 ms | held |',
    '| refreshes | ≤ 1 | 2 | 1 to 2 in 9 trials | MISSED |',
    '| against kubelogin | ≤ 2 x |  | no kubelogin here | not measured |',
  ]);
  expect(page).toContain('- Linux 6.1\n');
  expect(page).toContain('on 2026-01-31');
});

test('a call waited when the provider answered meanwhile and it took that much longer than the others', () => {
  const provider = { askedMs: [1000, 5000], delayMs: 300 };
  const isFast = [900, 960] as const;
  const besideARefresh = [1250, 1330] as const;
  const readsTheNewToken = [1290, 1500] as const;
  const waited = [4950, 5400] as const;
  const slowByItself = [7000, 9000] as const;
  const others = [isFast, besideARefresh, readsTheNewToken, slowByItself];
  expect(thoseThatWaited(others, provider)).toEqual([]);
  expect(thoseThatWaited([...others, waited], provider)).toEqual([450]);
});

test('a section of the page is put in place of the one before, and the others stay as they are', () => {
  const page = '# Performance\n\nof logins\n\n## Machine\n\nthis one\n';
  const added = withSection(page, 'Access', '# Access\n\nold\n');
  expect(added).toBe(`${page}\n# Access\n\nold\n`);
  expect(withSection(added, 'Access', '# Access\n\nnew')).toBe(`${page}\n# Access\n\nnew\n`);
  expect(withSection(added, 'Performance', '# Performance\n\nanew\n')).toBe(
    '# Performance\n\nanew\n\n# Access\n\nold\n',
  );
});

test("a peer's own replacements by version are ours too, those by a folder are not", () => {
  const published = `module example.com/peer
replace example.com/a => example.com/b v1.2.3
replace (
\t// why
\tk8s.io/api => k8s.io/api v0.26.15
\tk8s.io/cri v1.0.0 => ../cri
)
`;
  expect(replacementsIn(published)).toEqual([
    'replace example.com/a => example.com/b v1.2.3',
    'replace k8s.io/api => k8s.io/api v0.26.15',
  ]);
});
