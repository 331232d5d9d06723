// What Linux says of a process in one line.

import { readFileSync } from 'node:fs';

/** Of /proc/PID/stat (proc(5)) what follows the name: field 3, the state, is [0]. Empty where there is no /proc or no such process. */
export function statFieldsOf(pid: number): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces and parentheses itself: count from the last one.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    // Another system, or the process has just ended: both mean that nothing can be told.
    return [];
  }
}

/** Where the parent's process id stands among these: field 4. */
export const parentPidAt = 1;
/** Where `starttime`, the start of the process in the kernel's ticks, stands among these: field 22. */
export const startTimeAt = 19;
