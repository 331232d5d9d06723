import { mkdirSync, readdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { freshFolder } from '../edge/parts/processes.ts';
import { linuxArchive } from './archive.ts';
import { runProgram } from './lab.ts';

const lockName = 'front.lock';
const info = '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{}}';

// Both programs look for our folder by themselves. The front shows where by its lock, main by what `version` says.
describe('front and main agree on our folder', () => {
  let program: string;
  beforeAll(async () => {
    program = (await linuxArchive()).program;
  }, 120_000);

  test.each<[string, 'remembers' | 'leaves it to main', (base: string) => Record<string, string>]>([
    ['a home', 'remembers', (base) => ({ HOME: `${base}/home` })],
    ['a home with a slash', 'remembers', (base) => ({ HOME: `${base}/home/` })],
    ['a folder', 'remembers', (base) => ({ HOME: `${base}/home`, KUBECTL_OIDC_HOME: `${base}/ours` })],
    ['a folder with a slash', 'remembers', (base) => ({ KUBECTL_OIDC_HOME: `${base}/ours/` })],
    ['a folder by a detour', 'remembers', (base) => ({ KUBECTL_OIDC_HOME: `${base}//home/../ours/.` })],
    ['a folder by a link', 'remembers', (base) => ({ KUBECTL_OIDC_HOME: `${base}/link` })],
    ['an empty folder', 'remembers', (base) => ({ HOME: `${base}/home`, KUBECTL_OIDC_HOME: '' })],
    [
      'a relative folder',
      'leaves it to main',
      (base) => ({ HOME: `${base}/home`, KUBECTL_OIDC_HOME: 'ours' }),
    ],
    ['a relative home', 'leaves it to main', () => ({ HOME: 'home' })],
    ['an empty home', 'leaves it to main', () => ({ HOME: '' })],
    ['no home', 'leaves it to main', () => ({})],
    ['a home of Windows', 'leaves it to main', (base) => ({ USERPROFILE: `${base}/home` })],
    [
      'an empty home beside one of Windows',
      'leaves it to main',
      (base) => ({ HOME: '', USERPROFILE: `${base}/home` }),
    ],
  ])('for %s, where the front %s', async (_, outcome, variables) => {
    const base = freshFolder();
    for (const name of ['home/.kube/kubectl-oidc', 'ours']) {
      mkdirSync(join(base, name), { recursive: true, mode: 0o700 });
      writeFileSync(join(base, name, 'index.json'), '{"version":1,"logins":[]}', { mode: 0o600 });
    }
    symlinkSync('ours', join(base, 'link'));
    const env = variables(base);
    const version = await runProgram(program, ['version', '-o', 'json'], { env, cwd: base });
    const named: string | undefined = version.status === 0 ? JSON.parse(version.stdout).folder : undefined;
    await runProgram(
      '/bin/sh',
      ['-c', 'KUBERNETES_EXEC_INFO="$0" "$@"; exit $?', info, program, ...getToken],
      {
        env: { ...env, KUBECTL_OIDC_TOKEN_STORE: 'file' },
        cwd: base,
      },
    );
    const looked = readdirSync(base, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith(lockName))
      .map((name) => realpathSync(dirname(join(base, name))));
    expect([...new Set(looked)]).toEqual(outcome === 'remembers' ? [realpathSync(named ?? '')] : []);
  });

  const getToken = ['get-token', '--issuer-url=https://127.0.0.1:1', '--client-id=kubectl'];
});
