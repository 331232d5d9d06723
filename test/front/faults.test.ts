import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linuxArchive } from '../integration/archive.ts';
import { type Lab, openLab, type Server } from '../integration/lab.ts';
import { askAs, buildClient, type Call } from './client.ts';

// The archive's front and main together, a real login behind them. What the front does by itself is in front/.
describe('the archive, when something is in its way', () => {
  let lab: Lab;
  let server: Server;
  let client: string;
  let main: string;
  const tokenOf = ({ Stdout, Stderr, Status }: Call): string => {
    expect([Stderr, Status]).toEqual(['', 0]);
    return JSON.parse(Stdout).status.token;
  };
  const ask = async (...order: [order?: Parameters<typeof askAs>[2], before?: readonly string[]]) =>
    askAs(client, { lab, server }, ...order);
  /** Signed in, the token over, and the next one lives long. */
  const signInUntilExpired = async (): Promise<void> => {
    lab.provider.setIdTokenTtl(3);
    await lab.signIn(server);
    lab.provider.setIdTokenTtl(300);
    await lab.untilExpired();
  };
  const withoutMain = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    renameSync(main, `${main}.away`);
    try {
      return await work();
    } finally {
      renameSync(`${main}.away`, main);
    }
  };

  beforeAll(async () => {
    const { program } = await linuxArchive();
    main = `${program}-main`;
    client = await buildClient();
    lab = await openLab({ program });
    server = { url: 'https://127.0.0.1:6443', caPem: lab.certificates.certPem };
    expect((await lab.signIn(server)).status).toBe(0);
  }, 120_000);
  afterAll(async () => {
    await lab?.stop();
    rmSync(dirname(client), { recursive: true, force: true });
  });

  it('a keyring that is forbidden (seccomp) means main each time, and the same token', async () => {
    const [usual, first, second] = [
      ...(await ask()),
      ...(await ask({ NoKey: true })),
      ...(await ask({ NoKey: true })),
    ].map(tokenOf);
    expect([first, second]).toEqual([usual, usual]);
    const [call] = await withoutMain(() => ask({ NoKey: true }));
    expect(call).toMatchObject({
      Stdout: '',
      Status: 1,
      Stderr: expect.stringMatching(/^kubectl-oidc: cannot run .*install kubectl-oidc again\n$/),
    });
  });

  it("a session keyring of its own, not linked to the user's, gets the memo", async () => {
    const [usual] = (await ask()).map(tokenOf);
    expect((await withoutMain(() => ask({ NewSession: true }))).map(tokenOf)).toEqual([usual]);
  });

  it('a missing main is no matter for a hit, and one line for anything else', async () => {
    await ask();
    expect((await withoutMain(() => ask())).map(tokenOf)).toHaveLength(1);
    const ended = await withoutMain(() => lab.oidc(['status']));
    expect([ended.status, ended.stderr.split('\n').length]).toEqual([1, 2]);
  });

  it('a machine that has been up for longer than the memo lives gets it from main, whatever the wall clock says', async () => {
    const [usual] = (await ask()).map(tokenOf);
    const later = ['unshare', '--time', '--boottime=100000', '--fork'];
    const [call] = await withoutMain(() => ask({}, later));
    expect(call?.Stderr).toMatch(/^kubectl-oidc: cannot run .*\n$/);
    expect((await ask({}, later)).map(tokenOf)).toEqual([usual]);
  });

  it('a hundred clients at once with an expired token get one token, with one request', async () => {
    await signInUntilExpired();
    const before = lab.provider.requests.token;
    const calls = await Promise.all(Array.from({ length: 100 }, () => ask()));
    expect(new Set(calls.flat().map(tokenOf)).size).toBe(1);
    expect(lab.provider.requests.token - before).toBe(1);
  }, 90_000);

  it('main that is killed is one line, and the next call has its token', async () => {
    await signInUntilExpired();
    lab.provider.setLatency(60_000);
    const asked = ask();
    process.kill(await running(main), 'SIGKILL');
    expect(await asked).toMatchObject([
      { Stdout: '', Stderr: 'kubectl-oidc: the main program was ended by signal 9\n', Status: 1 },
    ]);
    lab.provider.setLatency(0);
    expect((await ask()).map(tokenOf)).toHaveLength(1);
  }, 60_000);

  it('clients that wait in line for a keychain that hangs end together, each with one line', async () => {
    await lab.signIn(server);
    process.kill(lab.keyring.daemonPid, 'SIGSTOP');
    try {
      const startedMs = performance.now();
      const calls = (await Promise.all(Array.from({ length: 8 }, () => ask()))).flat();
      // In turn it would be eight times three seconds.
      expect(performance.now() - startedMs).toBeLessThan(12_000);
      for (const call of calls) {
        const Stderr = expect.stringMatching(/^kubectl-oidc: the keychain did not answer within 3 s\..*\n$/);
        expect(call).toMatchObject({ Stdout: '', Status: 1, Stderr });
      }
    } finally {
      process.kill(lab.keyring.daemonPid, 'SIGCONT');
    }
    expect((await ask()).map(tokenOf)).toHaveLength(1);
  }, 60_000);

  it('a keychain that hangs while a refreshed token is written costs no answer: it is kept in the file', async () => {
    await signInUntilExpired();
    lab.provider.setLatency(1500);
    const before = lab.provider.requests.token;
    const asked = ask();
    await expect.poll(() => lab.provider.requests.token, { timeout: 10_000 }).toBe(before + 1);
    process.kill(lab.keyring.daemonPid, 'SIGSTOP');
    try {
      const [call] = await asked;
      expect(call).toMatchObject({ Status: 0, Stdout: expect.stringContaining('"ExecCredential"') });
      expect(call?.Stderr).toBe(
        'kubectl-oidc: the tokens are kept in a file that only you can read, not in the keychain: the keychain did not answer within 3 s.\n',
      );
      // Who would exit as usual is held by the thread in the keychain.
      await expect.poll(() => processesOf(main), { timeout: 5000 }).toEqual([]);
    } finally {
      process.kill(lab.keyring.daemonPid, 'SIGCONT');
      lab.provider.setLatency(0);
    }
    expect((await ask()).map(tokenOf)).toHaveLength(1);
    expect(lab.provider.requests.token).toBe(before + 1);
    await lab.signIn(server);
  }, 60_000);

  it("who waits for another's answer can be interrupted, and the other goes on", async () => {
    await signInUntilExpired();
    lab.provider.setLatency(2500);
    const first = ask();
    await running(main);
    const [working] = processesOf(lab.program);
    const second = ask();
    const waiting = await running(lab.program, working);
    await expect.poll(() => isInLine(waiting)).toBe(true);
    process.kill(waiting, 'SIGINT');
    expect(await second).toMatchObject([{ Stdout: '', Status: 130 }]);
    expect((await first).map(tokenOf)).toHaveLength(1);
    lab.provider.setLatency(0);
  }, 60_000);

  it('row 6: SIGUSR1 opens no inspector in main', async () => {
    const child = spawn(main, ['keychain-worker'], { env: lab.env, stdio: ['pipe', 'ignore', 'pipe'] });
    const stderr = text(child.stderr);
    await expect.poll(() => threadsOf(child.pid)).toBeGreaterThan(4);
    child.kill('SIGUSR1');
    child.stdin.end();
    await once(child, 'exit');
    expect(await stderr).not.toContain('Debugger');
  });
});

/** Whether it holds the file open by whose lock processes wait for their turn. */
function isInLine(pid: number): boolean {
  const descriptors = readdirSync(`/proc/${pid}/fd`);
  return descriptors.some((each) => readlinkSync(`/proc/${pid}/fd/${each}`).endsWith('/front.lock'));
}

function threadsOf(pid: number | undefined): number {
  return readdirSync(`/proc/${pid}/task`).length;
}

/** The processes that run this program, by the path they were started with. */
function processesOf(program: string): readonly number[] {
  const isOf = (pid: number): boolean => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(program);
    } catch {
      // It has ended meanwhile.
      return false;
    }
  };
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && isOf(pid));
}

/** The one that is running this program, as soon as there is one besides `other`. */
async function running(program: string, other?: number): Promise<number> {
  const found = () => processesOf(program).filter((pid) => pid !== other);
  await expect.poll(() => found().length, { timeout: 10_000, interval: 20 }).toBeGreaterThan(0);
  const [pid = 0] = found();
  return pid;
}
