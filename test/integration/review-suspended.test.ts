import { expect, it } from 'vitest';
import type { Terminal } from '../../scripts/parts/terminal.ts';
import { binding, clusterRole } from '../rbac/objects.ts';
import { program } from './lab.ts';
import { sitWithSnapshot } from './review-seat.ts';

const world = [
  clusterRole('everything', '* * *'),
  clusterRole('reader', 'get pods'),
  binding('root', 'clusterrole:everything', 'group:oidc:admins'),
  binding('shop/read', 'clusterrole:reader', 'group:oidc:support'),
];
const ctrlZ = '\u001a';
const prompt = /^shell>$/;
const isDrawn = (lines: readonly string[]): boolean =>
  /kubectl oidc review/.test(lines[0] ?? '') && /\? help/.test(lines.at(-1) ?? '');

type Shell = { readonly seat: Terminal; readonly settingsAtPrompt: string };

/** A shell with jobs, which has started the screen. */
async function shellWithScreen(): Promise<Shell> {
  const seat = await sitWithSnapshot({
    objects: world,
    // -b: what becomes of a job is said at once, not before the next prompt.
    command: () => ['bash', '--norc', '--noprofile', '-b', '-i'],
    columns: 100,
    rows: 30,
    env: { PS1: 'shell> ', HISTFILE: '' },
  });
  await seat.until(prompt);
  const settingsAtPrompt = seat.settings();
  seat.type(`'${process.execPath}' '${program}' review --snapshot prod.json\r`);
  await seat.until(isDrawn);
  return { seat, settingsAtPrompt };
}

/** What the shell shows while the job is stopped or gone: its own screen, and a terminal as it sets it. */
async function expectShell({ seat, settingsAtPrompt }: Shell, said: RegExp): Promise<void> {
  await seat.until(
    (lines) => said.test(lines.join('\n')) && prompt.test(lines.findLast((line) => line !== '') ?? ''),
  );
  // The shell shows its prompt a moment before it takes keys.
  await expect.poll(() => seat.settings()).toBe(settingsAtPrompt);
  expectOwnScreen(seat);
}

function expectOwnScreen({ emulator, sent }: Terminal): void {
  expect(emulator.buffer.active.type).toBe('normal');
  expect(emulator.modes.mouseTrackingMode).toBe('none');
  expect(sent().lastIndexOf('\u001b[?25h')).toBeGreaterThan(sent().lastIndexOf('\u001b[?25l'));
}

/** The whole screen again, with a mouse and keys. */
async function expectScreen({ seat, settingsAtPrompt }: Shell): Promise<void> {
  await seat.until(isDrawn);
  expect(seat.emulator.buffer.active.type).toBe('alternate');
  expect(seat.emulator.modes.mouseTrackingMode).not.toBe('none');
  expect(seat.settings()).not.toBe(settingsAtPrompt);
  expect(seat.lines().filter((line) => /^[› ]{3}group +oidc:(admins|support)/.test(line))).toHaveLength(2);
}

it('goes to the shell on Ctrl-Z, and comes back with fg to where the person was, in the size that is now', async () => {
  const shell = await shellWithScreen();
  const { seat } = shell;
  seat.type('j');
  await seat.until(/^› {2}group +oidc:support/);
  seat.type(ctrlZ);
  await expectShell(shell, /Stopped/);
  seat.resize({ columns: 80, rows: 24 });
  seat.type('echo $((6 * 7))\r');
  await seat.until('42');
  seat.type('fg\r');
  await expectScreen(shell);
  expect(seat.lines()).toHaveLength(24);
  expect(
    seat
      .lines()
      .filter((line) => line.startsWith('›'))
      .join(),
  ).toMatch(/^› {2}group +oidc:support/);
  seat.type('k');
  await seat.until(/^› {2}group +oidc:admins/);
  seat.type('q');
  await expectShell(shell, /fg/);
  seat.type('echo "status $?"\r');
  await seat.until('status 0');
});

it('goes while a filter is typed, and keeps what was typed', async () => {
  const shell = await shellWithScreen();
  const { seat } = shell;
  seat.type('/sup');
  await seat.until('filter: sup');
  seat.type(ctrlZ);
  await expectShell(shell, /Stopped/);
  seat.type('fg\r');
  await seat.until('filter: sup');
  seat.type('p\r');
  await seat.until(/filter "supp"/);
});

it.each(['SIGTSTP', 'SIGSTOP'] as const)('is drawn anew after %s of another program', async (signal) => {
  const shell = await shellWithScreen();
  const { seat } = shell;
  seat.type(ctrlZ);
  await expectShell(shell, /Stopped/);
  // The shell's job has a process id that only the shell knows.
  seat.type('jobs -p\r');
  const pid = Number((await seat.until(/^\d+$/)).find((line) => /^\d+$/.test(line)));
  seat.type('fg\r');
  await expectScreen(shell);
  process.kill(pid, signal);
  await seat.until((lines) => lines.some((line) => prompt.test(line)));
  // Nobody is asked before SIGSTOP: the rest of the screen stays until somebody clears it.
  if (signal === 'SIGTSTP') await expectShell(shell, /Stopped/);
  seat.type('fg\r');
  await expectScreen(shell);
  seat.type('q');
  await expectShell(shell, /fg/);
});

it('does not draw over the shell from its background', async () => {
  const shell = await shellWithScreen();
  const { seat } = shell;
  seat.type(ctrlZ);
  await expectShell(shell, /Stopped/);
  seat.type('clear; bg\r');
  // The kernel stops it again when it asks for the terminal.
  await seat.until(/Stopped/);
  seat.type('\r');
  await expectShell(shell, /Stopped/);
  seat.type('fg\r');
  await expectScreen(shell);
});

it('ends by a signal while it is stopped, and leaves the terminal to the shell', async () => {
  const shell = await shellWithScreen();
  const { seat } = shell;
  seat.type(ctrlZ);
  await expectShell(shell, /Stopped/);
  seat.type('clear; kill %1\r');
  await seat.until(/cancelled by SIGTERM/);
  await seat.until(/Terminated/);
  seat.type('\r');
  await expectShell(shell, /Terminated/);
});
