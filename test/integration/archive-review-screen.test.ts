import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { openTerminal, type Terminal } from '../../scripts/parts/terminal.ts';
import { snapshotOfObjects } from '../../src/rbac/objects.ts';
import { formatSnapshot } from '../../src/rbac/snapshot-file.ts';
import { freshFolder } from '../edge/parts/processes.ts';
import { binding, clusterRole, role } from '../rbac/objects.ts';
import { linuxArchive } from './archive.ts';
import { expectRestored, expectTaken } from './terminal-state.ts';

const world = [
  role('shop/reader', 'get,list,watch pods,pods/log'),
  clusterRole('everything', '* * *'),
  binding('root', 'clusterrole:everything', 'group:oidc:admins'),
  binding('shop/read', 'role:reader', 'group:oidc:support', 'group:開発者の会'),
];

let program: string;
beforeAll(async () => {
  program = (await linuxArchive()).program;
}, 120_000);

/** Somebody with nothing but the release: no Node, no packages, no kubeconfig. */
async function seated(size: { readonly columns: number; readonly rows: number }): Promise<Terminal> {
  const folder = freshFolder();
  const path = join(folder, 'prod.json');
  const snapshot = snapshotOfObjects(world, { aggregated: 'as written' });
  const origin = { takenAt: '2026-01-01T00:00:00Z', server: '', kubernetesVersion: '', namespace: 'default' };
  writeFileSync(path, formatSnapshot({ ...origin, snapshot }));
  const seat = await openTerminal({
    ...size,
    command: [program, 'review', '--snapshot', path],
    env: { HOME: folder, PATH: '/usr/bin:/bin' },
    cwd: folder,
  });
  onTestFinished(() => seat.close());
  return seat;
}

// Ink, React and Yoga's WebAssembly are inside of the executable here, where nothing is beside it to load.
it("the archive's executable opens the screen of a review, takes keys, and gives the terminal back", async () => {
  const seat = await seated({ columns: 80, rows: 24 });
  await seat.until('complete: every role and binding was read', 20_000);
  expectTaken(seat);
  expect(seat.lines()[0]).toMatch(/the snapshot .*prod\.json/);
  seat.type('/開発\r');
  await seat.until(/^› {2}group +開発者の会 +1 namespace/);
  seat.type('m');
  await seat.until(/^› {2}pods +1 +1 +1/);
  seat.type('w');
  await seat.until(/get, list, watch on pods, pods\/log/);
  seat.resize({ columns: 120, rows: 30 });
  await seat.until((lines) => lines.length === 30 && /Esc back/.test(lines.at(-1) ?? ''));
  seat.type('q');
  await seat.until(/^› {2}pods/);
  seat.type('q');
  expect(await seat.ended).toBe(0);
  expectRestored(seat);
});
