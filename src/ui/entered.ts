// What somebody looked into: a row, or the person that the screen was opened for, whose groups count too.

import { subjectWords } from '../rbac/access-words.ts';
import {
  type Identity,
  identityOf,
  impliedGroups,
  isMaster,
  mastersGroup,
  type Subject,
  subjectKey,
  withImpliedGroups,
} from '../rbac/subject.ts';
import { unboundNote } from '../rbac/whom.ts';
import { grantsFor } from '../review/read-review.ts';
import type { Grant, Review } from '../review/review.ts';
import { rowWords } from '../review/review-words.ts';
import { grantsOf, type ReviewRow } from '../review/rows.ts';

export type PersonOf = { readonly pivot: 'person'; readonly subject: Subject; readonly identity: Identity };

/** Found again by its key when a newer review comes. */
export type Entered = Pick<ReviewRow, 'key' | 'name'> & { readonly of: ReviewRow['of'] | PersonOf };

/** `review SUBJECT`: with the groups that authentication adds. */
export function enteredPerson(subject: Subject): Entered {
  const identity = withImpliedGroups(identityOf(subject));
  return { key: subjectKey(subject), name: subject.name, of: { pivot: 'person', subject, identity } };
}

/** `Group oidc:devs`, `Group oidc:devs + system:authenticated`. */
export function enteredWords({ of, name }: Pick<Entered, 'of' | 'name'>): string {
  if (of.pivot !== 'person') return rowWords({ of, name });
  const groups = impliedGroups(identityOf(of.subject));
  const implied = groups.length > 1 ? `${groups.length} groups of every account` : groups.join('');
  return `${subjectWords(of.subject)}${implied === '' ? '' : ` + ${implied}`}`;
}

/** Those of `within` that it is about. */
export function grantsOfEntered(
  review: Review,
  { of, key }: Pick<Entered, 'of' | 'key'>,
  within: readonly Grant[],
): readonly Grant[] {
  return of.pivot === 'person'
    ? grantsFor({ grants: within }, of.identity)
    : grantsOf(review, { of, key }, within);
}

/** What no binding says of the person, and whom else may have been meant; '' for nothing. */
export function personNote({ access }: Review, { subject, identity }: PersonOf): string {
  if (isMaster(identity)) return `Whoever is in ${mastersGroup} may do everything, whatever is bound.`;
  return unboundNote(access, subject, { kind: 'all' }).join(' ');
}
