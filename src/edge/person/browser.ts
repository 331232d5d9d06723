// Opens the person's own browser. One fixed program with one argument, no shell.

import type { ChildProcess } from 'node:child_process';
import open from 'open';
import type { BrowserOutcome } from '../../oidc/sign-in.ts';

// A launcher that found no browser says so by its exit status, in well under this time; one that is still there is
// the browser itself.
const launcherMs = 3000;

/**
 * Opens a web address in the default browser, which outlives this process. Never throws: `no-browser` says why not,
 * other schemes included. The opener inherits this process's environment; whether that is the person's own was
 * judged before a sign-in begins (`oidc/environment.ts`). The signal ends the watching, not the browser.
 */
export async function openBrowser(url: string, signal: AbortSignal): Promise<BrowserOutcome> {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address?.protocol !== 'https:' && address?.protocol !== 'http:')
    return { kind: 'no-browser', reason: 'not a web address' };
  try {
    return await outcomeOf(await open(address.href, { wait: false }), signal);
  } catch (error) {
    const errno = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    return { kind: 'no-browser', reason: `the opener cannot be started: ${errno}` };
  }
}

function outcomeOf(launcher: ChildProcess, signal: AbortSignal): Promise<BrowserOutcome> {
  if (launcher.exitCode !== null) return Promise.resolve(byStatus(launcher.exitCode));
  const outcome = Promise.withResolvers<BrowserOutcome>();
  const end = (result: BrowserOutcome) => {
    clearTimeout(timer);
    outcome.resolve(result);
  };
  const timer = setTimeout(() => end({ kind: 'opened' }), launcherMs);
  launcher.once('exit', (status) => end(byStatus(status)));
  signal.addEventListener('abort', () => end({ kind: 'opened' }), { once: true });
  if (signal.aborted) end({ kind: 'opened' });
  return outcome.promise;
}

function byStatus(status: number | null): BrowserOutcome {
  if (status === 0 || status === null) return { kind: 'opened' };
  return { kind: 'no-browser', reason: `the opener ended with status ${status}` };
}
