import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomOf } from '../../scripts/parts/random.ts';
import { shellQuoted } from '../../src/shell-quote.ts';
import { binding, clusterRole, role } from '../rbac/objects.ts';
import { type ClusterLab, openClusterLab } from './cluster-lab.ts';
import { type Ended, program, runProgram } from './lab.ts';

const odd = `it's =a "b" $(x)`;
const people = Array.from({ length: 12 }, (_, index) => `user:person-${String(index).padStart(2, '0')}`);
const world: readonly object[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
  role('shop/reader', 'get,list pods'),
  binding('shop/readers', 'role:reader', 'group:devs', 'user:bob', `user:${odd}`, 'sa:shop/ci', ...people),
  binding('shop/-leads', 'role:reader', 'group:leads'),
  binding('shop/lost', 'role:nowhere', 'user:eve'),
  clusterRole('watching', 'get,list nodes'),
  binding('ops', 'clusterrole:watching', 'group:ops', 'user:carl'),
  binding('old-ops', 'clusterrole:watching', 'group:old-ops', 'user:dora'),
];

/** By the subject's words in a title. */
function decisionFor(title: string): string {
  if (/\b(leads|bob|old-ops|dora|it's|person-0[2468])\b/.test(title)) return 'r no longer needed';
  return /\b(eve)\b/.test(title) ? 'ask who is that | =1+1' : 'k';
}

type Sitting = {
  readonly output: string;
  readonly answered: readonly string[];
  readonly status: number | null;
};

describe('a sign-off on a real API server', () => {
  let lab: ClusterLab;
  const kubectl = (...words: readonly string[]): Promise<Ended> => lab.kubectl(...words);
  const sh = (script: string): Promise<Ended> =>
    runProgram('/bin/sh', [script], { env: lab.env, cwd: lab.folder });
  const stateOf = (name: string) => JSON.parse(readFileSync(join(lab.folder, name), 'utf8'));

  /** Sits at a terminal and answers each grant; `killAt` milliseconds after that many answers the program is killed. */
  async function sit(
    words: readonly string[],
    {
      answer = decisionFor,
      kill,
    }: { answer?: (title: string) => string; kill?: { after: number; ms: number } } = {},
  ): Promise<Sitting> {
    const line = ['exec', process.execPath, program, 'review', ...words].map(shellQuoted).join(' ');
    const child = spawn('script', ['-qefc', line, '/dev/null'], {
      cwd: lab.folder,
      env: lab.env,
      stdio: 'pipe',
    });
    const answered: string[] = [];
    let output = '';
    let seen = 0;
    let killing: Promise<void> | undefined;
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      for (;;) {
        const at = output.indexOf('[k/r/a/s/b/q] ', seen);
        if (at < 0 || killing !== undefined) return;
        const [title = ''] =
          /\[\d+\/\d+\] [^\r\n]+/.exec(output.slice(output.lastIndexOf('\n[', at) + 1)) ?? [];
        seen = at + 10;
        answered.push(title);
        // Ctrl-C is no line: nothing is behind it.
        const typed = answer(title);
        child.stdin.write(typed === '\u0003' ? typed : `${typed}\r`);
        if (kill !== undefined && answered.length >= kill.after) killing = killSoon(child.pid ?? 0, kill.ms);
      }
    });
    const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
    await killing;
    return { output, answered, status };
  }

  /** The program is the child of `script`. */
  async function killSoon(pid: number, ms: number): Promise<void> {
    await wait(ms);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    for (const each of children) if (each !== '') process.kill(Number(each), 'SIGKILL');
  }

  const bindings = async (): Promise<readonly string[]> => {
    const { stdout } = await kubectl('get', 'rolebindings,clusterrolebindings', '-A', '-o', 'json');
    const { items } = JSON.parse(stdout) as {
      items: {
        kind: string;
        metadata: { name: string; namespace?: string };
        subjects?: { kind: string; name: string }[];
      }[];
    };
    return items
      .flatMap(({ kind, metadata, subjects = [] }) =>
        subjects.map(
          (each) => `${kind} ${metadata.namespace ?? ''}/${metadata.name} ${each.kind} ${each.name}`,
        ),
      )
      .sort();
  };

  beforeAll(async () => {
    lab = await openClusterLab(world);
  }, 120_000);
  afterAll(() => lab?.stop(), 60_000);

  it('killed at any point goes on without loss, and its commands remove exactly what was marked', async () => {
    const random = randomOf(7);
    const words = ['--sign-off', 'pass.json', '--hide-system'];
    const titles = new Set<string>();
    let last: Sitting | undefined;
    let kills = 0;
    for (let round = 0; round < 30; round++) {
      const before = existsSync(join(lab.folder, 'pass.json')) ? stateOf('pass.json').decided.length : 0;
      const kill = round < 8 ? { after: 1 + random.below(3), ms: random.below(25) } : undefined;
      last = await sit(words, kill === undefined ? {} : { kill });
      for (const each of last.answered) titles.add(each.replace(/^\[\d+\/\d+\] /, ''));
      if (kill === undefined) break;
      kills += 1;
      // Everything before the last answer was acknowledged by the question after it.
      const { decided } = stateOf('pass.json');
      expect(decided.length).toBeGreaterThanOrEqual(before + last.answered.length - 1);
      expect(decided.length).toBeLessThanOrEqual(before + last.answered.length);
    }
    expect(kills).toBe(8);
    expect(last).toMatchObject({ status: 0, output: expect.stringContaining('Every grant is decided.') });

    const evidence = stateOf('pass.evidence.json');
    expect(evidence).toMatchObject({
      complete: true,
      startedBy: 'administrator',
      counts: { grants: 22, revoke: 9, ask: 1, keep: 12, open: 0 },
    });
    expect(titles.size).toBe(22);
    for (const { subject, decision } of evidence.grants) {
      expect(decision).toBe({ r: 'revoke', a: 'ask', k: 'keep' }[decisionFor(` ${subject.name} `)[0] ?? '']);
    }
    const [snapshot] = evidence.snapshots;
    const hash = createHash('sha256')
      .update(readFileSync(join(lab.folder, snapshot.file)))
      .digest('hex');
    expect(evidence.snapshots).toHaveLength(1);
    expect(snapshot.sha256).toBe(hash);
    expect(new Set(evidence.grants.map((each: { snapshot: string }) => each.snapshot))).toEqual(
      new Set([hash]),
    );
    const csv = readFileSync(join(lab.folder, 'pass.evidence.csv'), 'utf8');
    expect(csv.trimEnd().split('\r\n')).toHaveLength(23);
    expect(csv).toContain(`ask,who is that | =1+1,administrator,`);
    expect(csv).toContain(`,"it's =a ""b"" $(x)",`);
    const markdown = readFileSync(join(lab.folder, 'pass.evidence.md'), 'utf8');
    expect(markdown).toContain('22 grants: 12 kept, 9 to revoke, 1 to ask about, 0 open');
    expect(markdown).toContain('who is that \\| =1+1');
    for (const each of readdirSync(lab.folder).filter((name) => name.startsWith('pass'))) {
      expect([each, statSync(join(lab.folder, each)).mode & 0o777]).toEqual([each, 0o600]);
    }

    const before = await bindings();
    const revoked = await sh('pass.revoke.sh');
    expect(revoked).toMatchObject({ status: 0, stderr: '' });
    const gone = before.filter((each) =>
      / (leads|bob|old-ops|dora|it's =a "b" \$\(x\)|person-0[2468])$/.test(each),
    );
    expect(gone).toHaveLength(9);
    expect(await bindings()).toEqual(before.filter((each) => !gone.includes(each)));
    expect((await kubectl('get', 'clusterrolebinding', 'old-ops')).status).toBe(1);
    // The manifests say of the bindings that are left what the script made of them.
    const after = stateOf('pass.after.json').items as { metadata: { name: string } }[];
    expect(after.map(({ metadata }) => metadata.name)).toEqual(['readers']);
    const stored = await kubectl('get', 'rolebinding', 'readers', '-n', 'shop', '-o', 'json');
    expect(JSON.parse(stored.stdout)).toMatchObject(after[0] ?? {});
    expect((await kubectl('apply', '--dry-run=server', '-f', 'pass.after.json')).status).toBe(0);
    // What was done is not done twice, and what is not as it was is not touched.
    const again = await sh('pass.revoke.sh');
    expect(again.status).toBe(1);
    expect(await bindings()).toEqual(before.filter((each) => !gone.includes(each)));
  }, 300_000);

  it('says what changed since it began, and asks about that again', async () => {
    const words = ['--sign-off', 'second.json', '-n', 'shop'];
    const first = await sit(words, { answer: (title) => (title.includes('person-05') ? 'q' : 'k') });
    expect(first).toMatchObject({
      status: 0,
      output: expect.stringContaining('grants are open: the same command goes on there.'),
    });
    const { decided } = stateOf('second.json');
    expect(decided.length).toBeGreaterThan(1);
    writeFileSync(
      join(lab.folder, 'wider.json'),
      JSON.stringify(role('shop/reader', 'get,list pods,secrets')),
    );
    expect((await kubectl('replace', '-f', 'wider.json')).status).toBe(0);
    const second = await sit(['--sign-off', 'second.json'], { answer: () => 'k' });
    expect(second.output).toMatch(
      /Roles or bindings changed since .*: \d+ decisions? (is|are) asked again, since the grant is another now/,
    );
    expect(second.output).toContain('get, list on pods, secrets');
    const evidence = stateOf('second.evidence.json');
    expect(evidence.snapshots).toHaveLength(2);
    expect(evidence.counts).toMatchObject({ open: 0 });
  }, 60_000);

  it('goes back, skips, and does not take a slip for an answer', async () => {
    const said = ['k', 'back', 'r', 'x', 's', 'q'];
    const { output, answered } = await sit(['--sign-off', 'third.json', '-n', 'shop'], {
      answer: () => said.shift() ?? 'q',
    });
    expect(answered.map((title) => /^\[(\d+)/.exec(title)?.[1])).toEqual(['1', '2', '1', '2', '2', '3']);
    expect(output.match(/Answer keep, revoke or ask/g)).toHaveLength(2);
    expect(stateOf('third.json').decided.map(({ decision }: { decision: string }) => decision)).toEqual([
      'revoke',
    ]);
  }, 60_000);

  it('ends with Ctrl-C, and keeps what was decided', async () => {
    let count = 0;
    const { output, status } = await sit(['--sign-off', 'fourth.json', '-n', 'shop'], {
      answer: () => (count++ === 0 ? 'k' : '\u0003'),
    });
    expect([status, output]).toEqual([
      130,
      expect.stringContaining('kubectl-oidc: stopped; 1 decision is kept.'),
    ]);
    expect(stateOf('fourth.json').decided).toHaveLength(1);
  }, 60_000);

  it.each([
    ['no terminal', ['--sign-off', 'x.json'], 'a sign-off asks a person, and there is no terminal here.'],
    ['a snapshot', ['--sign-off', 'x.json', '-f', 'world.json'], 'a sign-off needs a cluster'],
    ['another output', ['--sign-off', 'x.json', '-o', 'csv'], '--sign-off and --output do not go together.'],
    ['no file', ['--sign-off', ''], '--sign-off names no file.'],
  ])('with %s is one line, and nothing is written', async (_, words, message) => {
    const { stdout, stderr, status } = await lab.oidc(['review', ...words]);
    expect([stdout, status]).toEqual(['', 2]);
    expect(stderr).toContain(`kubectl-oidc: ${message}`);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(existsSync(join(lab.folder, 'x.json'))).toBe(false);
  });

  it.each([
    ['is something else', 'world.json', 0o600, 'world.json is no sign-off, and is not written over.'],
    ['others may read', 'open.json', 0o644, 'is open to others (mode 644).'],
  ])('of a file that %s is refused, and left as it is', async (_, name, mode, message) => {
    if (name !== 'world.json') writeFileSync(join(lab.folder, name), '{}');
    const path = join(lab.folder, name);
    const before = readFileSync(path, 'utf8');
    await runProgram('/bin/chmod', [mode.toString(8), path], { env: lab.env });
    const { output, status } = await sit(['--sign-off', name]);
    expect(output).toContain(message);
    expect([1, 2]).toContain(status);
    expect(readFileSync(path, 'utf8')).toBe(before);
  });
});
