// Builds the front (front/, Go): one recipe for the release, the tests and the bench.

import { join } from 'node:path';
import { findGo } from './go.ts';
import { runStep, type Say } from './progress.ts';

export type FrontBuild = {
  readonly arch: 'amd64' | 'arm64';
  /** The file to write. */
  readonly output: string;
  /** Default: front/ of this checkout. */
  readonly source?: string;
  /** Go variables of package main to set at link time; only tests have any. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly environment: NodeJS.ProcessEnv;
  readonly say: Say;
};

/** Static, without a path of this machine, and the same bytes wherever the same Go builds it. Rejects with what go said. */
export async function buildFront(wanted: FrontBuild): Promise<void> {
  const { arch, output, source = join(import.meta.dirname, '../../front'), variables = {} } = wanted;
  const go = await findGo(wanted.environment, wanted.say);
  // The kernel starts the program before Go's runtime (docs/front.md): the entry has a name for the linker.
  const flags = ['-s', '-w', '-E', 'main.entry'];
  for (const [name, value] of Object.entries(variables)) flags.push('-X', `'main.${name}=${value}'`);
  // Where a variable is empty, go takes what this machine's owner wrote with `go env -w`.
  const env = { ...go.env, GOFLAGS: '-trimpath', GOFIPS140: 'off', GOAMD64: 'v1', GOARM64: 'v8.0' };
  const words = ['-buildvcs=false', '-ldflags', flags.join(' '), '-o', output, '.'] as const;
  await runStep(
    {
      title: `building the front for ${arch}`,
      command: [go.program, 'build', ...words],
      cwd: source,
      env: { ...env, GOEXPERIMENT: '', CGO_ENABLED: '0', GOOS: 'linux', GOARCH: arch },
    },
    wanted.say,
  );
}
