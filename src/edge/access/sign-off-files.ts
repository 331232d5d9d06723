// The files of a sign-off: for their owner only, each written whole or not at all.

import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Failure } from '../../failure.ts';
import { cleanText } from '../../foreign-text.ts';
import { parseFields } from '../../json-fields.ts';
import type { SignOff } from '../../review/sign-off.ts';
import { formatSignOff, parseSignOff } from '../../review/sign-off-file.ts';
import type { SignOffFile } from '../../review/sign-off-run.ts';
import { readOwnFileSync, writeOwnFile } from '../files/our-folder.ts';

/** Fails with `usage` for a file that is no sign-off or has the same evidence as another, `refused` for one that is open to others, `file`. */
export function openSignOffFile(typed: string): SignOffFile {
  const path = resolve(typed);
  refuseTwin(typed);
  let known = readOwnFileSync(path);
  const pass = known === undefined ? undefined : passIn(known, typed);
  return {
    pass,
    write: async (next) => {
      if (readOwnFileSync(path) !== known) throw somebodyElse(typed);
      const text = formatSignOff(next);
      await writeOwnFile(path, text);
      known = text;
    },
    writeBeside: async (suffix, text) => {
      // What stands beside it is of the pass that the file holds.
      if (readOwnFileSync(path) !== known) throw somebodyElse(typed);
      const beside = `${typed.replace(/\.json$/, '')}${suffix}`;
      await writeOwnFile(resolve(beside), text);
      return beside;
    },
  };
}

/** `q4` and `q4.json` would write over each other's evidence. */
function refuseTwin(typed: string): void {
  const twin = typed.endsWith('.json') ? typed.slice(0, -'.json'.length) : `${typed}.json`;
  if (!existsSync(resolve(twin)) || !statSync(resolve(twin)).isFile()) return;
  throw new Failure(
    'usage',
    `beside ${cleanText(typed)} stands ${cleanText(twin)}, whose evidence would have the same names`,
    {
      hint: 'Name another file.',
    },
  );
}

/** From the current folder. */
export function absolutePath(path: string): string {
  return resolve(path);
}

function passIn(text: string, typed: string): SignOff {
  const pass = parseSignOff(parseFields(text));
  if (pass !== undefined) return pass;
  throw new Failure('usage', `${cleanText(typed)} is no sign-off, and is not written over`, {
    hint: 'Name a file that is not there yet, or one that --sign-off wrote.',
  });
}

function somebodyElse(typed: string): Failure {
  return new Failure('conflict', `somebody else wrote ${cleanText(typed)} meanwhile`, {
    hint: 'End the other run; the same command goes on from what is there now.',
  });
}
