// Who runs us, as far as the system tells (Linux: /proc). On the warm path: one or two small files, no packages.

import { readFileSync, readlinkSync } from 'node:fs';

export type CallerProcess = {
  /** `shell`: a person or script runs the program by hand, and its stdout is theirs. */
  readonly kind: 'shell' | 'client' | 'unknown';
  /** The environment that the caller was started with; undefined where the system does not show it. */
  readonly environment: Readonly<Record<string, string>> | undefined;
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
const unknown: CallerProcess = { kind: 'unknown', environment: undefined };

/**
 * The process that asked for a token. With KUBERNETES_EXEC_INFO it is the nearest ancestor that was not itself started
 * with it: wrappers between kubectl and us have it too. Without, the parent: a shell, or a client that does not say.
 * A client reads our stdout through a pipe, so a terminal on stdout means a person.
 */
export function readCaller(question: CallerQuestion): CallerProcess {
  const { execInfo, parentPid, platform, stdoutTerminal } = question;
  const announced = execInfo !== undefined && execInfo !== '';
  if (!announced && stdoutTerminal) return { kind: 'shell', environment: undefined };
  if (platform !== 'linux') return announced ? { kind: 'client', environment: undefined } : unknown;
  try {
    return announced ? clientAbove(parentPid, execInfo) : parentOf(parentPid);
  } catch (error) {
    // Another user's process, or one that is gone: the rules for a hidden environment apply.
    if (typeof (error as NodeJS.ErrnoException).code !== 'string') throw error;
    return announced ? { kind: 'client', environment: undefined } : unknown;
  }
}

function clientAbove(parentPid: number, execInfo: string): CallerProcess {
  let pid = parentPid;
  for (let depth = 0; depth < 16 && pid > 1; depth++) {
    const environment = readEnvironment(pid);
    if (environment.KUBERNETES_EXEC_INFO !== execInfo) return { kind: 'client', environment };
    pid = readParentPid(pid);
  }
  return { kind: 'client', environment: undefined };
}

function parentOf(parentPid: number): CallerProcess {
  let pid = parentPid;
  // Our own front, when it stands between the caller and this process, is nobody's client.
  if (programOf(pid) === 'kubectl-oidc') pid = readParentPid(pid);
  const isShell = shells.has(programOf(pid));
  return { kind: isShell ? 'shell' : 'client', environment: isShell ? undefined : readEnvironment(pid) };
}

function programOf(pid: number): string {
  const path = readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, '');
  return path.slice(path.lastIndexOf('/') + 1);
}

function readEnvironment(pid: number): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const entry of readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')) {
    const at = entry.indexOf('=');
    // Of a name given twice getenv takes the first.
    if (at > 0) environment[entry.slice(0, at)] ??= entry.slice(at + 1);
  }
  return environment;
}

function readParentPid(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The program's name stands in parentheses and may hold any character, parentheses too.
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}
