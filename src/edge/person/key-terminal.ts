// The terminal as a screen of our own: keys as they are pressed, the alternate screen, and everything as it was before
// however this ends: by a key, a signal, a bug or a terminal that is gone.

import type { Host } from '../../host.ts';
import { type ScreenWish, screenMode } from './screen-mode.ts';
import { suspension } from './suspension.ts';

export type ScreenTerminal = {
  readonly size: () => { readonly columns: number; readonly rows: number };
  /** Each returns what ends it. A terminal that is gone ends the process's wait with `onGone`. */
  readonly onText: (take: (text: string) => void) => () => void;
  readonly onResize: (
    take: (size: { readonly columns: number; readonly rows: number }) => void,
  ) => () => void;
  /** Called when nothing of what was drawn is on the screen any more. */
  readonly onEmpty: (take: () => void) => () => void;
  readonly wipe: () => void;
  /** Gives the terminal back and stops until the shell continues us; undefined where there are no jobs. */
  readonly suspend: (() => void) | undefined;
  /** stdout while the screen is ours; else it swallows what still comes, such as a last frame at the process's end. */
  readonly canvas: NodeJS.WriteStream;
  /** Gives the terminal back; more than once is once. */
  readonly close: () => void;
};

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Takes the terminal. stdin and stdout must be terminals. */
export function openScreenTerminal(
  { stdin, stdout, signal, platform }: Host,
  wish: ScreenWish,
): ScreenTerminal {
  const size = () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 });
  const mode = screenMode(stdin, wish);
  const emptied = new Set<() => void>();
  const wipe = (): void => {
    stdout.write(mode.wiping(size().rows));
    for (const take of emptied) take();
  };
  /** Whoever draws has drawn the old lines at the new size by now: what is there is no frame of theirs any more. */
  const resized = (take: (now: ReturnType<typeof size>) => void): (() => void) => {
    let before = size();
    return () => {
      const now = size();
      const isOther = now.columns !== before.columns || now.rows !== before.rows;
      before = now;
      take(now);
      if (isOther && wish.alternate) wipe();
    };
  };
  const pause = platform === 'win32' ? undefined : suspension(mode, { signal, onReturn: wipe });
  const close = (): void => {
    process.off('exit', close);
    process.off('uncaughtException', close);
    pause?.end();
    mode.giveBack();
    stdin.pause();
    stdin.unref();
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
  mode.take();
  stdin.setEncoding('utf8');
  stdin.ref();
  return {
    size,
    onText: (take) => listen(stdin, 'data', take),
    onResize: (take) => listen(stdout, 'resize', resized(take)),
    onEmpty: (take) => {
      emptied.add(take);
      return () => emptied.delete(take);
    },
    wipe,
    suspend: pause?.suspend,
    canvas: canvasOn(stdout, mode.isTaken),
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
