// The terminal as a screen of our own: keys as they are pressed, the alternate screen, and everything as it was before
// however this ends: by a key, a signal, a bug or a terminal that is gone.

import { writeSync } from 'node:fs';
import type { Host } from '../../host.ts';

export type ScreenTerminal = {
  readonly size: () => { readonly columns: number; readonly rows: number };
  /** Each returns what ends it. A terminal that is gone ends the process's wait with `onGone`. */
  readonly onText: (take: (text: string) => void) => () => void;
  readonly onResize: (
    take: (size: { readonly columns: number; readonly rows: number }) => void,
  ) => () => void;
  readonly wipe: () => void;
  /** stdout while the screen is ours; afterwards it swallows what still comes, such as a last frame at the process's end. */
  readonly canvas: NodeJS.WriteStream;
  /** Gives the terminal back; more than once is once. */
  readonly close: () => void;
};

export type ScreenWish = {
  /** Not for a screen reader, which reads what was said before too. */
  readonly alternate: boolean;
  readonly mouse: boolean;
};

const enterAlternate = '\u001b[?1049h\u001b[H\u001b[2J';
const leaveAlternate = '\u001b[?1049l';
const reportClicks = '\u001b[?1000h\u001b[?1006h';
const reportNothing = '\u001b[?1006l\u001b[?1000l';
const showCursor = '\u001b[?25h';
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Takes the terminal. stdin and stdout must be terminals. */
export function openScreenTerminal(
  { stdin, stdout }: Host,
  { alternate, mouse }: ScreenWish,
): ScreenTerminal {
  let isOpen = true;
  const size = () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 });
  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    process.off('exit', close);
    process.off('uncaughtException', close);
    writeAtOnce(`${mouse ? reportNothing : ''}${showCursor}${alternate ? leaveAlternate : ''}`);
    giveBack(stdin);
    for (const name of signals) process.off(name, ignore);
    process.off('SIGQUIT', quit);
  };
  // It asks for a core file: the process ends by it, but not before the terminal is whole.
  const quit = (): void => {
    close();
    process.kill(process.pid, 'SIGQUIT');
  };
  process.on('SIGQUIT', quit);
  // Before main tells on stderr what happened, which would be lost with the screen.
  process.prependListener('uncaughtException', close);
  process.on('exit', close);
  // Ink's own handling ends the process by the signal where nobody else listens: the terminal would stay raw.
  for (const name of signals) process.on(name, ignore);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stdin.ref();
  writeAtOnce(`${alternate ? enterAlternate : ''}${mouse ? reportClicks : ''}`);
  return {
    size,
    onText: (take) => listen(stdin, 'data', take),
    onResize: (take) => listen(stdout, 'resize', () => take(size())),
    wipe: () => void stdout.write('\u001b[H\u001b[2J'),
    canvas: canvasOn(stdout, () => isOpen),
    close,
  };
}

function canvasOn(stdout: NodeJS.WriteStream, isOpen: () => boolean): NodeJS.WriteStream {
  const write = (...words: Parameters<NodeJS.WriteStream['write']>): boolean => {
    if (isOpen()) return stdout.write(...words);
    for (const word of words) if (typeof word === 'function') word();
    return true;
  };
  return Object.create(stdout, { write: { value: write } });
}

function ignore(): void {}

function listen<Value>(stream: NodeJS.EventEmitter, name: string, take: (value: Value) => void): () => void {
  stream.on(name, take);
  return () => stream.off(name, take);
}

/** Not through the stream: what it holds back would come after the end. */
function writeAtOnce(text: string): void {
  try {
    writeSync(1, text);
  } catch (error) {
    // EIO, EBADF: the terminal is gone, and with it what had to be restored. EAGAIN: its reader hangs.
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
}

function giveBack(stdin: NodeJS.ReadStream): void {
  try {
    stdin.setRawMode(false);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
  stdin.pause();
  stdin.unref();
}
