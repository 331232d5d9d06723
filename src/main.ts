// argv → command → exit status. The only reader of process.argv and process.env, the only writer of the exit
// status; get-token is answered here without loading the table of commands, since kubectl runs it every time.

import { writeSync } from 'node:fs';
import * as getToken from './commands/get-token.ts';
import { describeFailure, exitStatusOf, Failure } from './failure.ts';
import type { Host } from './host.ts';

/** Streams and signal handlers are made when first asked for: a warm answer needs none of them. */
function hostOf(): Host {
  const [, started = process.execPath] = process.argv;
  let signal: AbortSignal | undefined;
  return {
    arguments: process.argv.slice(2),
    environment: process.env,
    get stdin() {
      return process.stdin;
    },
    get stdout() {
      isSpeaking ||= listenToReader();
      return process.stdout;
    },
    get stderr() {
      return process.stderr;
    },
    isTerminal: (descriptor) => process.getBuiltinModule('node:tty').isatty(descriptor),
    platform: process.platform,
    get programPath() {
      return isExecutable() && !/[\\/]/.test(started) ? process.execPath : started;
    },
    get programCommand() {
      return [process.execPath, ...(isExecutable() ? [] : [...process.execArgv, started])];
    },
    now: () => Math.floor(Date.now() / 1000),
    leaveThread: () => {
      hangs = true;
    },
    get signal() {
      signal ??= signalOfInterrupts();
      return signal;
    },
  };
}

/** Set where a thread hangs in the keychain. */
let hangs = false;

/** Exit, also where a thread hangs that an exit would wait for: then as a program in our place that does nothing else. */
function end(status: number): never {
  if (hangs && process.execve) {
    const [program = '', ...words] = hostOf().programCommand;
    try {
      process.execve(program, [program, ...words, endWord, String(status)], {});
    } catch {
      // Our file is gone or was replaced meanwhile: the exit below waits for the thread, and the status stays right.
    }
  }
  process.exit(status);
}

const endWord = '__end';

/** Set once something was, or may be, written by the stream, which holds what a pipe does not take at once. */
let isSpeaking = false;

/** A reader who has seen enough (`| head`) ends the command, and that is no bug. */
function listenToReader(): true {
  process.stdout.once('error', (error) => {
    if ('code' in error && error.code === 'EPIPE') process.exit(0);
    fail(error);
  });
  return true;
}

/** An exit would drop what the pipe has not taken yet. */
async function untilTaken(): Promise<void> {
  if (!isSpeaking || process.stdout.writableLength === 0) return;
  // A reader that hangs must not hold us against the person's Ctrl-C.
  for (const name of interrupts) process.once(name, () => process.exit(130));
  await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
}

/** Whether Node and program are one file; its argv[1] is then the name that it was started by, which PATH may have found. */
function isExecutable(): boolean {
  return process.getBuiltinModule('node:sea').isSea();
}

const interrupts = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function signalOfInterrupts(): AbortSignal {
  const controller = new AbortController();
  for (const name of interrupts) {
    process.once(name, () => controller.abort(new Failure('cancelled', `cancelled by ${name}`)));
  }
  return controller.signal;
}

async function answer(host: Host): Promise<void> {
  const [command, ...words] = host.arguments;
  // Behind "--" a word is no flag to yargs either, which then does nothing and would call that an answer.
  const flags = words.includes('--') ? words.slice(0, words.indexOf('--')) : words;
  if (command === 'get-token' && !flags.some((word) => /^(-h|--help|--version)$/.test(word))) {
    const request = getToken.parse(words, host.environment);
    return write(1, await getToken.run(request, await getToken.realDeps(request, host)));
  }
  if (host.environment.KUBERNETES_EXEC_INFO && command !== 'get-token') {
    throw new Failure(
      'refused',
      `the kubeconfig's exec entry runs "${command ?? ''}", and only get-token may be one`,
      {
        hint: 'Look at where this kubeconfig comes from; "kubectl oidc setup" writes the right entry.',
      },
    );
  }
  if (command === '__complete') {
    const complete = await import('./commands/complete.ts');
    const { commandList } = await import('./command-list.ts');
    const presets = async () => {
      const known = (await import('./rbac/presets.ts')).presets;
      return known.map(({ name, about }) => ({ value: name, about }));
    };
    const deps = await complete.realDeps({ commands: commandList, presets }, host);
    return write(1, complete.describe(await complete.run(words, deps)));
  }
  if (command === endWord) process.exit(Number(words[0]));
  if (command === '--version') return write(1, `${(await import('./version.ts')).version}\n`);
  if (command === 'keychain-worker') {
    const { runKeychainWorker } = await import('./edge/store/keychain-worker.ts');
    return runKeychainWorker(host.stdin, host.stdout);
  }
  const { runCli } = await import('./cli.ts');
  return runCli(host);
}

/** A pipe may be full for a moment (EAGAIN) when whoever started us made it non-blocking. */
function write(descriptor: 1 | 2, text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : '';
      // Whoever started us is gone (EPIPE): nobody is left to tell.
      if (code === 'EPIPE') return;
      if (code !== 'EAGAIN') throw error;
    }
  }
}

/** Where a bug happened, without the message before the frames, which may hold what others wrote. */
function framesOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const { stack = '', message } = error;
  const at = stack.indexOf(message);
  const frames = at < 0 ? '' : stack.slice(at + message.length);
  return frames
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}

/** Says how it ended, and ends. */
function fail(error: unknown): never {
  const line = describeFailure(error);
  if (line !== '') write(2, `${line}\n`);
  if (!(error instanceof Failure) && process.env.KUBECTL_OIDC_DEBUG === '1') write(2, `${framesOf(error)}\n`);
  // A hung secret service holds a thread that an ordinary exit would wait for, for up to 50 s.
  if (error instanceof Failure && 'stuckThread' in error) {
    // Tells the front that the message was written; ignored by who started us, or unknown (Windows), the other one ends us.
    if (process.platform !== 'win32') process.kill(process.pid, 'SIGALRM');
    process.kill(process.pid, 'SIGKILL');
  }
  end(exitStatusOf(error));
}

// What fails outside of any await, such as a stream whose reader is gone, must not print a stack either.
process.once('uncaughtException', fail);
// Not awaited at the top level: the release executable's form of this file is a script, no module.
answer(hostOf()).then(
  () => untilTaken().then(() => end(0)),
  (error) => untilTaken().then(() => fail(error)),
);
