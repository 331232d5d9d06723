// A real interactive shell on a pseudo-terminal of its own (util-linux script), with a person who waits for what is
// shown before typing on.

import { spawn } from 'node:child_process';

export type Shell = 'bash' | 'zsh' | 'fish';

/** How each starts without anybody's settings, and what it runs to say that it is ready. */
const starts: Readonly<Record<Shell, { readonly command: string; readonly setup: string }>> = {
  bash: {
    command: 'bash --norc --noprofile -i',
    setup:
      "bind 'set bell-style none' 'set enable-bracketed-paste off'; source <(kubectl-oidc completion bash)",
  },
  zsh: {
    command: 'zsh -f -i',
    setup: 'autoload -Uz compinit && compinit -D -u; source <(kubectl-oidc completion zsh)',
  },
  fish: { command: 'fish --no-config -i', setup: 'kubectl-oidc completion fish | source' },
};

export type ShellSession = {
  readonly type: (keys: string) => void;
  /** All that was shown so far, once `text` was. Rejects when the shell ends or 10 s pass before. */
  readonly seen: (text: string) => Promise<string>;
  /** Ends the shell. */
  readonly stop: () => Promise<void>;
};

/** Resolves when our completion is loaded. `env` replaces all variables. */
export async function openShell(
  shell: Shell,
  { env, cwd }: { readonly env: Readonly<Record<string, string>>; readonly cwd: string },
): Promise<ShellSession> {
  const { command, setup } = starts[shell];
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    // No history: bash writes it on its way out, when the test's folder goes too.
    env: { ...env, TERM: 'dumb', PS1: '> ', COLUMNS: '300', LINES: '50', HISTFILE: '' },
    cwd,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.stdin.on('error', () => undefined);
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
  });
  const session: ShellSession = {
    type: (keys) => void child.stdin.write(keys),
    seen: (text) => {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const fail = () =>
        reject(new Error(`${shell} never showed ${JSON.stringify(text)}: ${JSON.stringify(shown)}`));
      const late = setTimeout(fail, 10_000);
      const look = () => {
        if (!shown.includes(text)) return;
        clearTimeout(late);
        child.stdout.off('data', look);
        resolve(shown);
      };
      child.stdout.on('data', look);
      void ended.then(fail);
      look();
      return promise;
    },
    stop: async () => {
      // Its terminal goes with it, which ends the shell.
      child.kill('SIGKILL');
      await ended;
    },
  };
  // Cut in two, so that the shell's echo of the line is not taken for its answer.
  session.type(`${setup}; echo load''ed\r`);
  await session.seen('loaded');
  return session;
}
