// How fast the screen of a review is, under a real pseudo-terminal with a terminal emulator behind it: from the start to
// the first frame, and from a key to its frame, with 50,000 rows. Machines are shared: the program's own CPU time stands
// beside the clock's.
//   node scripts/bench-review-tui.ts [--context NAME]   with a context: the cluster's first frame and whole reading too

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bindingIn, namespaceIn, roleIn, type Snapshot, snapshotOf } from '../src/rbac/snapshot.ts';
import { formatSnapshot } from '../src/rbac/snapshot-file.ts';
import { stock } from '../src/rbac/stock.ts';
import { type RbacSize, rbacData, sizeA, sizeB } from './parts/rbac-data.ts';
import { openTerminal, type Terminal } from './parts/terminal.ts';

const program = join(import.meta.dirname, '../bin/kubectl-oidc.js');
const size = { columns: 120, rows: 40 };

function generated(wanted: RbacSize): Snapshot {
  const data = rbacData(wanted, 1);
  return snapshotOf({
    roles: data.roles.flatMap((item) => roleIn(item, 'Role') ?? []),
    clusterRoles: data.clusterRoles.flatMap((item) => roleIn(item, 'ClusterRole') ?? []),
    roleBindings: data.roleBindings.flatMap((item) => bindingIn(item, 'RoleBinding') ?? []),
    clusterRoleBindings: data.clusterRoleBindings.flatMap(
      (item) => bindingIn(item, 'ClusterRoleBinding') ?? [],
    ),
    namespaces: data.namespaces.flatMap((item) => namespaceIn(item) ?? []),
    discovery: stock().discovery,
  });
}

/** B, and so many people besides that 50,000 rows are there. */
function crowded(): Snapshot {
  const base = generated(sizeB);
  const [first] = base.roleBindings;
  if (first === undefined) throw new Error('the generated cluster has no binding');
  const crowd = Array.from({ length: 50_000 }, (_, index) => ({
    ...first,
    name: `crowd-${index}`,
    subjects: [{ kind: 'User', name: `oidc:somebody-${index}@example.com` } as const],
  }));
  return { ...base, roleBindings: [...base.roleBindings, ...crowd] };
}

function save(folder: string, name: string, snapshot: Snapshot): string {
  const path = join(folder, `${name}.json`);
  writeFileSync(
    path,
    formatSnapshot({
      takenAt: '2026-01-01T00:00:00Z',
      server: 'https://example.com',
      kubernetesVersion: 'v1.36.3',
      namespace: 'default',
      snapshot,
    }),
  );
  return path;
}

/** Whatever comes of the work, the terminal and the program in it end. */
async function withSeat(words: readonly string[], work: (seat: Terminal) => Promise<void>): Promise<void> {
  const { PATH = '', HOME = '', KUBECONFIG = '' } = process.env;
  const env = { PATH, HOME, ...(KUBECONFIG !== '' && { KUBECONFIG }) };
  const seat = await openTerminal({ ...size, command: [process.execPath, program, 'review', ...words], env });
  try {
    await work(seat);
    seat.type('q');
    await seat.ended;
  } finally {
    await seat.close();
  }
}

/** User and system time of the program so far, and the most memory it had. */
function spent(pid: number): { readonly cpuMs: number; readonly peakMb: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  const [, peak = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return { cpuMs: (Number(fields[11]) + Number(fields[12])) * 10, peakMb: Math.round(Number(peak) / 1024) };
}

async function measureStart(what: string, seat: Terminal): Promise<void> {
  const startedMs = performance.now();
  const at = async (name: string, shown: Parameters<Terminal['until']>[0]): Promise<string> => {
    await seat.until(shown, 120_000);
    const { cpuMs, peakMb } = spent(seat.pid());
    return `${name} ${Math.round(performance.now() - startedMs)} ms (CPU ${cpuMs} ms, ${peakMb} MB)`;
  };
  console.log(
    `${what}: ${await at('first frame', 'Who can do what')}, ${await at('first rows', /[1-9][\d,]* subjects/)}, ${await at('complete', /complete[:,] /)}`,
  );
}

/** From the moment a key is sent to the end of what the terminal drew for it, in ms. */
async function keyMs(seat: Terminal, keys: string): Promise<number> {
  const before = seat.sent().length;
  const sentMs = performance.now();
  seat.type(keys);
  while (seat.sent().length === before || performance.now() - seat.drawnAtMs() < 40) {
    await new Promise((resolve) => setTimeout(resolve, 2));
    if (performance.now() - sentMs > 5000) return Number.NaN;
  }
  return seat.drawnAtMs() - sentMs;
}

function repeated<Value>(value: Value, times: number): readonly Value[] {
  return Array.from({ length: times }, () => value);
}

const down = '\u001b[B';
const walks: readonly { readonly what: string; readonly keys: readonly string[] }[] = [
  { what: 'one row down', keys: repeated(down, 60) },
  { what: 'a screen down', keys: repeated('\u001b[6~', 60) },
  { what: 'to the end and back', keys: repeated(['\u001b[F', '\u001b[H'], 15).flat() },
  {
    what: 'a filter, letter by letter',
    keys: ['/', ...'somebody-4711', '\u0015', ...'person-12', '\u0015', ...'sbd 77', '\u001b'],
  },
  { what: 'into a row and out', keys: repeated(['\r', '\u007f'], 15).flat() },
  { what: 'why, and back', keys: repeated(['w', '\u007f'], 15).flat() },
  { what: 'sides', keys: repeated('\t', 12) },
  { what: 'risky, system', keys: ['r', 'r', 'r', 'r', 's', 's', 's', 's'] },
];

async function measureKeys(seat: Terminal): Promise<void> {
  const lines = await seat.until(/complete[:,] /, 120_000);
  console.log(`keys, on ${lines[2]?.trim().replace(/ +/g, ' ')}:`);
  const before = spent(seat.pid()).cpuMs;
  const all: number[] = [];
  for (const { what, keys } of walks) {
    const times: number[] = [];
    for (const key of keys) times.push(await keyMs(seat, key));
    all.push(...times);
    console.log(`  ${what.padEnd(28)} ${inWords(times)}`);
  }
  const cpuMs = (spent(seat.pid()).cpuMs - before) / all.length;
  console.log(`  ${'all'.padEnd(28)} ${inWords(all)}, CPU ${cpuMs.toFixed(1)} ms a key`);
}

function inWords(times: readonly number[]): string {
  const sorted = times.toSorted((left, right) => left - right);
  const at = (part: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0).toFixed(1);
  return `p50 ${at(0.5).padStart(6)} ms  p95 ${at(0.95).padStart(6)} ms  most ${at(1).padStart(6)} ms  (${times.length})`;
}

const { values } = parseArgs({ options: { context: { type: 'string' } } });
const folder = mkdtempSync(join(tmpdir(), 'bench-review-'));
try {
  if (values.context !== undefined)
    await withSeat(['--context', values.context], (seat) => measureStart(`context ${values.context}`, seat));
  await withSeat(['--snapshot', save(folder, 'a', generated(sizeA))], (seat) =>
    measureStart('A, saved', seat),
  );
  await withSeat(['--snapshot', save(folder, 'b', generated(sizeB))], (seat) =>
    measureStart('B, saved', seat),
  );
  await withSeat(['--snapshot', save(folder, 'crowd', crowded())], measureKeys);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
