// Where a test file can run. What stands in no list here runs on Linux, macOS and Windows; `test/platforms.test.ts`
// holds the lists to what the files use, vitest.config.ts makes its projects of them.

/**
 * Runs what the release archive holds, on Linux. One file after another: a login that changes empties the one keyring
 * of memos that a user has.
 */
export const archiveFiles: readonly string[] = [
  'test/front/faults.test.ts',
  'test/integration/archive-review-screen.test.ts',
  'test/integration/front.test.ts',
  'test/integration/front-folder.test.ts',
  'test/integration/krew.test.ts',
  'test/integration/refused-token.test.ts',
  'test/security/row-08-foreign-programs.test.ts',
  'test/security/row-09-foreign-server.test.ts',
  'test/security/row-10-injection.test.ts',
  'test/security/row-29-front-wishes.test.ts',
  'test/security/row-29-hostile-entry.test.ts',
];

/** Needs a part that only Linux has: /proc, strace, mount, gnome-keyring, the tests' API server, the front, or root. */
export const linuxFiles: readonly string[] = [
  'test/edge/completion/shim-file.test.ts',
  'test/edge/files/given-file-without-size.test.ts',
  'test/edge/files/lock-lost-disk.test.ts',
  'test/edge/kubeconfig/kubeconfig-write.test.ts',
  'test/edge/person/browser.test.ts',
  'test/edge/person/caller.test.ts',
  'test/edge/person/terminal.test.ts',
  'test/integration/**/*.test.ts',
  'test/report/report-page.test.ts',
  'test/scripts/bench-timer.test.ts',
  'test/scripts/front.test.ts',
  'test/scripts/krew-manifest.test.ts',
  'test/scripts/release.test.ts',
  'test/security/row-03-keychain-trouble.test.ts',
  'test/security/row-04-built-program.test.ts',
  'test/security/row-05-secrets-in-children.test.ts',
  'test/security/row-07-planted-files.test.ts',
  'test/security/row-11-two-issuers.test.ts',
  'test/security/row-12-intercepted-redirect.test.ts',
  'test/security/row-14-result-page.test.ts',
  'test/security/row-21-rotation-race.test.ts',
  'test/security/row-22-crash-and-full-disk.test.ts',
  'test/security/row-23-lock-process-ids.test.ts',
  'test/security/row-24-built-program.test.ts',
  'test/security/row-29-brought-environment.test.ts',
];

/** Runs on macOS too: pipes, devices, links and paths as POSIX has them. */
export const posixFiles: readonly string[] = [
  'test/completion/in-a-shell.test.ts',
  'test/edge/access/manifests.test.ts',
  'test/edge/files/given-file.test.ts',
  'test/edge/kubeconfig/kubeconfig.test.ts',
  'test/edge/login/asked.test.ts',
  'test/edge/provider/certificate-authority.test.ts',
  'test/edge/provider/client-secret.test.ts',
  'test/scripts/assets.test.ts',
  'test/security/row-25-manifests.test.ts',
  'test/scripts/try-build.test.ts',
];

/** vitest's projects that can run on `platform`, without those that need Linux. */
export function portableProjects(platform: string): readonly string[] {
  return platform === 'win32' ? ['everywhere'] : ['everywhere', 'posix'];
}
