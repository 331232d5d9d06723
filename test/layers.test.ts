import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', 'src');
const shared = ['failure', 'foreign-text', 'nearest-name'];
/** What the commands about access stand on; a file leaves this list with the first command that imports it. */
const awaitingCommands = [
  'dead-findings',
  'effective-access',
  'escalation',
  'impersonation',
  'objects',
  'permission-diff',
  'snapshot-file',
  'validation',
  'resource-words',
  'stock',
  'who-can',
  'words',
].map((name) => `rbac/${name}`);

/** What a room may import: `at` when it loads, `late` by import() besides; `edge/*` in `types` by `import type` only. */
type Rule = {
  readonly at: readonly RegExp[];
  readonly late?: readonly RegExp[];
  readonly types?: readonly RegExp[];
};
const rules: Readonly<Record<string, Rule>> = {
  main: {
    at: [/^failure$/, /^commands\/get-token$/, /^node:fs$/],
    late: [/^cli$/, /^version$/, /^command-list$/, /^commands\/complete$/, /^edge\/store\/keychain-worker$/],
    types: [/^host$/],
  },
  cli: {
    at: [/^yargs$/, /^failure$/, /^foreign-text$/, /^command-list$/, /^version$/],
    types: [/^host$/],
  },
  'command-list': { at: [], late: [/^commands\//], types: [/^completion\//] },
  host: { at: [] },
  version: { at: [] },
  failure: { at: [/^foreign-text$/] },
  'foreign-text': { at: [] },
  'nearest-name': { at: [] },
  commands: {
    at: [/^failure$/, /^foreign-text$/, /^version$/, /^(completion|oidc|rbac|practices)\//],
    late: [/^(edge|ui|report)\//],
    types: [/^host$/, /^edge\/kubeconfig\//],
  },
  completion: { at: [/^foreign-text$/, /^completion\//] },
  oidc: { at: [/^failure$/, /^foreign-text$/, /^nearest-name$/, /^oidc\//] },
  rbac: { at: [/^failure$/, /^foreign-text$/, /^nearest-name$/, /^rbac\//] },
  practices: { at: [/^failure$/, /^foreign-text$/, /^(rbac|practices)\//] },
  edge: {
    at: [
      /^failure$/,
      /^foreign-text$/,
      /^(completion|oidc|rbac)\//,
      /^edge\//,
      /^node:/,
      /^[@a-z][^:/]*(\/[^:/]+)?$/,
    ],
    types: [/^host$/],
  },
};
/** The rooms inside `edge`: one an outside thing, and `login`, which wires them together. */
const edgeRooms: Readonly<Record<string, readonly string[]>> = {
  files: [],
  store: ['files'],
  provider: ['files'],
  kubeconfig: ['files'],
  person: [],
  cluster: [],
  runtime: [],
  completion: ['files', 'store', 'provider', 'kubeconfig', 'login'],
  login: ['files', 'store', 'provider', 'kubeconfig', 'person', 'cluster', 'runtime'],
};

type Import = { readonly from: string; readonly to: string; readonly how: 'at' | 'late' | 'types' };

function importsOf(file: string): readonly Import[] {
  const from = relative(root, file).replace(/\.tsx?$/, '');
  const text = readFileSync(file, 'utf8');
  const found = text.matchAll(
    /^(?:import|export)\s+(type\s)?[^;]*?from\s+'([^']+)'|\bimport\('([^']+)'\)/gms,
  );
  return [...found].map(([, type, fixed, late]) => ({
    from,
    to: nameOf(file, fixed ?? late ?? ''),
    how: late !== undefined ? 'late' : type === undefined ? 'at' : 'types',
  }));
}

function nameOf(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return relative(root, normalize(join(dirname(file), specifier))).replace(/\.tsx?$/, '');
}

const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));
const imports = files.flatMap((name) => importsOf(join(root, name)));

describe('the rooms', () => {
  it('import only what the table of rooms allows', () => {
    const broken = imports.filter(({ from, to, how }) => {
      const rule = rules[from.includes('/') ? from.slice(0, from.indexOf('/')) : from];
      const allowed = [
        ...(rule?.at ?? []),
        ...(how === 'at' ? [] : (rule?.types ?? [])),
        ...(how === 'late' ? (rule?.late ?? []) : []),
      ];
      return !allowed.some((pattern) => pattern.test(to));
    });
    expect(broken).toEqual([]);
  });

  it('keep command files apart from each other, and the rooms of the edge to their table', () => {
    const between = imports.filter(({ from, to, how }) => {
      if (how === 'types') return false;
      if (from.startsWith('commands/')) return to.startsWith('commands/');
      if (!from.startsWith('edge/') || !to.startsWith('edge/')) return false;
      const [room = '', other = ''] = [from, to].map((name) => name.split('/')[1] ?? '');
      return room !== other && !(edgeRooms[room] ?? []).includes(other);
    });
    expect(between).toEqual([]);
  });

  it('leave no file without an importer', () => {
    const reached = new Set([...imports.map(({ to }) => to), 'main', ...shared, ...awaitingCommands]);
    expect(files.map((name) => name.replace(/\.tsx?$/, '')).filter((name) => !reached.has(name))).toEqual([]);
  });
});
