import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  clusterCaBase64,
  kubeconfigPaths,
  openKubeconfig,
  readCaFile,
  readKubeconfig,
} from '../../../src/edge/kubeconfig/kubeconfig.ts';
import { ownCommand } from '../../../src/edge/kubeconfig/own-command.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});
const put = (name: string, text: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const from = (file: string) => readKubeconfig({ file, environment: {} });

describe('which files count', () => {
  it.each([
    ['--kubeconfig alone, over the list', '/x/one', { KUBECONFIG: '/a', HOME: '/h' }, ['/x/one']],
    [
      'the list, without empty and double parts',
      undefined,
      { KUBECONFIG: ['', '/a', '/b', '', '/a'].join(delimiter) },
      ['/a', '/b'],
    ],
    [
      'the one in HOME when the list is empty',
      undefined,
      { KUBECONFIG: '', HOME: '/h' },
      ['/h/.kube/config'],
    ],
  ])('%s', (_, file, environment, expected) => {
    expect(kubeconfigPaths({ file, environment })).toEqual(expected);
  });

  it('a list without a name in it is a usage failure', () => {
    expect(() => kubeconfigPaths({ file: undefined, environment: { KUBECONFIG: delimiter } })).toThrow(
      expect.objectContaining({ code: 'usage' }),
    );
  });
});

describe('reading', () => {
  it('merges a list, skips files that do not exist, and resolves file references against their own file', async () => {
    mkdirSync(join(folder, 'sub'));
    const first = put(
      'first',
      'contexts:\n- name: a\n  context: {cluster: c, user: u, namespace: web}\nclusters:\n- name: c\n  cluster: {server: "https://c", certificate-authority: ca.pem}\n',
    );
    const second = put(
      'sub/second',
      'current-context: a\nusers:\n- name: u\n  user:\n    exec: {command: ../bin/kubectl-oidc, args: [get-token], env: [{name: A, value: b}], apiVersion: v1, provideClusterInfo: true}\n- name: bare\n  user: {exec: {command: kubectl-oidc, args: null}}\n',
    );
    const list = [join(folder, 'absent'), first, second].join(delimiter);
    const read = await readKubeconfig({ file: undefined, environment: { KUBECONFIG: list } });
    expect(read.contexts).toEqual([{ name: 'a', file: first, cluster: 'c', user: 'u', namespace: 'web' }]);
    expect(read.clusters[0]?.certificateAuthority).toBe(join(folder, 'ca.pem'));
    expect(read.users[0]?.exec).toEqual({
      command: join(folder, 'bin/kubectl-oidc'),
      args: ['get-token'],
      env: [{ name: 'A', value: 'b' }],
      apiVersion: 'v1',
      interactiveMode: '',
      provideClusterInfo: true,
      installHint: '',
    });
    expect(read.users[1]?.exec?.command).toBe('kubectl-oidc');
    expect([read.currentContext, read.defaultFile]).toEqual(['a', first]);
  });

  it('follows YAML anchors and merge keys, as kubectl does', async () => {
    const path = put(
      'anchors',
      'users:\n- name: a\n  user: &u {exec: {command: x}}\n- name: b\n  user: *u\n- name: c\n  user:\n    <<: *u\n',
    );
    expect((await from(path)).users.map((user) => user.exec?.command)).toEqual(['x', 'x', 'x']);
  });

  it.each([
    ['a nested mapping on one line', 'a: b: c\n', 'line 1, column 4'],
    ['an open bracket', 'users: [\n', 'line 2, column 1'],
    ['a tab', 'users:\n\t- name: a\n', 'line 2, column 1'],
    ['a list that is none', 'kind: Config\nusers: {}\n', 'line 2, column 8: users is not a list'],
    ['a number for a name', 'users:\n- name: 1\n', 'line 2, column 9: name is not a string'],
    ['a name that is missing', 'users:\n- user: {}\n', 'line 2, column 3: an entry of users has no name'],
    [
      'a name that is there twice',
      'users:\n- name: a\n- name: a\n',
      'line 3, column 9: users has two entries named "a"',
    ],
    ['a document that is no mapping', '- a\n', 'line 1, column 1: the kubeconfig is not a mapping'],
    ['plain text', 'hello\n', 'line 1, column 1: the kubeconfig is not a mapping'],
    ['another kind', 'kind: Pod\n', 'line 1, column 7: its kind is "Pod", not Config'],
    ['a second document', 'a: 1\n---\nb: 1\n', 'line 2, column 1: a second YAML document begins'],
    [
      'an alias of nothing',
      'users:\n- name: a\n  user: *x\n',
      'line 3, column 9: nothing is anchored as "x"',
    ],
    [
      'args that are no texts',
      'users:\n- name: a\n  user: {exec: {command: x, args: [1]}}\n',
      'line 3, column 35: args is not a list of strings',
    ],
    [
      'a text for true',
      'users:\n- name: a\n  user: {exec: {provideClusterInfo: "yes"}}\n',
      'line 3, column 37: provideClusterInfo is not true or false',
    ],
  ])('%s is one clear line with file, line and column', async (_, text, where) => {
    const path = put('bad', text);
    await expect(from(path)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(`${path} ${where}`),
    });
  });

  it('takes the booleans of YAML 1.1 as kubectl does', async () => {
    const path = put(
      'old',
      'clusters:\n- {name: a, cluster: {insecure-skip-tls-verify: yes}}\n- {name: b, cluster: {insecure-skip-tls-verify: Off}}\n',
    );
    expect((await from(path)).clusters.map((each) => each.insecureSkipTlsVerify)).toEqual([true, false]);
  });

  it('an empty file is an empty kubeconfig', async () => {
    expect((await from(put('empty', ''))).contexts).toEqual([]);
  });

  it('a file that is named must exist for reading, and need not for writing', async () => {
    const path = join(folder, 'absent');
    await expect(from(path)).rejects.toMatchObject({ code: 'usage' });
    const opened = await openKubeconfig({ file: path, environment: {} });
    expect([opened.kubeconfig.defaultFile, opened.texts.get(path)]).toEqual([path, undefined]);
  });

  it.each([
    ['a folder', () => folder, 'file'],
    ['bytes that are no text', () => put('bytes', new Uint8Array([0x61, 0xff, 0xfe])), 'usage'],
    ['a device', () => '/dev/zero', 'usage'],
    ['more than 10 MiB', () => put('huge', Buffer.alloc(10 * 1024 * 1024 + 1, 32)), 'usage'],
  ])('refuses %s', async (_, path, code) => {
    await expect(from(path())).rejects.toMatchObject({ code });
  });

  it('the CA of a cluster is its data, else its file, which must hold a certificate', async () => {
    const read = await from(put('ca', 'clusters:\n- name: c\n  cluster: {certificate-authority: ca.pem}\n'));
    const [cluster] = read.clusters;
    await expect(clusterCaBase64(cluster!)).rejects.toMatchObject({ code: 'file', reason: 'ENOENT' });
    const pem = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n';
    put('ca.pem', pem);
    expect(await clusterCaBase64(cluster!)).toBe(Buffer.from(pem).toString('base64'));
    expect(await clusterCaBase64({ ...cluster!, certificateAuthorityData: 'REFUQQ==' })).toBe('REFUQQ==');
    for (const path of [put('no.pem', 'hello'), put('huge.pem', pem.repeat(20_000)), '/dev/zero'])
      await expect(readCaFile(path)).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('the command that kubectl will run', () => {
  const program = (name: string): string => {
    const path = put(name, '#!/bin/sh\n');
    chmodSync(path, 0o755);
    return path;
  };
  const asked = (programPath: string, path: string) =>
    ownCommand({ programPath, environment: { PATH: path }, platform: 'linux' });

  it('is the bare name when PATH finds this very program, through links too', async () => {
    const real = program('kubectl-oidc.js');
    mkdirSync(join(folder, 'bin'));
    symlinkSync(real, join(folder, 'bin', 'kubectl-oidc'));
    expect(await asked(real, `/nowhere${delimiter}${join(folder, 'bin')}`)).toBe('kubectl-oidc');
  });

  it('is the absolute path when PATH finds another one, or none', async () => {
    const real = program('kubectl-oidc.js');
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin', 'kubectl-oidc'), '', { mode: 0o755 });
    expect(await asked(real, join(folder, 'bin'))).toBe(real);
    expect(await asked(real, '')).toBe(real);
  });

  it('is the front, where one stands before this program', async () => {
    const main = program('kubectl-oidc-main');
    await expect(asked(main, '')).rejects.toMatchObject({ code: 'usage' });
    const front = program('kubectl-oidc');
    expect(await asked(main, '')).toBe(front);
    mkdirSync(join(folder, 'bin'));
    symlinkSync(front, join(folder, 'bin', 'kubectl-oidc'));
    expect(await asked(main, join(folder, 'bin'))).toBe('kubectl-oidc');
  });

  it('is refused for a program that kubectl cannot start by itself', async () => {
    await expect(asked(put('main.ts', ''), '')).rejects.toMatchObject({ code: 'usage' });
  });
});
