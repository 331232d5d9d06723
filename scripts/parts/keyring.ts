// A real gnome-keyring on a D-Bus session of its own, for tests, demo and bench. Everything it writes or listens
// on lies in the folder given; nothing of the person's own session is touched, and no service is started by name.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { dyingWithUs } from './process.ts';

const run = promisify(execFile);

export type Keyring = {
  /** Variables for a process that shall use this keyring: spread over its own. */
  readonly env: {
    readonly DBUS_SESSION_BUS_ADDRESS: string;
    readonly XDG_RUNTIME_DIR: string;
    readonly HOME: string;
  };
  /** gnome-keyring-daemon: SIGSTOP it to play a hung secret service, SIGCONT to wake it. */
  readonly daemonPid: number;
  /** Locks the default collection; nobody is there to unlock it again. */
  readonly lock: () => Promise<void>;
  /** Ends both daemons by their process ids, stopped ones too. */
  readonly stop: () => Promise<void>;
};

// No service folders: the bus must never start a second keyring or a prompter.
const busConfig = (socket: string): string => `<!DOCTYPE busconfig PUBLIC
  "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;

/**
 * A keyring that is unlocked and answers. `dir` becomes its HOME and must have a short path (a unix socket takes
 * 107 bytes). Throws an Error that names the missing program or holds what a daemon said.
 */
export async function startKeyring(dir: string): Promise<Keyring> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const socket = join(dir, 'bus');
  const config = join(dir, 'bus.conf');
  writeFileSync(config, busConfig(socket));
  const env = { DBUS_SESSION_BUS_ADDRESS: `unix:path=${socket}`, XDG_RUNTIME_DIR: dir, HOME: dir };
  const bus = await startDaemon(
    'dbus-daemon',
    [`--config-file=${config}`, '--nofork', '--print-address=1'],
    env,
  );
  const send = (...words: string[]) =>
    run('dbus-send', ['--session', ...words], { env: { ...process.env, ...env } });
  try {
    const unlock = [
      '--foreground',
      '--unlock',
      '--components=secrets',
      `--control-directory=${join(dir, 'control')}`,
    ];
    const daemon = await startDaemon('gnome-keyring-daemon', unlock, env, 'a password');
    await answers(send);
    return {
      env,
      daemonPid: daemon.pid!,
      lock: async () => {
        const service = ['--dest=org.freedesktop.secrets', '--print-reply', '/org/freedesktop/secrets'];
        const collection = 'array:objpath:/org/freedesktop/secrets/collection/login';
        await send(...service, 'org.freedesktop.Secret.Service.Lock', collection);
      },
      stop: async () => {
        await end(daemon);
        await end(bus);
      },
    };
  } catch (error) {
    await end(bus);
    throw error;
  }
}

/** Resolves with the daemon's first line on stdout: both daemons write one when they are up. */
async function startDaemon(
  program: string,
  words: readonly string[],
  env: Readonly<Record<string, string>>,
  input = '',
): Promise<ChildProcess> {
  const [first = program, ...rest] = dyingWithUs([program, ...words]);
  const child = spawn(first, rest, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stdin.on('error', () => undefined).end(input);
  const ended = new Promise<never>((_, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(`${program} did not start (${error.code}): install it`)),
    );
    child.on('exit', (status) => reject(new Error(`${program} ended with ${status}: ${said}`)));
  });
  ended.catch(() => undefined);
  await Promise.race([firstLine(child.stdout), ended]);
  return child;
}

async function firstLine(stream: Readable): Promise<void> {
  const lines = createInterface({ input: stream });
  await once(lines, 'line');
  stream.resume();
}

/** The daemon's line comes a moment before it owns its name on the bus; the bus has no way to ask "tell me when". */
async function answers(send: (...words: string[]) => Promise<unknown>): Promise<void> {
  for (let left = 100; ; left -= 1) {
    try {
      await send('--dest=org.freedesktop.secrets', '--print-reply', '/', 'org.freedesktop.DBus.Peer.Ping');
      return;
    } catch (error) {
      if (left === 0) throw error;
      await wait(20);
    }
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
