import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Terminal } from '../../scripts/parts/terminal.ts';
import { keymap } from '../../src/ui/keymap.ts';
import { binding, clusterRole, role } from '../rbac/objects.ts';
import { fileIn, openReviewLab, type ReviewLab, type SeatOptions } from './review-lab.ts';
import { expectRestored, expectTaken } from './terminal-state.ts';

const namespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
/** Names that a stranger chose: an escape that renames the window, wide and right-to-left letters, a bidi override, a long one. */
const awkward = [
  '\u001b]0;owned\u0007sly',
  '開発者の会',
  'مطورون',
  'a\u202egnitset',
  'x'.repeat(300),
  'H\u3164\u3164\u3164end',
];
/** A terminal may draw these wider than we count, which may cost columns of their own line and nothing else. */
const misjudged = ['กำลังใจ', 'क्षत्रिय'];
const named = (name: string, group: string) => ({
  ...binding(`shop/${name}`, 'role:reader', 'group:GROUP'),
  subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: group }],
});
const world = [
  namespace('shop'),
  namespace('bank'),
  role('shop/reader', 'get,list,watch pods,pods/log', 'get secrets core [tls]'),
  clusterRole('deployer', 'get,list,create,update,patch deployments apps', 'get secrets'),
  clusterRole('everything', '* * *'),
  binding('shop/devs', 'clusterrole:deployer', 'group:oidc:devs', 'user:ann'),
  binding('bank/devs', 'clusterrole:deployer', 'group:oidc:devs'),
  binding('shop/read', 'role:reader', 'group:oidc:support', 'sa:shop/ci'),
  binding('root', 'clusterrole:everything', 'group:oidc:admins'),
  ...[...awkward, ...misjudged].map((group, index) => named(`awkward-${index}`, group)),
];

const enter = '\r';
const esc = '\u001b';
const up = '\u001b[A';
const down = '\u001b[B';

