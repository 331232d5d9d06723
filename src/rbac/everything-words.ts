// Everything that somebody may do, for people and for scripts: by place, resources with the same verbs in one row.

import { jsonDocument } from '../json-document.ts';
import { columns, danglingLines, gapLines, nameWords, subjectWords } from './access-words.ts';
import type { EverythingOutcome } from './can.ts';
import { partsOf, resourceName } from './discovery.ts';
import type { Grant, Source } from './effective-access.ts';
import { type Rule, ruleManifest } from './rule.ts';
import { mastersGroup } from './subject.ts';
import { requestVerbs } from './verbs.ts';
import { describeRef } from './words.ts';

/** Tables by place, then the ways in which each row was given. */
export function everythingText({ whom, access, namespace, server }: EverythingOutcome): string {
  const legend = new Legend();
  const places = [
    ...(access.everywhere.length > 0
      ? [
          {
            title: 'Everywhere: in every namespace, on the resources of the cluster, on URLs',
            grants: access.everywhere,
          },
        ]
      : []),
    ...access.namespaces.map(({ namespace: name, grants }) => ({
      title: `In namespace ${nameWords(name)}`,
      grants,
    })),
  ];
  const tables = [
    ...places.map(({ title, grants }) => `${title}\n${tableOf(grants, legend)}`),
    ...serverTables(server),
  ];
  const scope = namespace === undefined ? '' : ` in namespace ${nameWords(namespace)}`;
  const everything = access.master
    ? ` do everything, since members of ${mastersGroup} are let pass before RBAC is asked. By RBAC they may`
    : '';
  const head =
    places.length === 0 && server === undefined
      ? `${whom.title} may do nothing${scope} that was read.\n`
      : `${whom.title} may${scope}${access.complete || access.master ? '' : ' at least'}${everything}:\n`;
  const notes = [
    ...(access.complete
      ? []
      : ['Not all could be read:', ...gapLines(access.gaps).map((line) => `  ${line}`)]),
    ...danglingLines(access.dangling),
    ...whom.notes,
  ];
  const parts = [head, ...tables, ...legend.text(), ...(notes.length === 0 ? [] : [`${notes.join('\n')}\n`])];
  return parts.join('\n');
}

/** Ways get numbers in the order in which they are met. */
class Legend {
  readonly #numbers = new Map<string, number>();

  numberOf(source: Source): number {
    const parts = source.parts.map((part) => ` → ClusterRole ${nameWords(part)}`).join('');
    const words = `${subjectWords(source.subject)} → ${describeRef(source.binding)} → ${describeRef(source.role)}${parts}`;
    const number = this.#numbers.get(words) ?? this.#numbers.size + 1;
    this.#numbers.set(words, number);
    return number;
  }

