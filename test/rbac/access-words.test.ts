import realWidth from 'string-width';
import { expect, test } from 'vitest';
import { columns } from '../../src/rbac/access-words.ts';

test('columns begin in the same cell of a terminal, whatever letters names are of', () => {
  const names = [
    'Group ops',
    'Group 開発者の会',
    'User e\u0301lodie',
    'Group 👩‍👩‍👧',
    'Group مطورون',
    'User 한국어',
  ];
  const table = columns([['SUBJECT', 'REACH', 'MARKS'], ...names.map((name) => [name, '1 namespace', ''])]);
  const cells = table
    .trimEnd()
    .split('\n')
    .map((line) => realWidth(line.slice(0, line.search(/REACH|1 namespace/))));
  expect(cells).toEqual(cells.map(() => realWidth('Group 開発者の会') + 2));
});

test('the last column is ragged, and a cell that is empty leaves no blanks at the end of a line', () => {
  expect(
    columns([
      ['A', 'B'],
      ['long name', 'c'],
      ['d', ''],
    ]),
  ).toBe('A          B\nlong name  c\nd\n');
});
