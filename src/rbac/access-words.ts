// Answers in words that stand on lines of their own: chains, gaps, tables. Names, refs, rules and requests are in words.ts.

import { cleanText } from '../foreign-text.ts';
import { counted, numberWords } from '../number-words.ts';
import stringWidth from '../string-width.ts';
import type { Chain, Dangling } from './chain.ts';
import type { Unreal } from './real-request.ts';
import type { Attributes } from './rule.ts';
import type { Gap } from './snapshot.ts';
import type { Subject } from './subject.ts';
import { describeRef, describeRule, unrealWords } from './words.ts';

/** A name on one line of a terminal. */
export function nameWords(name: string): string {
  return cleanText(name, 120);
}

/** `Group oidc:devs`, `ServiceAccount shop/ci`. */
export function subjectWords(subject: Subject): string {
  const name = subject.kind === 'ServiceAccount' ? `${subject.namespace}/${subject.name}` : subject.name;
  return `${subject.kind} ${nameWords(name)}`;
}

/** The way from the subject to the rule, a step a line. */
export function chainSteps({ subject, binding, role, parts, rule }: Chain): readonly string[] {
  const collected = parts.map((part) => `which collects ClusterRole ${nameWords(part)}`);
  return [subjectWords(subject), describeRef(binding), describeRef(role), ...collected, describeRule(rule)];
}

/** The API server's own sentence for this chain (rbac.go). */
export function serverReason({ subject, binding, role }: Chain): string {
  const at = binding.namespace === '' ? binding.name : `${binding.name}/${binding.namespace}`;
  const who = subject.kind === 'ServiceAccount' ? `${subject.name}/${subject.namespace}` : subject.name;
  return `RBAC: allowed by ${binding.kind} "${at}" of ${role.kind} "${role.name}" to ${subject.kind} "${who}"`;
}

/** Why the verdict is of no use to anybody. */
export function unrealNote(unreal: Unreal): string {
  const words = unrealWords[unreal];
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}. The answer is the authorizer's all the same.`;
}

const gapNames: Readonly<Record<Gap['what'], string>> = {
  roles: 'Roles',
  clusterroles: 'ClusterRoles',
  rolebindings: 'RoleBindings',
  clusterrolebindings: 'ClusterRoleBindings',
  namespaces: 'Namespaces',
  discovery: 'resources',
  authorizers: 'other authorizers',
};

/** What an answer does not know, gaps of one kind in one line. */
export function gapLines(gaps: readonly Gap[]): readonly string[] {
  const lines = [
    ...Map.groupBy(gaps, ({ what, reason }) => `${gapNames[what]}: ${cleanText(reason, 120)}`),
  ].map(([words, ofIt]) => {
    const places = ofIt.map(({ namespace }) => namespace).filter((namespace) => namespace !== '');
    return places.length === 0 ? words : `${words} in ${someOf(places.map(nameWords).sort(), 3)}`;
  });
  return lines.sort();
}

/** `a, b, c and 5 more`. */
export function someOf(names: readonly string[], limit: number): string {
  if (names.length <= limit + 1) return names.join(', ');
  return `${names.slice(0, limit).join(', ')} and ${numberWords(names.length - limit)} more`;
}

const shownDangling = 3;

/** Bindings whose role is not there, and, where roles could not be read, those whose role nobody here has seen. */
export function danglingLines(dangling: readonly Dangling[]): readonly string[] {
  const lines = dangling.map(({ binding, role, isUnread }) => {
    const what = `${describeRef(binding)} gives ${someOf(binding.subjects.map(subjectWords), 2)} ${describeRef(role)}`;
    return isUnread
      ? `${what}, which could not be read: it may allow this.`
      : `${what}, which is not there: whoever makes it decides what they may.`;
  });
  const more = lines.length - shownDangling;
  return more <= 0
    ? lines
    : [...lines.slice(0, shownDangling), `… and ${counted(more, 'more such binding')}.`];
}

/** What a question with a name is about, where requests hardly carry one (requestinfo.go). */
export function nameLines(asked: Attributes): readonly string[] {
  const isNameless = asked.kind === 'resource' && ['list', 'watch', 'deletecollection'].includes(asked.verb);
  if (!isNameless || asked.name === '') return [];
  const name = nameWords(asked.name);
  return [
    `A ${asked.verb} carries a name only with --field-selector metadata.name=${name}; without it, ask without "${name}".`,
  ];
}

/** Rows in columns as a terminal shows them, two spaces apart, the last one ragged; the first row is the heading. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, index) =>
    rows.reduce((widest, row) => Math.max(widest, stringWidth(row[index] ?? '')), 0),
  );
  return rows
    .map((row) =>
      row.map((cell, index) =>
        index === row.length - 1 ? cell : cell + ' '.repeat((widths[index] ?? 0) - stringWidth(cell)),
      ),
    )
    .map((row) => `${row.join('  ').trimEnd()}\n`)
    .join('');
}
