import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openProgress } from '../../../src/edge/access/progress.ts';

/** A stderr that keeps what is written. */
function keeping(fields: { readonly isTTY?: boolean; readonly columns?: number } = { isTTY: true }) {
  const written: string[] = [];
  const stderr = Object.assign(Object.create(process.stderr), {
    ...fields,
    write: (text: string) => written.push(text) > 0,
  });
  return { written, stderr };
}

const clear = '\r\u001b[2K';

it('says nothing about what is done at once', async () => {
  const { written, stderr } = keeping();
  const progress = openProgress('Reading', { stderr });
  progress.show({ objects: 10, expected: 20 });
  progress.end();
  await wait(500);
  expect(written).toEqual([]);
});

it('has a line while no answer comes, then counts, and takes the line away', async () => {
  const { written, stderr } = keeping();
  const progress = openProgress('Reading', { stderr });
  await wait(550);
  progress.show({ objects: 1234, expected: 56_789 });
  progress.show({ objects: 1300, expected: 56_789 });
  await wait(150);
  progress.show({ objects: 60_000, expected: 60_000 });
  progress.end();
  expect(written).toEqual([
    `${clear}Reading …`,
    `${clear}Reading: 1,234 of 56,789 objects`,
    `${clear}Reading: 60,000 objects`,
    clear,
  ]);
});

it('never writes a line that a narrow terminal would wrap', async () => {
  const { written, stderr } = keeping({ isTTY: true, columns: 12 });
  const progress = openProgress('Reading who may', { stderr });
  await wait(450);
  progress.end();
  expect(written[0]).toBe(`${clear}Reading who`);
});

it('is silent where nobody watches', async () => {
  const { written, stderr } = keeping({ isTTY: false });
  openProgress('Reading', { stderr }).show({ objects: 5, expected: 5 });
  await wait(450);
  expect(written).toEqual([]);
});
