import { defineConfig } from 'vitest/config';
import { linuxFiles, posixFiles } from './test/platforms.ts';

const project = (name: string, include: readonly string[], exclude: readonly string[] = []) => ({
  extends: true as const,
  test: { name, include: [...include], exclude: [...exclude] },
});

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    passWithNoTests: false,
    allowOnly: false,
    projects: [
      project('everywhere', ['test/**/*.test.ts'], [...linuxFiles, ...posixFiles]),
      project('posix', posixFiles),
      project('linux', linuxFiles),
    ],
  },
});
