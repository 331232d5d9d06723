// Is somebody there to sign in, and by which way? Decided from terminals, displays and what kubectl says; nothing
// is opened or asked here.

import type { LoginPolicy } from './settings.ts';

/** What was seen around this process. `wsl`: Linux inside Windows, whose browser can be opened. */
export type Surroundings = {
  readonly platform: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdinTerminal: boolean;
  readonly stderrTerminal: boolean;
  readonly wsl: boolean;
};

export type PresenceRequest = {
  /** `by-name`: a person typed `login`. `in-passing`: a token was asked for and there is none. `ahead`: there is one still. */
  readonly asked: 'by-name' | 'in-passing' | 'ahead';
  readonly policy: LoginPolicy;
  readonly noBrowser: boolean;
  readonly execInfo: { readonly announced: boolean; readonly interactive: boolean };
};

/** How a sign-in can go. `mayPaste`: stdin may be read, should no browser open. */
export type Presence =
  | { readonly kind: 'browser'; readonly mayPaste: boolean }
  | { readonly kind: 'paste' }
  | { readonly kind: 'nobody'; readonly why: string };

/**
 * The way to sign in, if somebody is there. In passing, a caller without any terminal (an editor, a cron job) gets
 * `nobody`: it asks every few seconds and would open a tab each time. kubectl's `spec.interactive: false` forbids
 * reading stdin, not a browser.
 */
export function presenceOf(request: PresenceRequest, around: Surroundings): Presence {
  if (request.asked === 'ahead') return nobody('the login is refreshed ahead of its end, in the background');
  const mayAsk = maySpeak(around) && (!request.execInfo.announced || request.execInfo.interactive);
  const watched = around.stdinTerminal || around.stderrTerminal;
  const canOpen = !request.noBrowser && canOpenBrowser(around);
  if (!watched && isSet(around, 'CI') && !request.noBrowser)
    return nobody('this is a CI job without a terminal');
  if (request.asked === 'by-name') return canOpen ? { kind: 'browser', mayPaste: mayAsk } : { kind: 'paste' };
  if (request.policy === 'never') return nobody('--login is never');
  if (!watched) return nobody('no person is at a terminal');
  if (canOpen) return { kind: 'browser', mayPaste: mayAsk };
  if (mayAsk) return { kind: 'paste' };
  return nobody('no browser can be opened here and no terminal is free to ask on');
}

/** Whether a question can be asked: both the words and the answer have a terminal. */
export function maySpeak(around: Surroundings): boolean {
  return around.stdinTerminal && around.stderrTerminal;
}

function canOpenBrowser(around: Surroundings): boolean {
  const { platform } = around;
  const overSsh = ['SSH_CONNECTION', 'SSH_CLIENT', 'SSH_TTY'].some((name) => isSet(around, name));
  if (platform === 'darwin' || platform === 'win32') return !overSsh;
  // Remote editors and Codespaces name a program in BROWSER that opens the tab on the person's own machine.
  if (['DISPLAY', 'WAYLAND_DISPLAY', 'BROWSER'].some((name) => isSet(around, name))) return true;
  return around.wsl && !overSsh;
}

function isSet(around: Surroundings, name: string): boolean {
  const value = around.environment[name];
  return value !== undefined && value !== '' && !(name === 'CI' && (value === 'false' || value === '0'));
}

function nobody(why: string): Presence {
  return { kind: 'nobody', why };
}
