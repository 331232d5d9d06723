// Somebody at a terminal with a saved snapshot, and no cluster.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openTerminal, type Terminal, type TerminalSize } from '../../scripts/parts/terminal.ts';
import { snapshotOfObjects } from '../../src/rbac/objects.ts';
import { formatSnapshot } from '../../src/rbac/snapshot-file.ts';
import { freshFolder } from '../edge/parts/processes.ts';

export type SeatWish = TerminalSize & {
  readonly objects: readonly object[];
  /** Program and words that start something with the snapshot in that file. */
  readonly command: (snapshot: string) => readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};

/** The terminal goes with the test. The home is an empty folder, PATH the system's. */
export async function sitWithSnapshot({ objects, command, env, ...size }: SeatWish): Promise<Terminal> {
  const folder = freshFolder();
  const path = join(folder, 'prod.json');
  const snapshot = snapshotOfObjects(objects, { aggregated: 'here' });
  const origin = { takenAt: '2026-01-01T00:00:00Z', server: '', kubernetesVersion: '', namespace: 'default' };
  writeFileSync(path, formatSnapshot({ ...origin, snapshot }));
  const seat = await openTerminal({
    ...size,
    command: command(path),
    env: { HOME: folder, PATH: '/usr/bin:/bin', ...env },
    cwd: folder,
  });
  onTestFinished(() => seat.close());
  return seat;
}
