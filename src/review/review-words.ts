// What people read in a review, wherever they read it: screen, table or page. Names that others chose are cleaned here.

import { counted, numberWords } from '../number-words.ts';
import { nameWords } from '../rbac/access-words.ts';
import { groupWords } from '../rbac/words.ts';
import { type Risk, type RiskMark, tellingMarks } from './risk.ts';
import type { Pivot, ReviewRow } from './rows.ts';
import type { Reach } from './tally.ts';
import type { View } from './view.ts';

/** A mark in two or three words. */
export const riskWords: Readonly<Record<Risk, string>> = {
  everything: 'everything',
  'changes-rbac': 'may change RBAC',
  'acts-as-others': 'may become someone else',
  'reads-secrets': 'may read secrets',
};

/** What each mark says, to be followed by where. */
export const riskSentences: Readonly<Record<Risk, string>> = {
  everything: 'May do everything, on every resource',
  'changes-rbac': 'May write roles or bindings, or hand out more than they hold (bind, escalate)',
  'acts-as-others': 'May impersonate others, or make tokens of service accounts',
  'reads-secrets': 'May read secrets (get, list or watch)',
};

/** One sentence: what, where, and whether it is held to named objects. */
export function describeMark({ risk, everywhere, namespaces, named }: RiskMark): string {
  const where = everywhere ? 'in every namespace' : `in ${counted(namespaces, 'namespace')}`;
  return `${riskSentences[risk]} ${where}${named ? ', of the objects that are named only' : ''}.`;
}

/** A mark in one word, for where many stand beside each other. */
export const riskNames: Readonly<Record<Risk, string>> = {
  everything: 'everything',
  'changes-rbac': 'RBAC',
  'acts-as-others': 'impersonation',
  'reads-secrets': 'secrets',
};

/** `everywhere`, `12 ns`; `named` where it is held to named objects. */
export function markPlace({ everywhere, namespaces, named }: RiskMark): string {
  return `${everywhere ? 'everywhere' : `${numberWords(namespaces)} ns`}${named ? ', named' : ''}`;
}

/** `may read secrets (named only)`, without what another mark says already. */
export function markWords(marks: readonly RiskMark[]): string {
  return tellingMarks(marks)
    .map(
      ({ risk, everywhere, named }) =>
        `${riskWords[risk]}${everywhere ? ' everywhere' : ''}${named ? ' (named only)' : ''}`,
    )
    .join(', ');
}

/** `2 roles unknown`: not there or not read; '' for none. A row of a role says it in its note. */
export function unknownWords({ of, unknownRoles }: Pick<ReviewRow, 'of' | 'unknownRoles'>): string {
  return unknownRoles === 0 || of.pivot === 'role' ? '' : `${counted(unknownRoles, 'role')} unknown`;
}

/** What the words of `unknownWords` mean, as a sentence. */
export const unknownSentence =
  'A role is unknown that is not there or could not be read: what it allows has no mark, and no row by resource.';

/** `everywhere`, `12 namespaces`, `everywhere + 3 namespaces`. */
export function reachWords({ everywhere, namespaces }: Pick<Reach, 'everywhere' | 'namespaces'>): string {
  const placed = counted(namespaces, 'namespace');
  if (!everywhere) return placed;
  return namespaces === 0 ? 'everywhere' : `everywhere + ${placed}`;
}

/** What a view leaves out, a part each; none for the whole. */
export function viewWords({ namespace, hidesSystem, risky, text }: Omit<View, 'pivot'>): readonly string[] {
  return [
    ...(namespace === undefined ? [] : [`what counts in namespace ${nameWords(namespace)}`]),
    ...(hidesSystem ? ['without what is named system:…'] : []),
    ...(risky ? ['rows with a mark or a role that is unknown'] : []),
    ...(text === '' ? [] : [`names that match "${nameWords(text)}"`]),
  ];
}

/** The same as a sentence, for whoever would take a part for the whole; undefined for the whole. */
export function viewSentence(view: Omit<View, 'pivot'>): string | undefined {
  const words = viewWords(view);
  return words.length === 0 ? undefined : `This is a part of it: ${words.join(', ')}.`;
}

/** What a side is called in a heading. */
export const pivotWords: Readonly<Record<Pivot, string>> = {
  subject: 'subject',
  resource: 'resource',
  role: 'role',
  namespace: 'namespace',
};

/** The name of a row with its kind where that is not plain: `Group oidc:devs`, `ClusterRole edit`, `every namespace`. */
export function rowWords({ of, name }: Pick<ReviewRow, 'of' | 'name'>): string {
  switch (of.pivot) {
    case 'subject':
      return `${of.subject.kind} ${nameWords(name)}`;
    case 'role':
      return `${of.role.kind} ${nameWords(name)}`;
    case 'namespace':
      return of.namespace === '' ? 'the whole cluster' : nameWords(name);
    case 'resource':
      return targetWords(name);
  }
}

const star = /^\*(?:\.([^/]+))?(?:\/(.+))?$/;

/** What stars stand for: `every resource of apps`, `scale of every resource`. */
export function targetWords(name: string): string {
  const [found, group, subresource] = star.exec(name) ?? [];
  if (found === undefined) return nameWords(name);
  const below = subresource === undefined ? '' : `${nameWords(subresource)} of `;
  return `${below}every resource${group === undefined ? '' : ` of ${nameWords(group)}`}`;
}

/** What has to be known of a row beside its numbers; undefined for most. */
export function rowNote({ of }: Pick<ReviewRow, 'of'>): string | undefined {
  if (of.pivot === 'subject') return of.subject.kind === 'Group' ? groupWords(of.subject.name) : undefined;
  if (of.pivot !== 'role' || of.state === 'read') return undefined;
  return of.state === 'missing'
    ? 'is not there: whoever makes it decides what these may'
    : 'could not be read: what it allows is not known';
}
