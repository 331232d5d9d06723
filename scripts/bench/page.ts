// docs/performance.md: one page, a section of it for each bench that writes.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runStep } from '../parts/progress.ts';
import { toolCommand } from '../parts/tool.ts';

const page = join(import.meta.dirname, '../../docs/performance.md');

/** Puts the text, which begins with that heading, in place of the section; the rest of the page stays. */
export async function writeSection(title: string, text: string): Promise<void> {
  await writeFile(page, withSection(await readFile(page, 'utf8'), title, text));
  // As all of docs/ is.
  const command = [...toolCommand('biome'), 'format', '--write', page] as const;
  await runStep({ title: 'formatting the page', command, env: process.env }, console.error);
}

/** A section begins with a heading of the first level; a new one goes to the end. */
export function withSection(before: string, title: string, text: string): string {
  const parts = before.split(/^(?=# )/m).filter((part) => part.trim() !== '');
  const isIt = (part: string) => part.startsWith(`# ${title}\n`);
  const kept = parts.some(isIt) ? parts.map((part) => (isIt(part) ? text : part)) : [...parts, text];
  return `${kept.map((part) => part.trim()).join('\n\n')}\n`;
}
