// A program on a real pseudo-terminal (util-linux script, and stty for its size), and what a terminal emulator shows of
// it (xterm.js without a window). For tests, benches and the pictures in the documentation.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import xterm, { type Terminal as Emulator } from '@xterm/headless';

export type TerminalSize = { readonly columns: number; readonly rows: number };

export type TerminalOptions = TerminalSize & {
  /** Program and words. */
  readonly command: readonly string[];
  /** Replaces all variables; TERM is xterm-256color where it names none. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
};

export type Terminal = {
  readonly emulator: Emulator;
  /** Sends keys as a person's terminal would. */
  readonly type: (keys: string) => void;
  /** The lines on the screen now, blanks at their ends cut. */
  readonly lines: () => readonly string[];
  /** Resolves with the lines once they hold the text, or fit the question. Rejects with them after `withinMs`. */
  readonly until: (
    shown: string | RegExp | ((lines: readonly string[]) => boolean),
    withinMs?: number,
  ) => Promise<readonly string[]>;
  /** As somebody pulls the window; the program is told by SIGWINCH. */
  readonly resize: (size: TerminalSize) => void;
  /** What stty says of the terminal, without its size. */
  readonly settings: () => string;
  /** The same, before the program started. */
  readonly settingsBefore: string;
  /** Every byte the program sent so far. */
  readonly sent: () => string;
  /** The time, as performance.now has it, at which the emulator last drew something. */
  readonly drawnAtMs: () => number;
  /** The program's process id. */
  readonly pid: () => number;
  /** Resolves with the program's exit status, as a shell says it; the terminal is still there. */
  readonly ended: Promise<number>;
  /** The window is closed: the program is told by SIGHUP. */
  readonly close: () => Promise<void>;
};

/** Notes the terminal's name, runs the program in it, tells how it ended and keeps the terminal open. */
const keeper = `
tty > "$0/tty"
stty rows "$1" cols "$2"
shift 2
stty -a > "$0/before"
sh -c 'echo $$ > "$0/pid"; exec "$@"' "$0" "$@"
printf '%s' $? > "$0/status.part"
mv "$0/status.part" "$0/status"
read -r _
`;

/** Resolves when the program has started. Needs Linux. */
export async function openTerminal(options: TerminalOptions): Promise<Terminal> {
  const { columns, rows, command, env, cwd } = options;
  const folder = mkdtempSync(join(tmpdir(), 'terminal-'));
  writeFileSync(join(folder, 'keeper'), keeper);
  const words = ['sh', '-c', '. "$0/keeper"', folder, `${rows}`, `${columns}`, ...command];
  const line = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const child = spawn('script', ['-qec', line, '/dev/null'], {
    env: { TERM: 'xterm-256color', SHELL: '/bin/sh', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
    ...(cwd !== undefined && { cwd }),
  });
  const emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 200 });
  const looks = new Set<() => void>();
  let sent = '';
  let drawnAtMs = 0;
  child.stdin.on('error', () => undefined);
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    sent += text;
    emulator.write(text, () => {
      drawnAtMs = performance.now();
      for (const look of looks) look();
    });
  });
  emulator.onData((answer) => child.stdin.write(answer));
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const file = (name: string): string | undefined => {
    try {
      return readFileSync(join(folder, name), 'utf8').trim() || undefined;
    } catch {
      return undefined;
    }
  };
  const fileWhenThere = async (name: string, isWanted: () => boolean): Promise<string> => {
    for (let found = file(name); isWanted(); found = file(name)) {
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return '255';
  };
  let isGone = false;
  void gone.then(() => {
    isGone = true;
  });
  const pid = Number(await fileWhenThere('pid', () => !isGone));
  const tty = file('tty') ?? '';
  const lines = (): readonly string[] => {
    const { active } = emulator.buffer;
    return Array.from(
      { length: emulator.rows },
      (_, row) =>
        active
          .getLine(active.baseY + row)
          ?.translateToString(true)
          .trimEnd() ?? '',
    );
  };
  return {
    emulator,
    type: (keys) => void child.stdin.write(keys),
    lines,
    until: (shown, withinMs = 10_000) => {
      const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>();
      const isShown = (now: readonly string[]): boolean => {
        if (typeof shown === 'function') return shown(now);
        return now.some((each) => (typeof shown === 'string' ? each.includes(shown) : shown.test(each)));
      };
      const end = (settle: () => void): void => {
        clearTimeout(late);
        looks.delete(look);
        settle();
      };
      const look = (): void => {
        const now = lines();
        if (isShown(now)) end(() => resolve(now));
      };
      const late = setTimeout(
        () => end(() => reject(new Error(`never shown: ${shown}\n${lines().join('\n')}`))),
        withinMs,
      );
      looks.add(look);
      look();
      return promise;
    },
    resize: (size) => {
      emulator.resize(size.columns, size.rows);
      execFileSync('stty', ['-F', tty, 'rows', `${size.rows}`, 'cols', `${size.columns}`]);
    },
    settings: () => settingsIn(execFileSync('stty', ['-F', tty, '-a'], { encoding: 'utf8' })),
    settingsBefore: settingsIn(file('before') ?? ''),
    sent: () => sent,
    drawnAtMs: () => drawnAtMs,
    pid: () => pid,
    ended: fileWhenThere('status', () => !isGone).then(Number),
    close: async () => {
      child.kill('SIGKILL');
      await gone;
      emulator.dispose();
      // Its keeper may write its last file while the folder is emptied.
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}

function settingsIn(said: string): string {
  return said.replace(/rows \d+; columns \d+;/, '').trim();
}