  text(): readonly string[] {
    const lines = [...this.#numbers].map(([words, number]) => `  [${number}]  ${words}\n`);
    return lines.length === 0 ? [] : [`FROM\n${lines.join('')}`];
  }
}

type Cell = {
  readonly what: string;
  readonly names: string;
  readonly verbs: Set<string>;
  readonly from: Set<number>;
};

/** What the caller may do by the server's own list, which does not say why. */
function serverTables(server: EverythingOutcome['server']): readonly string[] {
  if (server === undefined) return [];
  const grants = server.rules.map((rule) => ({ rule, sources: [] }));
  const title = `In namespace ${nameWords(server.namespace)}, as the API server says (SelfSubjectRulesReview)`;
  return [`${title}\n${tableOf(grants, new Legend())}`];
}

function tableOf(grants: readonly Grant[], legend: Legend): string {
  const cells = new Map<string, Cell>();
  for (const { rule, sources } of grants) {
    const from = sources.map((source) => legend.numberOf(source));
    const names = rule.resourceNames.map((name) => `"${nameWords(name)}"`).join(', ');
    for (const what of targetsOf(rule)) addTo(cells, { what, names }, { verbs: rule.verbs, from });
  }
  const rows = Map.groupBy(cells.values(), ({ names, verbs, from }) =>
    JSON.stringify([names, [...verbs].sort(), [...from]]),
  );
  return tableText([...rows.values()].map(rowOf));
}

/** Cells of a row; the last one may be long. */
type Row = { readonly verbs: string; readonly from: string; readonly resources: readonly string[] };

const lineWidth = 110;
const leastWidth = 48;

/** Two spaces before each line; resources that are too many for a line go on below. */
function tableText(rows: readonly Row[]): string {
  const hasFrom = rows.some(({ from }) => from !== '');
  const head = (verbs: string, from: string): readonly string[] => (hasFrom ? [verbs, from] : [verbs]);
  const before = rows.reduce(
    (widest, { verbs, from }) => Math.max(widest, verbs.length + (hasFrom ? from.length + 2 : 0) + 4),
    0,
  );
  const lines = rows.flatMap(({ verbs, from, resources }) =>
    inLines(resources, Math.max(leastWidth, lineWidth - before)).map((line, index) =>
      index === 0 ? [...head(verbs, from), line] : [...head('', ''), line],
    ),
  );
  const table = columns([[...head('VERBS', 'FROM'), 'RESOURCES'], ...lines]);
  return table.replaceAll(/^(?=.)/gm, '  ');
}

function inLines(words: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  for (const [index, word] of words.entries()) {
    const text = index === words.length - 1 ? word : `${word},`;
    const last = lines.at(-1);
    if (last === undefined || last.length + text.length + 1 > width) lines.push(text);
    else lines[lines.length - 1] = `${last} ${text}`;
  }
  return lines;
}

function addTo(
  cells: Map<string, Cell>,
  { what, names }: Pick<Cell, 'what' | 'names'>,
  { verbs, from }: { readonly verbs: readonly string[]; readonly from: readonly number[] },
): void {
  const key = JSON.stringify([what, names]);
  const cell = cells.get(key) ?? { what, names, verbs: new Set<string>(), from: new Set<number>() };
  for (const verb of verbs) cell.verbs.add(verb);
  for (const number of from) cell.from.add(number);
  cells.set(key, cell);
}

/** A rule is the cross product of its groups and resources. */
function targetsOf({ apiGroups, resources, nonResourceURLs }: Rule): readonly string[] {
  const ofGroups = apiGroups.flatMap((group) =>
    resources.map((name) =>
      group === '*' && name === '*' ? 'every resource' : resourceName(partsOf({ group, name })),
    ),
  );
  const urls = nonResourceURLs.map((url) => (url === '*' ? 'every URL' : url));
  return [...ofGroups, ...urls].map(nameWords);
}

function rowOf(cells: readonly Cell[]): Row {
  const [first] = cells;
  const names = first?.names ?? '';
  const resources = cells.map(({ what }) => what);
  return {
    verbs: verbWords(first?.verbs ?? new Set()),
    from: [...(first?.from ?? [])].map((number) => `[${number}]`).join(' '),
    resources: names === '' ? resources : [...resources.slice(0, -1), `${resources.at(-1)} named ${names}`],
  };
}

/** In the order in which people think of them. */
function verbWords(verbs: ReadonlySet<string>): string {
  if (verbs.has('*')) return 'every verb';
  const others = [...verbs].filter((verb) => !requestVerbs.includes(verb));
  const ofRequests = requestVerbs.filter((verb) => verbs.has(verb));
  const words = ofRequests.length === requestVerbs.length ? ['every request verb'] : ofRequests;
  return [...words, ...others].map(nameWords).join(', ');
}

/** `kind: EffectiveAccess`: each rule once, with every way to it. */
export function everythingDocument({ whom, access, namespace, server }: EverythingOutcome): string {
  const { complete, gaps, master, everywhere, namespaces, dangling } = access;
  const written = (grants: readonly Grant[]) =>
    grants.map(({ rule, sources }) => ({ rule: ruleManifest(rule), sources }));
  return jsonDocument('EffectiveAccess', {
    complete,
    subject: whom.identity,
    ...(namespace !== undefined && { namespace }),
    master,
    everywhere: written(everywhere),
    namespaces: namespaces.map((each) => ({ namespace: each.namespace, grants: written(each.grants) })),
    ...(server && { server: { ...server, rules: server.rules.map(ruleManifest) } }),
    ...(!complete && { gaps }),
    ...(dangling.length > 0 && {
      dangling: dangling.map(({ binding: { kind, namespace: at, name }, role }) => ({
        binding: { kind, namespace: at, name },
        role,
      })),
    }),
    ...(whom.notes.length > 0 && { notes: whom.notes }),
  });
}
