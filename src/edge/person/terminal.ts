// The terminal, as far as a login talks on it: words on stderr, answers from stdin. stdout belongs to results.

import { release } from 'node:os';
import type { Interface } from 'node:readline';
import { maySpeak, type Surroundings } from '../../oidc/presence.ts';

/** The standard streams, as `process` has them. */
export type Streams = {
  readonly stdin: NodeJS.ReadStream;
  readonly stderr: NodeJS.WriteStream;
};

export type Terminal = {
  /** One line on stderr. */
  readonly say: (line: string) => void;
  /** The lines of stdin until it ends or the signal aborts; afterwards stdin keeps no process alive. */
  readonly pastedLines: (signal: AbortSignal) => AsyncIterable<string>;
  /** A yes or no question; no is the default, and the answer where stdin or stderr is no terminal. */
  readonly ask: (question: string, signal: AbortSignal) => Promise<boolean>;
  readonly surroundings: (environment: Readonly<Record<string, string | undefined>>) => Surroundings;
};

/** The terminal of this process. Nothing is read before it is asked for. */
export function openTerminal({ stdin, stderr }: Streams): Terminal {
  const streams = { stdin, stderr };
  const say = (line: string): void => {
    stderr.write(`${line}\n`);
  };
  const surroundings = (environment: Readonly<Record<string, string | undefined>>): Surroundings => ({
    platform: process.platform,
    environment,
    stdinTerminal: stdin.isTTY === true,
    stderrTerminal: stderr.isTTY === true,
    wsl: process.platform === 'linux' && /microsoft/i.test(release()),
  });
  return {
    say,
    pastedLines: (signal) => linesOf(streams, '', signal),
    surroundings,
    ask: async (question, signal) => {
      if (!maySpeak(surroundings({}))) return false;
      for await (const line of linesOf(streams, `${question} [y/N] `, signal)) {
        return /^\s*y(es)?\s*$/i.test(line);
      }
      return false;
    },
  };
}

async function* linesOf(streams: Streams, prompt: string, signal: AbortSignal): AsyncGenerator<string> {
  if (signal.aborted) return;
  const reader = await openReader(streams);
  const close = () => reader.close();
  signal.addEventListener('abort', close, { once: true });
  try {
    if (prompt !== '') {
      reader.setPrompt(prompt);
      reader.prompt();
    }
    yield* reader;
  } finally {
    signal.removeEventListener('abort', close);
    reader.close();
    streams.stdin.unref?.();
  }
}

async function openReader({ stdin, stderr }: Streams): Promise<Interface> {
  // A refresh asks nobody, and pays for no reader.
  const { createInterface } = await import('node:readline');
  // The terminal's own line editing cuts a line at 4096 characters (macOS: 1024), less than many answers are long;
  // readline's raw mode does not, but then Ctrl-C comes as a key.
  stdin.ref?.();
  const terminal = stdin.isTTY === true && stderr.isTTY === true;
  const reader = createInterface(terminal ? { input: stdin, output: stderr, terminal } : { input: stdin });
  reader.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  return reader;
}
