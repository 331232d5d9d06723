import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', 'src');
const shared = [
  'consent',
  'once',
  'failure',
  'foreign-text',
  'moments',
  'nearest-name',
  'number-words',
  'shell-quote',
  'typed-words',
  'json-document',
  'json-fields',
];
/** What the commands about access stand on; a file leaves this list with the first command that imports it. */
const awaitingCommands = [...['dead-findings', 'impersonation'].map((name) => `rbac/${name}`)];

/** What a room may import: `at` when it loads, `late` by import() besides; `edge/*` in `types` by `import type` only. */
type Rule = {
  readonly at: readonly RegExp[];
  readonly late?: readonly RegExp[];
  readonly types?: readonly RegExp[];
};
const rules: Readonly<Record<string, Rule>> = {
  main: {
    at: [/^failure$/, /^commands\/get-token$/, /^node:fs$/],
    late: [
      /^cli$/,
      /^version$/,
      /^command-list$/,
      /^commands\/complete$/,
      /^rbac\/presets$/,
      /^edge\/store\/keychain-worker$/,
    ],
    types: [/^host$/],
  },
  cli: {
    at: [/^yargs$/, /^cli-(access-reads|access-writes|usage)$/, /^command-list$/, /^version$/],
    types: [/^host$/],
  },
  'cli-access-reads': {
    at: [/^command-list$/, /^yargs$/],
    late: [/^review-screen$/],
    types: [/^(cli|typed-words)$/],
  },
  'cli-access-writes': { at: [/^command-list$/, /^yargs$/], types: [/^cli$/] },
  'cli-usage': { at: [/^failure$/, /^foreign-text$/] },
  'command-list': { at: [], late: [/^commands\//], types: [/^completion\//] },
  host: { at: [] },
  version: { at: [] },
  failure: { at: [/^foreign-text$/] },
  'foreign-text': { at: [] },
  'nearest-name': { at: [] },
  'number-words': { at: [] },
  'shell-quote': { at: [] },
  'string-width': { at: [/^get-east-asian-width$/] },
  consent: { at: [/^failure$/] },
  once: { at: [] },
  'json-document': { at: [] },
  'json-fields': { at: [] },
  moments: { at: [/^number-words$/] },
  'typed-words': { at: [/^failure$/] },
  commands: {
    at: [
      /^failure$/,
      /^(consent|foreign-text|json-document|moments|number-words|typed-words)$/,
      /^version$/,
      /^(completion|oidc|rbac|review|practices)\//,
    ],
    late: [/^(edge|ui|report)\//],
    types: [/^host$/, /^edge\/(kubeconfig|person)\//],
  },
  completion: { at: [/^foreign-text$/, /^completion\//] },
  oidc: {
    at: [
      /^failure$/,
      /^(foreign-text|json-fields|nearest-name|number-words|shell-quote|typed-words)$/,
      /^oidc\//,
    ],
  },
  rbac: {
    at: [
      /^failure$/,
      /^(foreign-text|json-document|json-fields|moments|nearest-name|number-words|shell-quote|string-width|typed-words)$/,
      /^rbac\//,
    ],
  },
  // Looks at what rbac decided, from four sides; screens and pages are views of it.
  review: {
    at: [
      /^failure$/,
      /^(foreign-text|json-document|json-fields|number-words|shell-quote|typed-words)$/,
      /^(rbac|review)\//,
    ],
  },
  report: { at: [/^(foreign-text|json-document|number-words)$/, /^(rbac|review|report)\//] },
  // The screen: keys in, lines out. What is outside comes as functions (ui/parts.ts).
  ui: {
    at: [
      /^(failure|foreign-text|number-words|shell-quote|string-width)$/,
      /^(rbac|review|ui)\//,
      /^(ink|react|yoga-layout\/load)$/,
    ],
  },
  // Joins the screen with the edge and with the commands that write.
  'review-screen': {
    at: [/^(command-list|failure|foreign-text|shell-quote)$/],
    late: [/^(edge|ui)\//, /^cli-words$/, /^rbac\//],
    types: [/^(host|typed-words)$/, /^(rbac|review)\//, /^ui\/parts$/],
  },
  'cli-words': { at: [/^yargs$/, /^(failure|foreign-text)$/], types: [/^typed-words$/] },
  practices: { at: [/^failure$/, /^foreign-text$/, /^(rbac|practices)\//] },
  edge: {
    at: [
      /^failure$/,
      /^(foreign-text|json-document|json-fields|number-words|once)$/,
      /^(completion|oidc|rbac|review)\//,
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
  kubeconfig: ['files', 'runtime'],
  person: ['files'],
  cluster: ['files', 'kubeconfig'],
  runtime: [],
  access: ['files', 'kubeconfig', 'cluster'],
  completion: ['files', 'store', 'provider', 'kubeconfig', 'cluster', 'login'],
  login: ['files', 'store', 'provider', 'kubeconfig', 'person', 'cluster', 'runtime'],
};

type Import = { readonly from: string; readonly to: string; readonly how: 'at' | 'late' | 'types' };

function importsOf(file: string): readonly Import[] {
  const from = moduleName(file);
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
  return moduleName(normalize(join(dirname(file), specifier)));
}

function moduleName(path: string): string {
  return relative(root, path)
    .replaceAll(sep, '/')
    .replace(/\.tsx?$/, '');
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
    // They stand in for keytar, string-width, Node's fetch classes and parts of Ink (scripts/parts/bundle.ts).
    const standIns = ['edge/store/keytar-beside', 'edge/provider/fetch-classes', 'string-width'];
    const ofInk = ['output', 'line-update', 'squash-text-nodes'].map((name) => `ui/ink-${name}`);
    const entries = ['main', ...standIns, ...ofInk];
    const reached = new Set([...imports.map(({ to }) => to), ...entries, ...shared, ...awaitingCommands]);
    const names = files.map((name) => moduleName(join(root, name)));
    expect(names.filter((name) => !reached.has(name))).toEqual([]);
  });
});
