// Who runs us, as far as the system tells (Linux: /proc). On the warm path: one or two small files, no packages.

import { readFileSync, readlinkSync } from 'node:fs';
import { parentPidAt, startTimeAt, statFieldsOf } from '../files/process-stat.ts';

export type CallerProcess = {
  /** `shell`: a person or script runs the program by hand, and its stdout is theirs. */
  readonly kind: 'shell' | 'client' | 'unknown';
  /** The environment that the caller was started with; undefined where the system does not show it. */
  readonly environment: Readonly<Record<string, string>> | undefined;
  readonly pid: number;
  /** In the kernel's ticks: tells a process id that was used again. '' where nobody announced themselves, or no system tells. */
  readonly startTime: string;
};

export type CallerQuestion = {
  readonly platform: string;
  readonly parentPid: number;
  /** KUBERNETES_EXEC_INFO of this process: set by kubectl, after the exec entry's own variables. */
  readonly execInfo: string | undefined;
  readonly stdoutTerminal: boolean;
};

const shells = new Set(
  'sh bash rbash dash ash busybox zsh fish ksh ksh93 mksh oksh loksh yash csh tcsh nu elvish xonsh osh pwsh'.split(
    ' ',
  ),
);

/**
 * The process that asked for a token. With KUBERNETES_EXEC_INFO it is the nearest ancestor that was not itself started
 * with it: the front and wrappers between kubectl and us have it too. Without, the parent: a shell, or a client that
 * does not say. A client reads our stdout through a pipe, so a terminal on stdout means a person.
 */
export function readCaller(question: CallerQuestion): CallerProcess {
  const { execInfo, parentPid, platform, stdoutTerminal } = question;
  const announced = execInfo !== undefined && execInfo !== '';
  const parent = { environment: undefined, pid: parentPid, startTime: '' };
  if (!announced && stdoutTerminal) return { ...parent, kind: 'shell' };
  if (platform !== 'linux') return { ...parent, kind: announced ? 'client' : 'unknown' };
  return announced ? clientAbove(parentPid, execInfo) : parentOf(parentPid);
}

function clientAbove(parentPid: number, execInfo: string): CallerProcess {
  let pid = parentPid;
  for (let depth = 0; ; depth++) {
    const environment = readEnvironment(pid);
    const stat = statFieldsOf(pid);
    const client = { kind: 'client', pid, startTime: stat[startTimeAt] ?? '' } as const;
    if (environment?.KUBERNETES_EXEC_INFO !== execInfo) return { ...client, environment };
    pid = Number(stat[parentPidAt]);
    if (depth === 16 || !(pid > 1)) return { ...client, environment: undefined };
  }
}

function parentOf(pid: number): CallerProcess {
  const parent = { environment: undefined, pid, startTime: '' };
  const program = unlessHidden(() => readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, ''));
  if (program === undefined) return { ...parent, kind: 'unknown' };
  if (shells.has(program.slice(program.lastIndexOf('/') + 1))) return { ...parent, kind: 'shell' };
  const environment = readEnvironment(pid);
  return { ...parent, kind: environment === undefined ? 'unknown' : 'client', environment };
}

function readEnvironment(pid: number): Record<string, string> | undefined {
  const text = unlessHidden(() => readFileSync(`/proc/${pid}/environ`, 'utf8'));
  if (text === undefined) return undefined;
  const environment: Record<string, string> = {};
  for (const entry of text.split('\0')) {
    const at = entry.indexOf('=');
    // Of a name given twice getenv takes the first.
    if (at > 0) environment[entry.slice(0, at)] ??= entry.slice(at + 1);
  }
  return environment;
}

/** undefined for another user's process, or one that is gone: the rules for a hidden environment apply. */
function unlessHidden(read: () => string): string | undefined {
  try {
    return read();
  } catch (error) {
    if (typeof (error as NodeJS.ErrnoException).code !== 'string') throw error;
    return undefined;
  }
}
