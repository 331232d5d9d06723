import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Daemon, startDaemon, waitUntilReady } from '../../scripts/parts/process.ts';
import type { Failure } from '../../src/failure.ts';
import type { WriteDesk } from '../../src/rbac/write-desk.ts';
import type { AnyStep } from '../../src/rbac/write-steps.ts';
import { program } from './lab.ts';
import { openWriteLab, type WriteLab } from './write-lab.ts';

const base = '/apis/rbac.authorization.k8s.io/v1';
const preset = { group: 'devs', preset: 'pod-service-reader', 'groups-prefix': '' };
const whole = [
  'Role pod-service-reader',
  'RoleBinding read-pods-services -> Role pod-service-reader: Group devs',
];

describe('a grant that something comes in between of', () => {
  let lab: WriteLab;
  let again: Daemon | undefined;
  let count = 0;
  let namespace = '';

  beforeAll(async () => {
    lab = await openWriteLab();
  }, 120_000);
  afterAll(async () => {
    await again?.stop();
    await lab?.stop();
  }, 60_000);
  afterEach(() => lab.line.restore());

  const fresh = async (): Promise<string> => {
    namespace = `n${++count}`;
    await lab.api.ask({
      path: '/api/v1/namespaces',
      body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    });
    return namespace;
  };
  /** The real desk; `between` runs before the write with that number, `behind` after it. */
  const deskWith = async (
    hooks: Readonly<Record<string, (step: AnyStep) => unknown>>,
    as?: string,
  ): Promise<WriteDesk> => {
    const desk = await lab.desk(lab.where(as));
    let written = 0;
    return {
      ...desk,
      write: async (step) => {
        written++;
        await hooks[`before ${written}`]?.(step);
        const outcome = await desk.write(step);
        await hooks[`after ${written}`]?.(step);
        return outcome;
      },
    };
  };
  const killed = async (pid: number): Promise<void> => {
    process.kill(pid, 'SIGKILL');
    while (existsSync(`/proc/${pid}/exe`)) await wait(10);
  };
  const failureOf = (work: Promise<unknown>): Promise<Failure> =>
    work.then(
      () => expect.fail('it was done'),
      (failure: Failure) => failure,
    );
  const plain = () => deskWith({});

  it('two grants of the same at once are one', async () => {
    await fresh();
    const desks = await Promise.all([plain(), plain()]);
    const outcomes = await Promise.all(desks.map((desk) => lab.grant({ ...preset, namespace }, desk)));
    expect(outcomes.map(({ kind }) => kind)).toEqual(['granted', 'granted']);
    expect(await lab.state(namespace)).toEqual(whole);
  });

  it('six groups at once get a binding each, and none is lost', async () => {
    await fresh();
    const groups = ['a', 'b', 'c', 'd', 'e', 'f'];
    const grantTo = async (group: string) => {
      // Who loses three races says so and is asked again, as a person would.
      for (let attempt = 0; attempt < 3; attempt++) {
        try {
          return await lab.grant({ ...preset, group, namespace }, await plain());
        } catch (failure) {
          expect(failure).toMatchObject({ code: 'conflict' });
        }
      }
      throw new Error(`${group} lost every race`);
    };
    await Promise.all(groups.map(grantTo));
    const bindings = (await lab.state(namespace)).filter((each) => each.startsWith('RoleBinding'));
    expect(bindings.map((each) => each.replace(/.*: Group /, '')).sort()).toEqual(groups);
  });

  it('a role that somebody makes meanwhile is not written over: planned again, and refused', async () => {
    await fresh();
    const foreign = {
      metadata: { name: 'pod-service-reader' },
      rules: [{ verbs: ['get'], apiGroups: [''], resources: ['secrets'] }],
    };
    const desk = await deskWith({
      'before 1': () => lab.api.ask({ path: `${base}/namespaces/${namespace}/roles`, body: foreign }),
    });
    const failure = await failureOf(lab.grant({ ...preset, namespace }, desk));
    expect(failure).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('was not made by kubectl-oidc'),
    });
    expect(await lab.state(namespace)).toEqual(['Role pod-service-reader']);
  });

  it('a role that somebody changes between looking and writing is looked at again', async () => {
    await fresh();
    await lab.grant({ ...preset, namespace }, await plain());
    const role = `${base}/namespaces/${namespace}/roles/pod-service-reader`;
    const patch = (verbs: readonly string[]) =>
      lab.api.ask({
        method: 'PATCH',
        path: role,
        contentType: 'application/merge-patch+json',
        body: { rules: [{ verbs, apiGroups: [''], resources: ['pods'] }] },
      });
    await patch(['get']);
    const kinds: string[] = [];
    const desk = await deskWith({
      'before 1': () => patch(['delete']),
      'before 2': ({ kind }) => kinds.push(kind),
    });
    await lab.grant({ ...preset, namespace }, desk);
    expect(kinds).toEqual(['change']);
    const { body } = await lab.api.ask({ path: role });
    expect(body).toMatchObject({
      rules: [{ verbs: ['get', 'list', 'watch'], resources: ['pods', 'services'] }],
    });
  });

  it('somebody who is faster three times makes it end, and nothing of theirs is written over', async () => {
    await fresh();
    await lab.grant({ ...preset, namespace }, await plain());
    const path = `${base}/namespaces/${namespace}/roles/pod-service-reader`;
    let round = 0;
    const rival = () =>
      lab.api.ask({
        method: 'PATCH',
        path,
        contentType: 'application/merge-patch+json',
        body: { rules: [{ verbs: [`v${++round}`], apiGroups: [''], resources: ['pods'] }] },
      });
    await rival();
    const hooks = { 'before 1': rival, 'before 2': rival, 'before 3': rival };
    const failure = await failureOf(lab.grant({ ...preset, namespace }, await deskWith(hooks)));
    expect(failure).toMatchObject({ code: 'conflict', hint: 'Nothing was written. Run the same again.' });
    expect((await lab.api.ask({ path })).body).toMatchObject({ rules: [{ verbs: ['v4'] }] });
  });

  it('a name that another grant has is refused, and what was done by then is said', async () => {
    await fresh();
    const rival = () =>
      lab.api.ask({
        path: `${base}/namespaces/${namespace}/rolebindings`,
        body: {
          metadata: { name: 'chosen', labels: { 'app.kubernetes.io/managed-by': 'kubectl-oidc' } },
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'other' },
        },
      });
    const desk = await deskWith({ 'before 2': rival });
    const failure = await failureOf(lab.grant({ ...preset, namespace, 'binding-name': 'chosen' }, desk));
    expect(failure).toMatchObject({ code: 'refused', message: expect.stringContaining('is another grant') });
    expect(failure.hint).toContain('Done before that: created Role');
    expect((await lab.state(namespace)).filter((each) => each.includes('Group devs'))).toEqual([]);
  });

  it('killed at any moment it leaves the old state, a role that gives nothing, or all of it; the next run completes it', async () => {
    const words = [
      'grant',
      '--group=devs',
      '--preset=pod-service-reader',
      '--groups-prefix=',
      '--yes',
      '--kubeconfig',
      lab.kubeconfig,
    ];
    for (const afterMs of [250, 350, 450, 500, 550, 600, 700]) {
      await fresh();
      const child = spawn(process.execPath, [program, ...words, '-n', namespace], { stdio: 'ignore' });
      const ended = once(child, 'close');
      const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
      await ended;
      clearTimeout(timer);
      const state = await lab.state(namespace);
      expect([[], whole.slice(0, 1), whole]).toContainEqual(state);
      await lab.grant({ ...preset, namespace }, await plain());
      expect(await lab.state(namespace)).toEqual(whole);
    }
  }, 60_000);

  it('the connection is cut between Role and RoleBinding: the words say what is there, and the next run completes it', async () => {
    await fresh();
    const failure = await failureOf(
      lab.grant({ ...preset, namespace }, await deskWith({ 'after 1': () => lab.line.cut() })),
    );
    expect(failure.code).toBe('cluster');
    expect(failure.hint).toContain(
      `Whether it did create RoleBinding ${namespace}/read-pods-services is not known.`,
    );
    expect(failure.hint).toContain(
      `Done before that: created Role ${namespace}/pod-service-reader. A role without its binding allows nobody anything.`,
    );
    expect(await lab.state(namespace)).toEqual(['Role pod-service-reader']);
    lab.line.restore();
    await lab.grant({ ...preset, namespace }, await plain());
    expect(await lab.state(namespace)).toEqual(whole);
  });

  it('the API server is killed between Role and RoleBinding: once it is back, the next run completes what is there', async () => {
    await fresh();
    const [, pid = 0] = lab.apiServer.pids;
    const [command = '', ...words] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    const desk = await deskWith({ 'after 1': () => killed(pid) });
    const failure = await failureOf(lab.grant({ ...preset, namespace }, desk));
    expect(failure).toMatchObject({
      code: 'cluster',
      message: expect.stringContaining('cannot reach the API server'),
    });
    expect(failure.hint).toContain(`Done before that: created Role ${namespace}/pod-service-reader.`);
    const log = join(lab.folder, 'restarted.log');
    again = await startDaemon(command, words, {
      log,
      env: { PATH: process.env.PATH ?? '', HOME: lab.folder },
    });
    const isReady = async () =>
      (await lab.api.ask({ path: '/readyz' }).catch(() => undefined))?.status === 200;
    await waitUntilReady({ what: 'kube-apiserver', isReady, daemons: [again], deadlineMs: 60_000, log });
    expect(await lab.state(namespace)).toEqual(['Role pod-service-reader']);
    await lab.grant({ ...preset, namespace }, await plain());
    expect(await lab.state(namespace)).toEqual(whole);
  }, 90_000);

  it('an answer that is lost on its way: the words leave it open, and the next run finds it whole', async () => {
    await fresh();
    const failure = await failureOf(
      lab.grant({ ...preset, namespace }, await deskWith({ 'before 2': () => lab.line.mute() })),
    );
    expect(failure.hint).toContain('is not known');
    lab.line.restore();
    const outcome = await lab.grant({ ...preset, namespace }, await plain());
    expect(await lab.state(namespace)).toEqual(whole);
    expect(outcome.kind).toBe('granted');
  });

  it('a half that is forbidden is foreseen, and nothing is written', async () => {
    await fresh();
    const rules = (verbs: readonly string[], resources: readonly string[]) => ({
      verbs,
      resources,
      apiGroups: ['rbac.authorization.k8s.io'],
    });
    await allow('half', [
      rules(['list', 'get'], ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings']),
      rules(['create', 'escalate'], ['roles']),
    ]);
    const failure = await failureOf(lab.grant({ ...preset, namespace }, await deskWith({}, 'half')));
    expect(failure).toMatchObject({
      code: 'forbidden',
      message: `RoleBinding ${namespace}/read-pods-services would be refused: you may not create rolebindings.rbac.authorization.k8s.io in namespace ${namespace}`,
    });
    expect(await lab.state(namespace)).toEqual([]);
  });

  it('a half that is forbidden and could not be foreseen leaves a role that gives nothing, and says so', async () => {
    await fresh();
    const rules = (verbs: readonly string[], resources: readonly string[]) => ({
      verbs,
      resources,
      apiGroups: ['rbac.authorization.k8s.io'],
    });
    await allow('blind', [
      rules(['list', 'get'], ['roles', 'rolebindings']),
      rules(['create', 'escalate'], ['roles']),
    ]);
    const failure = await failureOf(lab.grant({ ...preset, namespace }, await deskWith({}, 'blind')));
    expect(failure.code).toBe('forbidden');
    expect(failure.message).toContain(`you may not create RoleBinding ${namespace}/read-pods-services`);
    expect(failure.hint).toContain('A role without its binding allows nobody anything. Run the same again');
    expect(await lab.state(namespace)).toEqual(['Role pod-service-reader']);
  });

  it('a revocation that meets a grant of the same role puts the role back', async () => {
    await fresh();
    await lab.grant({ ...preset, namespace }, await plain());
    // The other grant sees the role, and writes its binding before the role is deleted.
    const other = () =>
      lab.api.ask({
        path: `${base}/namespaces/${namespace}/rolebindings`,
        body: {
          metadata: { name: 'other' },
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'pod-service-reader' },
          subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'ops' }],
        },
      });
    await lab.revoke({ ...preset, namespace }, await deskWith({ 'before 2': other }));
    expect(await lab.state(namespace)).toEqual([
      'Role pod-service-reader',
      'RoleBinding other -> Role pod-service-reader: Group ops',
    ]);
  });

  it('a revocation whose connection is cut leaves a role that gives nothing, and the next run removes it', async () => {
    await fresh();
    await lab.grant({ ...preset, namespace }, await plain());
    const failure = await failureOf(
      lab.revoke({ ...preset, namespace }, await deskWith({ 'after 1': () => lab.line.cut() })),
    );
    expect(failure.hint).toContain(
      `Done before that: deleted RoleBinding ${namespace}/read-pods-services. Run the same again: it removes the rest.`,
    );
    lab.line.restore();
    await lab.revoke({ ...preset, namespace }, await plain());
    expect(await lab.state(namespace)).toEqual([]);
  });

  async function allow(user: string, rules: readonly object[]): Promise<void> {
    const name = `${user}-rights`;
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name };
    const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }];
    await lab.api.ask({ path: `${base}/clusterroles`, body: { metadata: { name }, rules } });
    await lab.api.ask({
      path: `${base}/clusterrolebindings`,
      body: { metadata: { name }, roleRef, subjects },
    });
  }
});
