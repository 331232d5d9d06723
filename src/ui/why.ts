// The whole why of a row, as a tree: subject, the bindings that name it, the role of each, the rules that are in it.

import { counted } from '../number-words.ts';
import { nameWords } from '../rbac/access-words.ts';
import { originOf } from '../rbac/aggregation.ts';
import type { Rule } from '../rbac/rule.ts';
import { describeRule, groupWords } from '../rbac/words.ts';
import type { Grant, Review } from '../review/review.ts';
import { subjectName } from '../review/rows.ts';
import { reaches, type Target } from '../review/target.ts';
import { type Line, span } from './cells.ts';
import { type Entered, enteredWords } from './entered.ts';
import type { Page, State } from './state.ts';
import { grantsOfRow, grantsSeen } from './table.ts';

/** More than this nobody reads; how many there are besides is said. */
const mostGrants = 500;

/** Every way by which the row came to be in the list that is seen; without one, everything behind an empty list. */
export function whyPage(state: State, review: Review, row: Entered | undefined): Page {
  const grants = row === undefined ? grantsSeen(state, review) : grantsOfRow(state, review, row);
  const about = row?.of.pivot === 'resource' ? row.of.target : targetOf(state);
  const crumbs = state.levels.flatMap(({ entered }) =>
    entered === undefined ? [] : [enteredWords(entered)],
  );
  return {
    kind: 'why',
    title: ['Why', ...crumbs, ...(row === undefined ? [] : [enteredWords(row)])].join(' › '),
    lines: whyLines(review, grants, about),
    top: 0,
    isAsking: false,
  };
}

function targetOf({ levels }: State): Target | undefined {
  const found = levels.map(({ entered }) => entered?.of).findLast((of) => of?.pivot === 'resource');
  return found?.pivot === 'resource' ? found.target : undefined;
}

/** A tree for each subject, in the order of the grants. */
export function whyLines(
  review: Review,
  grants: readonly Grant[],
  about: Target | undefined,
): readonly Line[] {
  const shown = grants.slice(0, mostGrants);
  const bySubject = Map.groupBy(shown, ({ subject }) => subject);
  const trees = [...bySubject.values()].flatMap((each) => [...subjectTree(review, each, about), []]);
  const more = grants.length - shown.length;
  return more === 0
    ? trees
    : [
        ...trees,
        [span(`And ${counted(more, 'binding')} more: filter, or look into a row, for fewer.`, 'dim')],
      ];
}

function subjectTree(review: Review, grants: readonly Grant[], about: Target | undefined): readonly Line[] {
  const [first] = grants;
  if (first === undefined) return [];
  const { subject } = first.subject;
  const note = subject.kind === 'Group' ? groupWords(subject.name) : undefined;
  const head: Line = [
    span(`${subject.kind} `, 'dim'),
    span(nameWords(subjectName(subject)), 'strong'),
    span(note === undefined ? '' : `  ${note}`, 'dim'),
  ];
  return [
    head,
    ...grants.flatMap((grant, index) =>
      grantTree(review, grant, { about, isLast: index === grants.length - 1 }),
    ),
  ];
}

function grantTree(
  review: Review,
  { binding, role }: Grant,
  { about, isLast }: { readonly about: Target | undefined; readonly isLast: boolean },
): readonly Line[] {
  const [fork, stem] = isLast ? ['└─ ', '   '] : ['├─ ', '│  '];
  const place = binding.namespace === '' ? '' : `${nameWords(binding.namespace)}/`;
  const rules = (role.role?.rules ?? []).filter((rule) => about === undefined || reaches(rule, about));
  const roleLine: Line = [
    span(`${stem}└─ `, 'dim'),
    span(`${role.ref.kind} `, 'dim'),
    span(
      `${role.ref.namespace === '' ? '' : `${nameWords(role.ref.namespace)}/`}${nameWords(role.ref.name)}`,
    ),
    span(missing(role), 'risk'),
  ];
  return [
    [
      span(fork, 'dim'),
      span(`${binding.kind} `, 'dim'),
      span(`${place}${nameWords(binding.name)}`),
      span(binding.namespace === '' ? '  everywhere' : '', 'dim'),
    ],
    roleLine,
    ...rules.map(
      (rule, index): Line => [
        span(`${stem}   ${index === rules.length - 1 ? '└─ ' : '├─ '}`, 'dim'),
        span(describeRule(rule)),
        span(collected(review, role, rule), 'dim'),
      ],
    ),
  ];
}

function missing({ role, isUnread }: Grant['role']): string {
  if (role !== undefined) return role.rules.length === 0 ? '  has no rules' : '';
  return isUnread
    ? '  could not be read: what it allows is not known'
    : '  is not there: it gives nothing until somebody makes it';
}

/** From which ClusterRoles an aggregated rule comes. */
function collected({ access }: Review, { role }: Grant['role'], rule: Rule): string {
  if (role?.aggregates === undefined) return '';
  const names = originOf(role, rule, access.snapshot.clusterRoles);
  return names.length === 0 ? '' : `  from ${names.map(nameWords).join(' › ')}`;
}
