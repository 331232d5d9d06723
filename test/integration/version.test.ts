import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { frontOf } from '../../src/edge/runtime.ts';
import { freshFolder } from '../edge/parts/processes.ts';
import { type Ended, type Lab, openLab, program } from './lab.ts';

const document = (ended: Ended) => JSON.parse(ended.stdout);

describe('version', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab();
  }, 60_000);
  afterAll(async () => {
    await lab?.stop();
  });

  it('tells build, runtime, store and folder, for people and for scripts, and makes no folder', async () => {
    const json = document(await lab.oidc(['version', '-o', 'json']));
    expect(json).toEqual({
      apiVersion: 'kubectl-oidc/v1',
      kind: 'Version',
      version: packageJson.version,
      commit: expect.stringMatching(/^([0-9a-f]{40}(-changed)?|unknown)$/),
      runtime: {
        node: process.versions.node,
        form: 'npm',
        platform: process.platform,
        arch: process.arch,
        front: false,
      },
      store: { place: 'keychain' },
      folder: lab.ourFolder,
    });
    const text = await lab.oidc(['version']);
    expect(text.stdout).toContain(`kubectl-oidc ${packageJson.version}\n`);
    expect(text.stdout).toContain('  store     the OS keychain\n');
    expect(text.stdout).toContain(`  folder    ${lab.ourFolder}\n`);
    expect([text.stderr, text.status]).toEqual(['', 0]);
    expect(existsSync(lab.ourFolder)).toBe(false);
  });

  it.each([
    ['auto', 'file', expect.stringContaining('the keychain refused')],
    ['keychain', 'none', expect.stringContaining('the keychain refused')],
    ['file', 'file', undefined],
    ['none', 'none', undefined],
  ])('without a keychain, a token store of %s comes to %s', async (wished, place, reason) => {
    const env = {
      KUBECTL_OIDC_TOKEN_STORE: wished,
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(lab.folder, 'nothing')}`,
    };
    const { store } = document(await lab.oidc(['version', '-o', 'json'], { env }));
    expect(store.place).toBe(place);
    expect(store.reason).toEqual(reason);
  });

  it('says that a keychain hangs, after its 3 s', async () => {
    process.kill(lab.keyring.daemonPid, 'SIGSTOP');
    try {
      const ended = await lab.oidc(['version', '-o', 'json']);
      const reason = 'the keychain did not answer within 3 s';
      expect(document(ended).store).toEqual({ place: 'file', reason });
      expect(ended.elapsedMs).toBeLessThan(4500);
    } finally {
      process.kill(lab.keyring.daemonPid, 'SIGCONT');
    }
  });

  it('an unknown output or store is a line of usage', async () => {
    const output = await lab.oidc(['version', '-o', 'xml']);
    expect([output.status, output.stderr]).toEqual([
      2,
      'kubectl-oidc: --output is "xml". It takes one of: text, json.\n',
    ]);
    const store = await lab.oidc(['version'], { env: { KUBECTL_OIDC_TOKEN_STORE: 'safe' } });
    expect(store.status).toBe(2);
    expect(store.stderr).toContain('KUBECTL_OIDC_TOKEN_STORE is "safe"');
  });

  it('--version is one line, and reads neither the table of commands nor yargs', async () => {
    // A copy of the build without them: whatever --version loaded besides would be missed.
    const copy = join(lab.folder, 'copy');
    mkdirSync(copy);
    for (const folder of ['bin', 'dist'])
      cpSync(join(program, '../..', folder), join(copy, folder), { recursive: true });
    const ended = await lab.exec('/bin/sh', [
      '-c',
      'rm "$0"/dist/cli-*.js "$0"/dist/build-*.js; exec "$1" "$0/bin/kubectl-oidc.js" --version',
      copy,
      process.execPath,
    ]);
    expect([ended.stdout, ended.stderr, ended.status]).toEqual([`${packageJson.version}\n`, '', 0]);
  });
});

it('the front is told by the two names of the release archive, side by side', () => {
  const folder = freshFolder();
  const main = join(folder, 'kubectl-oidc-main');
  writeFileSync(main, '');
  expect(frontOf(main)).toBe(undefined);
  writeFileSync(join(folder, 'kubectl-oidc'), '');
  expect(frontOf(main)).toBe(join(folder, 'kubectl-oidc'));
  expect(frontOf(join(folder, 'kubectl-oidc'))).toBe(undefined);
});
