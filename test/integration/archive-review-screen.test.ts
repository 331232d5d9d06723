import { beforeAll, expect, it } from 'vitest';
import { binding, clusterRole, role } from '../rbac/objects.ts';
import { linuxArchive } from './archive.ts';
import { sitWithSnapshot } from './review-seat.ts';
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

// Somebody with nothing but the release: Ink, React and Yoga's WebAssembly are inside of the executable, and no Node, no
// package and no kubeconfig is beside it.
it("the archive's executable opens the screen of a review, takes keys, and gives the terminal back", async () => {
  const command = (snapshot: string) => [program, 'review', '--snapshot', snapshot];
  const seat = await sitWithSnapshot({ objects: world, command, columns: 80, rows: 24 });
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
