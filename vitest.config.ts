import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { archiveFiles, linuxFiles, posixFiles } from './test/platforms.ts';

const project = (
  name: string,
  include: readonly string[],
  { except = [], inTurns = false }: { readonly except?: readonly string[]; readonly inTurns?: boolean } = {},
) => ({
  extends: true as const,
  test: {
    name,
    include: [...include],
    exclude: [...except],
    // Groups run one after another; within the second one file at a time.
    ...(inTurns && { fileParallelism: false, sequence: { groupOrder: 1 } }),
  },
});

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // vitest would leave one processor alone; most of these tests wait for programs anyway.
    maxWorkers: Math.max(2, availableParallelism()),
    passWithNoTests: false,
    allowOnly: false,
    projects: [
      project('everywhere', ['test/**/*.test.ts'], {
        except: [...linuxFiles, ...posixFiles, ...archiveFiles],
      }),
      project('posix', posixFiles),
      project('linux', linuxFiles, { except: archiveFiles }),
      project('archive', archiveFiles, { inTurns: true }),
    ],
  },
});
