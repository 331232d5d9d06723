import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type ApiServer, startApiServer } from '../../scripts/parts/api-server.ts';
import { authenticationConfigurationOf } from '../../scripts/parts/api-server-settings.ts';
import { type Assets, assetsForTests } from '../../scripts/parts/assets.ts';
import { commandList } from '../../src/command-list.ts';
import { realDeps, run } from '../../src/commands/complete.ts';
import type { CommandShape } from '../../src/completion/value-kind.ts';
import { type Ended, kubeconfigFor, type Lab, openLab, program } from './lab.ts';

/** The values that were offered, and the directive. */
function offered({ stdout, stderr, status }: Ended): string[] {
  expect([stderr, status]).toEqual(['', 0]);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/\t.*/, ''));
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

// One cluster and one person for all of it; every test puts back what it takes away.
describe('completion', () => {
  let lab: Lab;
  let apiServer: ApiServer;
  let assets: Required<Assets>;
  let ourContext: string;
  const notes = () => join(lab.ourFolder, 'completion.json');
  const complete = (...words: string[]) => lab.oidc(['__complete', ...words]);
  /** A kubeconfig whose user is our login, for this server. */
  const kubeconfigOf = (url: string): string => {
    const file = join(lab.folder, `${new URL(url).port}.json`);
    writeFileSync(file, JSON.stringify(kubeconfigFor(lab, { url, caPem: lab.certificates.certPem })));
    return file;
  };
  /** The values offered to a command that takes all that no command takes yet, by all the real parts but main. */
  const probe = async (...words: string[]): Promise<string[]> => {
    const variables = Object.entries(lab.env).map(([name, value]) => `${name}=${value}`);
    const host = {
      ...{ arguments: [], environment: lab.env, platform: process.platform, programPath: program },
      ...{ stdin: process.stdin, stdout: process.stdout, stderr: process.stderr },
      programCommand: ['/usr/bin/env', ...variables, process.execPath, program],
      now: () => Math.floor(Date.now() / 1000),
      leaveThread: () => undefined,
      isTerminal: () => false,
      signal: new AbortController().signal,
    };
    const load = async (): Promise<CommandShape> => ({
      options: {
        namespace: { type: 'string', alias: 'n', describe: '' },
        group: { type: 'string', describe: '' },
        resource: { type: 'string', describe: '' },
        kubeconfig: { type: 'string', describe: '' },
      },
      positionals: [{ name: 'subject' }],
    });
    const tables = { commands: { probe: { about: '', load } }, presets: async () => [] };
    const answer = await run(['probe', ...words], await realDeps(tables, host));
    return answer.choices.map(({ value }) => value);
  };
  const admin = (words: readonly string[], stdin?: string) =>
    lab.exec(assets.kubectl, ['--kubeconfig', apiServer.adminKubeconfigPath, ...words], {
      ...(stdin === undefined ? {} : { stdin }),
    });

  beforeAll(async () => {
    assets = assetsForTests(process.env);
    lab = await openLab({ idTokenTtlSeconds: 300 });
    apiServer = await startApiServer({
      assets,
      folder: join(lab.folder, 'api'),
      certificates: lab.certificates,
      authenticationConfiguration: authenticationConfigurationOf(lab.provider),
    });
    const binding = (name: string, groups: readonly string[]) => ({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: groups.map((group) => ({
        apiGroup: 'rbac.authorization.k8s.io',
        kind: 'Group',
        name: group,
      })),
    });
    // None of these may ever be offered: a choice is typed into a shell.
    const hostile = ['$(touch /tmp/x)', '$(id)', '`id`', 'a\u001b]0;x\u0007', '--all', 'a;b', '\u202Eabc'];
    const list = {
      apiVersion: 'v1',
      kind: 'List',
      items: [
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
        binding('devs', ['oidc:devs', 'oidc:on-call']),
        binding('hostile', hostile),
      ],
    };
    const applied = await admin(['create', '-f', '-'], JSON.stringify(list));
    expect(applied.stderr).toBe('');
    await admin(['api-resources']);
    ourContext = kubeconfigOf(apiServer.server);
    expect((await lab.oidc(['login', '--kubeconfig', ourContext])).status).toBe(0);
  }, 120_000);
  afterAll(async () => {
    await apiServer?.stop();
    await lab?.stop();
  }, 60_000);

  it('offers every command of the help, and no other', async () => {
    const help = await lab.oidc(['--help']);
    const listed = [...help.stdout.matchAll(/^ {2}kubectl oidc ([a-z-]+)/gm)].map(([, name]) => name);
    expect(listed).toEqual(Object.keys(commandList));
    expect(offered(await complete(''))).toEqual([...listed, '--help', '--version', ':4']);
  });

  it('offers the flags of a command as its help lists them', async () => {
    for (const name of Object.keys(commandList)) {
      const help = await lab.oidc([name, '--help']);
      const listed = [...help.stdout.matchAll(/^ {2}(?:-., | {4})(--[a-z-]+)/gm)].map(
        ([, flag]) => flag ?? '',
      );
      const flags = offered(await complete(name, '--')).slice(0, -1);
      expect(flags.toSorted()).toEqual(listed.filter((flag) => flag !== '--version').toSorted());
    }
  });

  it('contexts come from the kubeconfig that the line names, files from the shell', async () => {
    expect(offered(await complete('login', '--kubeconfig', ourContext, '--context', ''))).toEqual([
      'lab',
      ':4',
    ]);
    expect(offered(await complete('login', '--kubeconfig', ''))).toEqual([':0']);
    expect(offered(await complete('completion', 'install', '--dir', ''))).toEqual([':0']);
  });

  it.each([
    ['the stored token of ours', () => ourContext],
    ["the kubeconfig's client certificate", () => apiServer.adminKubeconfigPath],
  ])('namespaces and groups come from the cluster with %s, the next time from the note', async (_, file) => {
    rmSync(notes(), { force: true });
    // The API server asks the provider for its keys; nobody may ask for a token.
    const asked = () => [lab.provider.requests.authorization, lab.provider.requests.token];
    const before = asked();
    const names = (...words: string[]) => probe('--kubeconfig', file(), ...words);
    expect(await names('-n', '')).toEqual([
      'default',
      'kube-node-lease',
      'kube-public',
      'kube-system',
      'shop',
    ]);
    expect(await names('-n', 's')).toEqual(['shop']);
    expect(await names('--group', '')).toEqual(['oidc:devs', 'oidc:on-call']);
    expect(await names('--group=system:m')).toEqual(['system:masters', 'system:monitoring']);
    expect(await names('group:')).toEqual(['group:oidc:devs', 'group:oidc:on-call']);
    expect(asked()).toEqual(before);
    const text = readFileSync(notes(), 'utf8');
    expect(statSync(notes()).mode & 0o777).toBe(0o600);
    writeFileSync(notes(), text.replaceAll('oidc:devs', 'noted'));
    expect(await names('--group', '')).toEqual(['noted', 'oidc:on-call']);
    const minute = /"notedAt":(\d+)/g;
    writeFileSync(
      notes(),
      text.replaceAll(minute, (_all, at) => `"notedAt":${Number(at) - 60}`),
    );
    expect(await names('--group', '')).toEqual(['oidc:devs', 'oidc:on-call']);
  });

  it('resources come from what kubectl noted, with short names and kinds, and lists go on after a comma', async () => {
    const resources = (typed: string) =>
      probe('--kubeconfig', apiServer.adminKubeconfigPath, '--resource', typed);
    expect(await resources('deploym')).toEqual(['deployments']);
    expect(await resources('svc')).toEqual(['svc']);
    expect(await resources('ConfigM')).toEqual(['ConfigMap']);
    expect(await resources('events')).toEqual(['events', 'events.events.k8s.io']);
    expect(await resources('pods,configm')).toEqual(['pods,configmaps']);
    expect(await resources('pods/lo')).toEqual(['pods/log']);
    const all = await resources('');
    expect(all).toContain('pods');
    expect(all).not.toContain('po');
    expect(all.filter((name) => name.includes('/'))).toEqual([]);
  });

  it('row 09: a token goes to no server that was not approved, though its kubeconfig names our login', async () => {
    rmSync(notes(), { force: true });
    const certificate = await lab.certificates.issueServerCertificate(['127.0.0.1']);
    const requests: unknown[] = [];
    const thief = createHttpsServer(
      { cert: certificate.certPem, key: certificate.keyPem },
      (request, response) => {
        requests.push(request.headers.authorization);
        response.end('{"items":[]}');
      },
    ).listen(0, '127.0.0.1');
    await once(thief, 'listening');
    try {
      const stranger = kubeconfigOf(`https://127.0.0.1:${portOf(thief)}`);
      expect(await probe('--kubeconfig', stranger, '-n', '')).toEqual([]);
      expect(requests).toEqual([]);
    } finally {
      thief.close();
    }
  });

  it('ends within a second when the cluster hangs, and when the keychain does', async () => {
    rmSync(notes(), { force: true });
    const silent = createTcpServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const file = join(lab.folder, 'silent.json');
    const admin = parse(readFileSync(apiServer.adminKubeconfigPath, 'utf8'));
    admin.clusters[0].cluster.server = `https://127.0.0.1:${portOf(silent)}`;
    writeFileSync(file, JSON.stringify(admin));
    const took = async (words: readonly string[]) => {
      const startedMs = performance.now();
      expect(await probe(...words)).toEqual([]);
      return performance.now() - startedMs;
    };
    expect(await took(['--kubeconfig', file, '-n', ''])).toBeLessThan(1000);
    process.kill(lab.keyring.daemonPid, 'SIGSTOP');
    try {
      expect(await took(['--kubeconfig', ourContext, '-n', ''])).toBeLessThan(1000);
    } finally {
      process.kill(lab.keyring.daemonPid, 'SIGCONT');
      silent.close();
    }
  });

  it.each([
    ['a kubeconfig that is no YAML', '{{', 'login'],
    [
      'a context without a cluster',
      '{contexts: [{name: a, context: {cluster: gone}}], current-context: a}',
      'login',
    ],
    ['nothing', '', 'login'],
    ['a command that does not exist', '', 'logn'],
  ])('%s is no choice, and no word on stderr', async (_, text, command) => {
    const file = join(lab.folder, 'bad.yaml');
    writeFileSync(file, text);
    expect(offered(await complete(command, '--kubeconfig', file, '--context', 'x'))).toEqual([':4']);
  });

  it('loads neither yargs nor a client of clusters or providers', async () => {
    const traced = await lab.exec('strace', [
      ...['-f', '-e', 'trace=openat', '-o', join(lab.folder, 'opened')],
      ...[process.execPath, program, '__complete', 'login', '--context', ''],
    ]);
    expect(traced.status).toBe(0);
    const opened = readFileSync(join(lab.folder, 'opened'), 'utf8');
    expect(opened).toContain('/dist/main.js');
    expect(opened).not.toMatch(/\/dist\/(cli|build|provider|cluster|real-login|setup)-/);
  });

  it('kubectl completes "kubectl oidc" once the shim is installed', async () => {
    const bin = join(lab.home, 'bin');
    mkdirSync(bin);
    symlinkSync(program, join(bin, 'kubectl-oidc'));
    const env = { PATH: [bin, lab.env.PATH].join(delimiter), KUBECONFIG: ourContext };
    const kubectl = (...words: string[]) =>
      lab.exec(assets.kubectl, ['__complete', 'oidc', ...words], { env });
    expect((await kubectl('stat')).stdout).toBe(':0\n');
    const shim = join(bin, 'kubectl_complete-oidc');
    const installed = await lab.exec('kubectl-oidc', ['completion', 'install'], { env });
    expect(installed.stdout).toBe(`Wrote ${shim}. Wherever kubectl completes, "kubectl oidc" does too.\n`);
    expect(statSync(shim).mode & 0o777).toBe(0o755);
    expect((await kubectl('stat')).stdout).toBe(
      'status\tshow every stored login: whose, until when, where it is kept\n:4\n',
    );
    expect((await kubectl('login', '--context', '')).stdout).toBe('lab\n:4\n');
    expect((await kubectl('login', '--context=l')).stdout).toBe('lab\n:4\n');
    const again = await lab.exec('kubectl-oidc', ['completion', 'install'], { env });
    expect(again.stdout).toContain('is there already');
  });
});
