// The terminal, as far as a login talks on it: words on stderr, answers from stdin. stdout belongs to results.

import { release } from 'node:os';
import type { Interface } from 'node:readline';
import type { Host } from '../../host.ts';
import { maySpeak, type Surroundings } from '../../oidc/presence.ts';

/** The standard streams; they are made when first asked for. */
export type Streams = Pick<Host, 'stdin' | 'stderr' | 'isTerminal'>;

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
export function openTerminal(streams: Streams): Terminal {
  const say = (line: string): void => {
    streams.stderr.write(`${line}\n`);
  };
  const surroundings = (environment: Readonly<Record<string, string | undefined>>): Surroundings => ({
    platform: process.platform,
    environment,
    stdinTerminal: streams.isTerminal(0),
    stderrTerminal: streams.isTerminal(2),
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

async function openReader({ stdin, stderr, isTerminal }: Streams): Promise<Interface> {
  // A refresh asks nobody, and pays for no reader.
  const { createInterface } = await import('node:readline');
  // The terminal's own line editing cuts a line at 4096 characters (macOS: 1024), less than many answers are long;
  // readline's raw mode does not, but then Ctrl-C comes as a key.
  stdin.ref?.();
  const terminal = isTerminal(0) && isTerminal(2);
  const reader = createInterface(terminal ? { input: stdin, output: stderr, terminal } : { input: stdin });
  reader.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  return reader;
}