describe('the screen of a review, on a real terminal and API server', () => {
  let lab: ReviewLab;
  beforeAll(async () => {
    lab = await openReviewLab(world);
  }, 180_000);
  afterAll(() => lab.stop(), 60_000);

  async function seated(options?: SeatOptions): Promise<Terminal> {
    const seat = await lab.sitDown(options);
    await seat.until('● live', 20_000);
    return seat;
  }
  const chosen = (lines: readonly string[]) => lines.find((line) => line.startsWith('›'))?.slice(3) ?? '';
  /** Presses, and resolves when the screen shows it. */
  async function press(
    seat: Terminal,
    keys: string,
    shown: Parameters<Terminal['until']>[0],
  ): Promise<readonly string[]> {
    seat.type(keys);
    return seat.until(shown);
  }
  const on = (text: string) => (lines: readonly string[]) => chosen(lines).includes(text);

  it('says at once which cluster it reads, then who can do what, and that this is all of it', async () => {
    const seat = await seated({ words: ['--hide-system'] });
    const lines = seat.lines();
    expect(lines[0]).toContain('the cluster of context "admin"');
    expect(lines.at(-2)).toContain('complete: every role and binding was read');
    expect(chosen(lines)).toMatch(/^group +oidc:admins +everywhere .*everything\* *$/);
    seat.type('q');
    expect(await seat.ended).toBe(0);
  });

  it('opens at somebody who was named, with -o as the table of them; what oneself may do is a table', async () => {
    const seat = await seated({ words: ['group:oidc:support', '--hide-system'] });
    expect(seat.lines()[1]).toMatch(/^ Group oidc:support \+ system:authenticated .*\[verbs\]$/);
    await seat.until(/^› {2}pods +1 +1 +1/);
    await press(seat, esc, on('oidc:admins'));
    for (const [words, said] of [
      [['group:oidc:support', '-o', 'table'], /^SUBJECT +REACH/m],
      [['me'], /of User .*\(you\), by \d+ bindings? in the cluster of context "admin"/],
      [['--contexts', 'admin'], /CLUSTER +SUBJECT +REACH/],
    ] as const) {
      const table = await lab.sitDown({ words });
      expect(await table.ended).toBe(0);
      expect(table.sent()).toMatch(said);
      expect(table.sent()).not.toContain('\u001b[?1049h');
    }
  });

  it('stays with its cluster where another context becomes the current one, for a plan too', async () => {
    const text = readFileSync(lab.kubeconfig, 'utf8');
    const KUBECONFIG = fileIn(lab, 'switched.yaml', text);
    const seat = await seated({ words: ['--hide-system'], env: { KUBECONFIG } });
    writeFileSync(KUBECONFIG, JSON.stringify({ ...JSON.parse(text), 'current-context': 'other' }));
    await press(seat, `jjg --preset log-reader -n shop${enter}`, /cluster of context "admin" this would/);
    await press(seat, 'n', /Nothing|nothing/);
    await press(seat, esc, on('oidc:devs'));
    seat.type('q');
    expect(await seat.ended).toBe(0);
  });

  it('does by each key what the help says of it', async () => {
    const seat = await seated({ words: ['--hide-system'], rows: 40 });
    const pressed = new Set<string>();
    const key = (
      action: (typeof keymap)[number]['action'],
      keys: string,
      shown: Parameters<Terminal['until']>[0],
    ) => {
      pressed.add(action);
      return press(seat, keys, shown);
    };
    await key('down', down, on('system:masters'));
    await key('up', up, on('oidc:admins'));
    await key('last', '\u001b[F', on('shop/ci'));
    await key('page-up', '\u001b[5~', on('oidc:admins'));
    await key('page-down', ' ', on('shop/ci'));
    await key('first', '\u001b[H', on('oidc:admins'));
    await press(seat, 'jj', on('oidc:devs'));
    await key('enter', enter, (lines) => /\[verbs\]/.test(lines[1] ?? '') && on('deployments.apps')(lines));
    await key('side-namespace', '4', (lines) => /\[namespaces\]/.test(lines[1] ?? '') && on('bank')(lines));
    await key('side-matrix', '5', on('deployments.apps'));
    await key('why', 'w', 'ClusterRole deployer');
    await key('back', esc, on('deployments.apps'));
    await press(seat, '\u007f', on('oidc:devs'));
    await key('matrix', 'm', on('deployments.apps'));
    await press(seat, 'h', on('oidc:devs'));
    await key('next-side', '\t', /\[resources\]/);
    await key('previous-side', '\u001b[Z', /\[who\]/);
    await key('side-role', '3', /\[roles\]/);
    await key('side-resource', '2', /\[resources\]/);
    await key('side-subject', '1', /\[who\]/);
    await key('filter', `/sup${enter}`, on('oidc:support'));
    await press(seat, esc, on('oidc:admins'));
    await key('risky', 'r', 'risky only');
    await press(seat, 'r', (lines) => !lines.join().includes('risky only'));
    await key('system', 's', 'system:kube-scheduler');
    await press(seat, 's', (lines) => !lines.join().includes('system:kube-scheduler'));
    await key('namespace', `nbank${enter}`, (lines) => lines[2]?.includes('namespace bank') === true);
    await press(seat, `n\u0015${enter}`, (lines) => lines[2]?.includes('namespace') === false);
    await key('grant', 'g', /grant: --group/);
    await press(seat, esc, /q quit|\? help/);
    await key('revoke', 'x', /revoke: --group/);
    await press(seat, esc, /\? help/);
    await key('diff', 'd', /snapshot file:/);
    await press(seat, `nowhere.json${enter}`, /could not read nowhere\.json/);
    await key('reread', 'R', (lines) => lines[0]?.includes('live') === true);
    const whole = await seat.until('complete: every role');
    await new Promise<void>((resolve) => seat.emulator.write('\u001b[H\u001b[2Jwall: hello', resolve));
    await key('redraw', '\u000c', (lines) => lines.join() === whole.join());
    // No shell with jobs is here to come back from: it gives the terminal back and takes it again.
    const taken = seat.sent().split('\u001b[?1049h').length;
    await key(
      'suspend',
      '\u001a',
      (lines) => seat.sent().split('\u001b[?1049h').length === taken + 1 && lines.join() === whole.join(),
    );
    await key('help', '?', 'quit at once, whatever is going on');
    await press(seat, esc, on('oidc:admins'));
    await lab.create(binding('shop/late', 'role:reader', 'group:oidc:late'));
    await seat.until(/^ {2}\+group +oidc:late/);
    await key(
      'clear',
      'c',
      (lines) => lines.join().includes('oidc:late') && !lines.join().includes('+group'),
    );
    await key('quit', 'q', (lines) => !lines.join().includes('who can do what'));
    expect(await seat.ended).toBe(0);
    const all = keymap.map(({ action }) => action).filter((action) => action !== 'interrupt');
    expect(all.filter((action) => !pressed.has(action))).toEqual([]);
  }, 60_000);

  it('follows the window: 80x24, smaller, too small, and back', async () => {
    const seat = await seated({ columns: 120, rows: 40 });
    const fits = async (columns: number, rows: number) => {
      seat.resize({ columns, rows });
      const lines = await seat.until((now) => /\? help/.test(now.at(-1) ?? '') && /live/.test(now[0] ?? ''));
      expect(lines.filter((line) => [...line].length > columns)).toEqual([]);
      expect(lines).toHaveLength(rows);
    };
    await fits(80, 24);
    await fits(50, 12);
    seat.resize({ columns: 30, rows: 6 });
    await seat.until('30x6: at least 40x9');
    await fits(80, 24);
    await fits(140, 50);
  });

  it('takes names that others chose for names: no esc, and every column in its place', async () => {
    const seat = await seated({ words: ['--hide-system', '--search', 'group'], rows: 40 });
    await press(seat, `/${'\u0015'}${enter}`, '開発者の会');
    expect(seat.sent()).not.toContain('owned\u0007');
    expect(seat.sent()).not.toContain('\u202e');
    const starts = seat
      .lines()
      .filter((line) => /^. .group/.test(line) && !misjudged.some((name) => line.includes(name)))
      .map((line) => cellOf(seat, line, '1 namespace'))
      .filter((cell) => cell >= 0);
    expect(starts.length).toBeGreaterThanOrEqual(awkward.length);
    expect(new Set(starts).size).toBe(1);
    await press(
      seat,
      `/開発${enter}`,
      (lines) => lines.filter((line) => /^. .group/.test(line)).length === 1,
    );
  });

  it('keeps every line where it is, whatever widths the terminal gives to names', async () => {
    const seat = await seated({ words: ['--hide-system'], rows: 30 });
    for (const [index] of [...awkward, ...misjudged].entries()) {
      await press(seat, down, new RegExp(`\\b${index + 2}/\\d+$`));
      expect(seat.lines()[0]).toMatch(/^ kubectl oidc review/);
      expect(seat.lines().filter((line) => line.startsWith('›'))).toHaveLength(1);
    }
  });

  it('draws a page anew at each size: what was there before leaves nothing behind', async () => {
    const seat = await seated();
    await press(seat, '?', 'the next side');
    for (const columns of [99, 70, 100, 70]) {
      seat.resize({ columns, rows: 24 });
      await seat.until((lines) => lines[0]?.trimEnd().length === columns - 1);
      await calm(seat);
      const drawn = seat.lines();
      seat.type('\u000c');
      await calm(seat);
      expect(drawn).toEqual(seat.lines());
    }
  });

  /** Nothing more is drawn. */
  async function calm(seat: Terminal): Promise<void> {
    const since = performance.now();
    while (performance.now() - Math.max(since, seat.drawnAtMs()) < 150)
      await new Promise((resolve) => setTimeout(resolve, 10));
  }

  /** The cell in which a text begins: a wide letter has two. */
  function cellOf(seat: Terminal, line: string, text: string): number {
    const row = seat.lines().indexOf(line);
    const cells = seat.emulator.buffer.active.getLine(row);
    for (let at = 0; at < seat.emulator.cols; at++) {
      if (cells?.translateToString(true, at).startsWith(text)) return at;
    }
    return -1;
  }

  it('plans a grant as the command does, writes nothing on a no, and on a yes shows what it changed', async () => {
    const path = '/apis/rbac.authorization.k8s.io/v1/namespaces/bank/rolebindings';
    const names = async () => JSON.stringify((await lab.client().ask({ path })).body);
    const seat = await seated({ words: ['--hide-system', '--search', 'support'], rows: 40 });
    const words = `--preset log-reader -n bank${enter}`;
    await press(seat, 'g', /grant: --group oidc:support --groups-prefix=/);
    await press(seat, words, 'y write this');
    expect(seat.lines().join('\n')).toContain('create RoleBinding bank/log-reader');
    await press(seat, 'n', 'nothing was written, as you wished');
    expect(await names()).not.toContain('oidc:support');
    await press(seat, `${esc}`, on('oidc:support'));
    await press(seat, 'g', /grant: --group/);
    await press(seat, words, 'y write this');
    await press(seat, 'y', 'Taken back by: kubectl oidc revoke');
    expect(await names()).toContain('oidc:support');
    await press(seat, esc, /^› ~group +oidc:support +2 namespaces/);
    await press(seat, 'x', /revoke: --group/);
    await press(seat, `-n bank${enter}`, 'y write this');
    await press(seat, 'y', 'Revoked:');
    expect(await names()).not.toContain('oidc:support');
    await press(seat, esc, /group +oidc:support +1 namespace/);
    await press(seat, `g\u0015--group 'a${enter}`, 'a quote is open');
    await press(seat, `${esc}g\u0015--no-such-flag${enter}`, /no-such-flag/);
  }, 60_000);

  it('shows what was gained and lost since a saved snapshot', async () => {
    const seat = await seated({ words: ['--hide-system', '--save-snapshot', 'before.json'] });
    await lab.create(binding('bank/fresh', 'clusterrole:deployer', 'group:oidc:fresh'));
    await seat.until('oidc:fresh');
    await press(seat, `dbefore.json${enter}`, 'Gained and lost since before.json');
    expect(seat.lines().join('\n')).toMatch(
      /oidc:fresh[\s\S]*\+ get, list, create, update, patch on deployments.apps/,
    );
  });

  it('leaves colours away for NO_COLOR, and reads a row aloud for a screen reader', async () => {
    const plain = await seated({ env: { NO_COLOR: '1' } });
    expect(plain.sent()).not.toMatch(/\u001b\[(\d+;)*(3[0-8]|9[0-7])[;m]/);
    const spoken = await lab.sitDown({ env: { INK_SCREEN_READER: 'true' }, words: ['--hide-system'] });
    await spoken.until(/1 of \d+: Group oidc:admins\. Reaches everywhere\. May do everything/, 20_000);
    expect(spoken.sent()).not.toContain('\u001b[?1049h');
    spoken.type('q');
    expect(await spoken.ended).toBe(0);
    expect(spoken.sent()).toMatch(/\r\n$/);
  });

  it('says that the cluster is gone, keeps what it knew, and marks what changed once it is back', async () => {
    const seat = await seated({ words: ['--hide-system'], rows: 40 });
    await lab.die();
    await seat.until('○ connection lost', 30_000);
    const lines = await seat.until(
      /Trying again in \d+ s, this is how it was: cannot reach the API server/,
      30_000,
    );
    expect(lines.join('\n')).toContain('oidc:admins');
    await press(seat, 'jj', on('oidc:devs'));
    await lab.comeBack();
    await lab.create(binding('shop/back', 'role:reader', 'group:oidc:back'));
    await seat.until('● live', 40_000);
    await seat.until(/^ {2}\+group +oidc:back/, 20_000);
    expect(on('oidc:devs')(seat.lines())).toBe(true);
  }, 150_000);

  it('shows 50,000 subjects as it shows five', async () => {
    const crowd = Array.from({ length: 50_000 }, (_, index) => `user:person-${index}`);
    const objects = [clusterRole('reader', 'get pods'), binding('crowd/all', 'clusterrole:reader', ...crowd)];
    const path = fileIn(
      lab,
      'crowd.json',
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }),
    );
    const seat = await lab.sitDown({ words: ['-f', path], columns: 80, rows: 24 });
    await seat.until('50,000 subjects', 30_000);
    await press(seat, '\u001b[F', on('person-9999'));
    expect(seat.lines()[2]).toMatch(/50,000\/50,000$/);
    await press(
      seat,
      '/person-4711',
      (lines) => /^ 2 of 50,000|^ \d+ of 50,000/.test(lines[2] ?? '') && on('person-4711')(lines),
    );
    await press(seat, esc, on('person-0'));
    seat.type('q');
    expect(await seat.ended).toBe(0);
  }, 60_000);

  describe('gives the terminal back', () => {
    it.each([
      ['q', 0, ''],
      ['\u0003', 130, 'the review was left with Ctrl-C'],
    ])('after %j', async (keys, status, said) => {
      const seat = await seated();
      expectTaken(seat);
      seat.type(keys);
      expect(await seat.ended).toBe(status);
      await seat.until((lines) => lines.join('\n').includes(said));
      expectRestored(seat);
    });

    it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('after %s', async (signal) => {
      const seat = await seated();
      process.kill(seat.pid(), signal);
      expect(await seat.ended).toBe(130);
      await seat.until(`cancelled by ${signal}`);
      expectRestored(seat);
    });

    it('after SIGQUIT, by which it ends', async () => {
      const seat = await seated();
      process.kill(seat.pid(), 'SIGQUIT');
      expect(await seat.ended).toBe(131);
      expectRestored(seat);
    });

    it('after a bug, whose line is still seen', async () => {
      const crash = fileIn(
        lab,
        'crash.mjs',
        'process.on("SIGUSR2", () => { throw new TypeError("s3cret"); });',
      );
      const seat = await seated({ nodeWords: ['--import', crash] });
      process.kill(seat.pid(), 'SIGUSR2');
      expect(await seat.ended).toBe(70);
      const lines = await seat.until('this is a bug');
      expect(lines.join('\n')).not.toContain('s3cret');
      expectRestored(seat);
    });

    it('and ends when its window is closed', async () => {
      const seat = await seated();
      const pid = seat.pid();
      await seat.close();
      await expect.poll(() => isThere(pid), { timeout: 5000 }).toBe(false);
    });

    it('with one clear line where the cluster cannot be reached, or the file is none', async () => {
      const config = JSON.stringify({
        'current-context': 'x',
        clusters: [{ name: 'x', cluster: { server: 'https://127.0.0.1:9' } }],
        contexts: [{ name: 'x', context: { cluster: 'x', user: 'x' } }],
        users: [{ name: 'x', user: { token: 't' } }],
      });
      const KUBECONFIG = fileIn(lab, 'nobody.kubeconfig', config);
      const seat = await lab.sitDown({ env: { KUBECONFIG } });
      expect(await seat.ended).toBe(1);
      await seat.until('kubectl-oidc: cannot reach the API server https://127.0.0.1:9');
      expectRestored(seat);
      const other = await lab.sitDown({ words: ['--snapshot', fileIn(lab, 'no.json', '{}')] });
      expect(await other.ended).toBe(2);
      await other.until(/kubectl-oidc: .*no\.json is no snapshot/);
      expectRestored(other);
    });
  });
});

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
