// The answer of `who-can` for people and for scripts.

import { jsonDocument } from '../json-document.ts';
import { counted } from '../number-words.ts';
import {
  columns,
  danglingLines,
  gapLines,
  nameLines,
  nameWords,
  someOf,
  subjectWords,
  unrealNote,
} from './access-words.ts';
import type { BindingRef, Chain, RoleObjectRef } from './chain.ts';
import type { Question } from './question.ts';
import type { Unreal } from './real-request.ts';
import { mastersGroup } from './subject.ts';
import type { Reach, Scope, WhoCan } from './who-can.ts';
import { describeAttributes, describeRef, describeRule, groupWords } from './words.ts';

/** `kind: WhoCan`: every subject with every binding through which it may; `gaps` only where something was not read. */
export function whoCanDocument({ complete, gaps, reaches }: WhoCan): string {
  const subjects = reaches.map(({ subject, through }) => ({
    kind: subject.kind,
    name: subject.name,
    ...(subject.kind === 'ServiceAccount' && { namespace: subject.namespace }),
    through: byBinding(through).map(({ binding, role }) => ({ binding: named(binding), role: named(role) })),
  }));
  return jsonDocument('WhoCan', { complete, ...(!complete && { gaps }), subjects });
}

function named({ kind, namespace, name }: BindingRef | RoleObjectRef): object {
  return { kind, ...(namespace !== '' && { namespace }), name };
}

/** A binding once, however many rules of its role allow it. */
function byBinding(through: readonly Chain[]): readonly Chain[] {
  if (through.length === 1) return through;
  const keyOf = ({ kind, namespace, name }: BindingRef): string => `${kind} ${namespace}/${name}`;
  return [...new Map(through.map((chain) => [keyOf(chain.binding), chain])).values()];
}

/** A row for each subject and role; `wide`: for each binding and rule. */
export function whoCanTable(answer: WhoCan, { asked, scope }: Question, form: 'table' | 'wide'): string {
  const where = scope.kind === 'all' ? ' in some namespace' : '';
  const what = `${describeAttributes(asked)}${where}`;
  const { own, others } = splitOwn(answer.reaches);
  const rows = form === 'wide' ? answer.reaches.flatMap(wideRows) : others.flatMap(rowsOf);
  const heading = form === 'wide' ? ['SUBJECT', 'BINDING', 'ROLE', 'RULE'] : ['SUBJECT', 'WHERE', 'THROUGH'];
  const table = rows.length === 0 ? `No binding lets anybody ${what}.\n` : columns([heading, ...rows]);
  const notes = [...ownLines(form === 'wide' ? [] : own), ...nameLines(asked), ...footnotes(answer, scope)];
  return `${table}${notes.map((line) => `\n${line}`).join('')}\n`;
}

/** Asked about all namespaces, a request has none of them by itself. */
function isMeant(unreal: Unreal, scope: Scope): boolean {
  return scope.kind === 'all' && unreal === 'namespaced-without-namespace';
}

const fewOwn = 3;

/** Controllers of Kubernetes itself, which every cluster has: where they are many they would bury the rest. */
function splitOwn(reaches: readonly Reach[]): {
  readonly own: readonly Reach[];
  readonly others: readonly Reach[];
} {
  const own = reaches.filter(
    ({ subject, through }) =>
      subject.kind === 'ServiceAccount' &&
      subject.namespace === 'kube-system' &&
      through.every(({ binding }) => binding.name.startsWith('system:controller:')),
  );
  return own.length <= fewOwn
    ? { own: [], others: reaches }
    : { own, others: reaches.filter((each) => !own.includes(each)) };
}

function ownLines(own: readonly Reach[]): readonly string[] {
  if (own.length === 0) return [];
  return [
    `Besides, ${counted(own.length, 'controller')} of Kubernetes itself (service accounts in kube-system); -o wide lists them.`,
  ];
}

function wideRows({ through }: Reach): readonly (readonly string[])[] {
  return through.map(({ subject, binding, role, parts, rule }) => [
    subjectWords(subject),
    describeRef(binding),
    [describeRef(role), ...parts.map((part) => `ClusterRole ${nameWords(part)}`)].join(' ← '),
    describeRule(rule),
  ]);
}

function rowsOf({ subject, through }: Reach): readonly (readonly string[])[] {
  const byRole = Map.groupBy(
    byBinding(through),
    ({ binding, role }) => `${binding.kind} ${role.kind} ${role.name}`,
  );
  return [...byRole.values()].map((chains) => [
    subjectWords(subject),
    whereWords(chains),
    throughWords(chains),
  ]);
}

function whereWords(chains: readonly Chain[]): string {
  const namespaces = [...new Set(chains.map(({ binding }) => binding.namespace))];
  return namespaces.includes('') ? 'everywhere' : someOf(namespaces.map(nameWords), 3);
}

function throughWords(chains: readonly Chain[]): string {
  const [first] = chains;
  if (first === undefined) return '';
  const bindings = [...new Set(chains.map(({ binding }) => nameWords(binding.name)))];
  return `${first.binding.kind} ${someOf(bindings, 2)} → ${first.role.kind} ${nameWords(first.role.name)}`;
}

/** What the table does not say by itself. */
function footnotes({ reaches, complete, gaps, unreal, dangling }: WhoCan, scope: Scope): readonly string[] {
  return [
    ...(complete
      ? []
      : [
          reaches.length === 0 ? 'Not all could be read:' : 'At least these: not all could be read.',
          ...gapLines(gaps).map((line) => `  ${line}`),
        ]),
    ...(unreal === undefined || isMeant(unreal, scope) ? [] : [unrealNote(unreal)]),
    ...reaches.flatMap(meaningOf),
    `Members of the group ${mastersGroup} may always: they are let pass before RBAC is asked.`,
    ...danglingLines(dangling),
  ];
}

/** Who is in a group that no token names. */
function meaningOf({ subject, implied }: Reach): readonly string[] {
  return implied ? [`${nameWords(subject.name)}: ${groupWords(subject.name)}.`] : [];
}
