// The keychain in a child process that is killed when it does not answer. Used wherever the start of a process is
// affordable; questions and answers go through pipes, since arguments and variables can be read by others.

import { spawn } from 'node:child_process';
import { parseFields } from '../../json-fields.ts';
import { type Keychain, type KeychainDone, type KeychainRead, keychainDeadlineMs } from './keychain.ts';
import type { KeychainQuestion } from './keychain-worker.ts';

const noAnswer = { kind: 'unavailable', trouble: 'no-answer' } as const;
const refused = { kind: 'unavailable', trouble: 'refused' } as const;

/**
 * `command` is a program and its words that end in `runKeychainWorker`; `signal` ends a child that is under way, but not
 * one that writes.
 */
export function childKeychain({
  command,
  signal,
}: {
  readonly command: readonly string[];
  readonly signal?: AbortSignal;
}): Keychain {
  const ask = (question: KeychainQuestion): Promise<string | undefined> => {
    signal?.throwIfAborted();
    return askChild(startWorker(command), question, signal);
  };
  return {
    read: async (account) => parseRead(await ask({ operation: 'read', account })),
    // Not ended by the signal: a fresh token is stored first, cancelled afterwards.
    write: async (account, value) =>
      parseDone(await askChild(startWorker(command), { operation: 'write', account, value })),
    delete: async (account) => parseDone(await ask({ operation: 'delete', account })),
  };
}

type Worker = ReturnType<typeof startWorker>;

function startWorker([program = '', ...words]: readonly string[]) {
  return spawn(program, words, {
    stdio: ['pipe', 'pipe', 'ignore'],
    windowsHide: true,
    // The worker is no exec entry, whatever we are: main refuses to be any other than get-token.
    env: { ...process.env, KUBERNETES_EXEC_INFO: undefined },
    // A process group of its own: Ctrl-C on the terminal must not reach a worker that is storing a fresh token.
    detached: true,
  });
}

/** The child's answer; '' when it ended without one, undefined when it was killed for its silence. */
function askChild(
  child: Worker,
  question: KeychainQuestion,
  signal?: AbortSignal,
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const kill = (): void => {
      child.kill('SIGKILL');
    };
    const late = setTimeout(() => {
      kill();
      resolve(undefined);
    }, keychainDeadlineMs);
    const abort = (): void => {
      kill();
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
      // A whole line is the answer; the end of a Node process takes 10 ms more.
      if (answer.endsWith('\n')) ended();
    });
    const ended = (): void => {
      clearTimeout(late);
      signal?.removeEventListener('abort', abort);
      resolve(answer);
    };
    child.on('error', ended).on('close', ended);
    // A child that ended early breaks the pipe; its `close` tells the story.
    child.stdin.on('error', () => undefined).end(JSON.stringify(question));
  });
}

function parseRead(answer: string | undefined): KeychainRead {
  if (answer === undefined) return noAnswer;
  const { kind, value, trouble } = parseFields(answer) ?? {};
  if (kind === 'found' && typeof value === 'string') return { kind, value };
  return kind === 'absent' ? { kind } : troubleOf(trouble);
}

function parseDone(answer: string | undefined): KeychainDone {
  if (answer === undefined) return noAnswer;
  const { kind, trouble } = parseFields(answer) ?? {};
  return kind === 'done' ? { kind } : troubleOf(trouble);
}

function troubleOf(trouble: unknown): Extract<KeychainDone, { kind: 'unavailable' }> {
  const isKnown = trouble === 'not-loadable' || trouble === 'no-answer' || trouble === 'damaged';
  return isKnown ? { kind: 'unavailable', trouble } : refused;
}
