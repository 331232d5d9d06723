// A terminal taken for a screen of our own, and given back as it was. Written at once: what a stream holds back would
// come after the end.

import { writeSync } from 'node:fs';

export type ScreenWish = {
  /** Not for a screen reader, which reads what was said before too. */
  readonly alternate: boolean;
  readonly mouse: boolean;
};

export type ScreenMode = {
  /** Takes it; fails where the terminal is gone. From a shell's background the kernel stops us until we are in front. */
  readonly take: () => void;
  /** Gives it back; more than once is once. */
  readonly giveBack: () => void;
  readonly isTaken: () => boolean;
  /** What empties it; what a screen reader may still want to read is moved up. The cursor is at its beginning then. */
  readonly wiping: (rows: number) => string;
};

// Without autowrap (DECAWM): a name that the terminal draws wider than we count costs a few columns of its own line,
// and moves no other.
const enterAlternate = '\u001b[?1049h\u001b[?7l\u001b[H\u001b[2J';
const leaveAlternate = '\u001b[?7h\u001b[?1049l';
const reportClicks = '\u001b[?1000h\u001b[?1006h';
const reportNothing = '\u001b[?1006l\u001b[?1000l';
const showCursor = '\u001b[?25h';
const hideCursor = '\u001b[?25l';
/** What comes next is not read as a part of what was there. */
const newLine = '\r\n';

/** stdin and stdout must be terminals. */
export function screenMode(stdin: NodeJS.ReadStream, { alternate, mouse }: ScreenWish): ScreenMode {
  let isTaken = false;
  return {
    take: () => {
      // Set first: whoever stopped and continued us may have set it otherwise, which is not noticed here.
      stdin.setRawMode(false);
      stdin.setRawMode(true);
      isTaken = true;
      writeAtOnce(`${alternate ? enterAlternate + hideCursor : ''}${mouse ? reportClicks : ''}`);
    },
    giveBack: () => {
      if (!isTaken) return;
      isTaken = false;
      writeAtOnce(`${mouse ? reportNothing : ''}${showCursor}${alternate ? leaveAlternate : newLine}`);
      cookedAgain(stdin);
    },
    isTaken: () => isTaken,
    wiping: (rows) => (alternate ? '\u001b[H\u001b[2J' : `${'\n'.repeat(rows)}\u001b[H`),
  };
}

function writeAtOnce(text: string): void {
  try {
    writeSync(1, text);
  } catch (error) {
    // EIO, EBADF: the terminal is gone, and with it what had to be restored. EAGAIN: its reader hangs.
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
}

function cookedAgain(stdin: NodeJS.ReadStream): void {
  try {
    stdin.setRawMode(false);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
}
