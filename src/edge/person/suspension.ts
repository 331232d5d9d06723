// Ctrl-Z as a shell with jobs knows it: the terminal is given back, this job stops, and after `fg` it is taken anew.

import type { ScreenMode } from './screen-mode.ts';

export type Suspension = {
  /** Stops this job until the shell continues it. Nothing but a new frame where no shell would. */
  readonly suspend: () => void;
  readonly end: () => void;
};

/** The kernel drops the stop where nobody could continue us (POSIX: an orphaned process group), and says nothing. */
const droppedMs = 100;
/** A job that is ended while it is stopped is continued too, and is told both in any order. */
const endedMs = 20;

/** `onReturn` is called when the screen is ours again, and empty. Not for Windows, which has no jobs. */
export function suspension(
  mode: ScreenMode,
  { signal, onReturn }: { readonly signal: AbortSignal; readonly onReturn: () => void },
): Suspension {
  let timer: NodeJS.Timeout | undefined;
  const suspend = (): void => {
    mode.giveBack();
    process.off('SIGTSTP', suspend);
    timer = setTimeout(continued, droppedMs);
    // To the whole job, as a terminal does it itself: the shell may wait for a program that waits for us.
    process.kill(0, 'SIGTSTP');
  };
  const resume = (): void => {
    process.off('SIGTSTP', suspend);
    process.on('SIGTSTP', suspend);
    if (signal.aborted || !isRetaken(mode)) return;
    // Its size may have changed meanwhile, which only the job in front is told.
    process.emit('SIGWINCH', 'SIGWINCH');
    onReturn();
  };
  const continued = (): void => {
    clearTimeout(timer);
    timer = setTimeout(resume, endedMs);
  };
  process.on('SIGTSTP', suspend);
  process.on('SIGCONT', continued);
  return {
    suspend,
    end: () => {
      clearTimeout(timer);
      process.off('SIGTSTP', suspend);
      process.off('SIGCONT', continued);
      if (!mode.isTaken()) process.on('exit', endInBackground);
    },
  };
}

/** Node's own end asks for the terminal (tcsetattr), for which the kernel would stop a job in the background once more. */
function endInBackground(): void {
  process.removeAllListeners('SIGTERM');
  process.kill(process.pid, 'SIGTERM');
}

/** A terminal that is gone meanwhile is not taken: SIGHUP tells the rest. */
function isRetaken(mode: ScreenMode): boolean {
  try {
    mode.take();
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return false;
  }
}
