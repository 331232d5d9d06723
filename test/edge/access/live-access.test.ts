import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { openAccess } from '../../../src/edge/access/open-access.ts';
import type { Host } from '../../../src/host.ts';
import { type Answer, type ApiSocket, type Asked, startApiSocket } from '../parts/api-socket.ts';

const empty: Answer = { body: { metadata: {}, items: [] } };
const apis = (name: string): Answer => ({
  body: {
    kind: 'APIResourceList',
    groupVersion: 'v1',
    resources: [{ name, kind: 'Thing', namespaced: true, verbs: ['get'], shortNames: [] }],
  },
});

describe('a cluster that answers are read from', () => {
  const folder = mkdtempSync(join(tmpdir(), 'live-access-'));
  let socket: ApiSocket | undefined;
  afterEach(() => socket?.stop());

  async function open(answer: (asked: Asked) => Answer | undefined) {
    socket = await startApiSocket((asked) => answer(asked) ?? empty);
    const home = mkdtempSync(join(folder, 'home-'));
    const kubeconfig = join(home, 'config');
    writeFileSync(kubeconfig, JSON.stringify(socket.kubeconfig), { mode: 0o600 });
    const where = {
      kind: 'live',
      kubeconfig,
      context: undefined,
      impersonate: undefined,
      saveTo: undefined,
    } as const;
    const host = {
      environment: { HOME: home },
      stdin: process.stdin,
      stderr: process.stderr,
      now: () => Date.now() / 1000,
      signal: new AbortController().signal,
    };
    const source = await openAccess(where, host as unknown as Host);
    return { source, asked: socket.asked, home, port: new URL(socket.api.server).port };
  }

  /** What kubectl keeps of a server. */
  function keep(home: string, port: string, name: string, ageMs: number): void {
    const cache = join(home, '.kube/cache/discovery', `127.0.0.1_${port}`, 'v1');
    mkdirSync(cache, { recursive: true });
    const file = join(cache, 'serverresources.json');
    writeFileSync(file, JSON.stringify(apis(name).body));
    const at = new Date(Date.now() - ageMs);
    utimesSync(file, at, at);
  }

  it.each([
    ['kept an hour ago, and enough', 'things', 3_600_000, 0],
    ['kept seven hours ago', 'things', 7 * 3_600_000, 2],
    ['kept without the wanted one', 'others', 0, 2],
  ])('takes resources that kubectl %s, or asks', async (_, kept, ageMs, requests) => {
    const { source, asked, home, port } = await open(({ path }) =>
      path === '/api' ? apis('things') : undefined,
    );
    keep(home, port, kept, ageMs);
    const has = ({ resources }: { readonly resources: readonly { readonly name: string }[] }) =>
      resources.some(({ name }) => name === 'things');
    expect(has(await source.discovery(has))).toBe(true);
    expect(asked.filter((each) => each !== '/version')).toHaveLength(requests);
  });

  it.each([
    ['node authorizer does not support user rule resolution', []],
    [
      '[webhook authorizer does not support user rule resolution, node authorizer does not support user rule resolution]',
      [{ what: 'authorizers', namespace: '', reason: 'a webhook decides beside RBAC, and may allow more' }],
    ],
  ])('with "%s" has the gaps %j', async (evaluationError, gaps) => {
    const status = { incomplete: true, evaluationError, resourceRules: [], nonResourceRules: [] };
    const { source } = await open(({ path }) =>
      path.endsWith('/selfsubjectrulesreviews') ? { status: 201, body: { status } } : undefined,
    );
    expect((await source.read({ scope: { kind: 'all' }, namespaces: false })).gaps).toEqual(gaps);
  });

  it('says so where nobody may ask what decides beside RBAC', async () => {
    const { source } = await open(({ path }) =>
      path.endsWith('/selfsubjectrulesreviews') ? { status: 403, body: {} } : undefined,
    );
    const { gaps } = await source.read({ scope: { kind: 'all' }, namespaces: false });
    expect(gaps).toEqual([expect.objectContaining({ what: 'authorizers' })]);
  });

  it('takes half a discovery for none', async () => {
    const { source } = await open(({ path }) => {
      if (path === '/api') return apis('things');
      return path === '/apis' ? { status: 503, body: {} } : undefined;
    });
    const names = (await source.discovery(() => true)).resources.map(({ name }) => name);
    expect(names).not.toContain('things');
    expect(names).toContain('deployments');
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));
});
