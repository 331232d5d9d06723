// The development tools of package.json as commands that need no shell: Windows starts no script by its name.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const packages = { biome: '@biomejs/biome', tsc: 'typescript', vitest: 'vitest' } as const;

/** This Node and the tool's script. Throws when the packages are not installed. */
export function toolCommand(name: keyof typeof packages): readonly [string, string] {
  const folder = join(import.meta.dirname, '../../node_modules', packages[name]);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return [process.execPath, join(folder, bin[name])];
}
