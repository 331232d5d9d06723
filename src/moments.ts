// Points in time as people read them.

import { counted } from './number-words.ts';

/** "2026-11-23 21:40 UTC (in 59 minutes)"; both in epoch seconds. */
export function describeTime(at: number, now: number): string {
  const stamp = new Date(at * 1000).toISOString().slice(0, 16).replace('T', ' ');
  const distance = describeDuration(Math.abs(at - now));
  return at >= now ? `${stamp} UTC (in ${distance})` : `${stamp} UTC (${distance} ago)`;
}

/** The largest fitting unit, rounded: "59 minutes", "3 hours", "2 days". */
function describeDuration(seconds: number): string {
  const units = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ] as const;
  const [name, size] = units.find(([, length]) => seconds >= 2 * length) ?? ['second', 1];
  return counted(Math.round(seconds / size), name);
}
