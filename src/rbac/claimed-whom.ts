// Somebody whom a token's claims describe, perhaps before they ever signed in: as the cluster would know them.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import { subjectWords } from './access-words.ts';
import type { Snapshot } from './snapshot.ts';
import { learnedPrefix, type Whom, type WhomWords, whomOf } from './whom.ts';

/** What a cluster without prefixes would take from the claims, and the names of all of them. */
export type Claimed = {
  readonly username: string;
  readonly groups: readonly string[];
  readonly claims: readonly string[];
};

/** Puts the cluster's prefixes before names, as given or as bindings show them. Fails with `usage` where no claim holds a name. */
export function claimedWhom(
  { mapping: typed, groups: more }: Extract<WhomWords, { kind: 'token' | 'claims' }>,
  { username, groups, claims }: Claimed,
  snapshot: Snapshot,
): Whom {
  if (username === '') {
    throw new Failure('usage', `there is no claim "${cleanText(typed.usernameClaim)}" that holds a name`, {
      hint: `Give --username-claim: there are ${cleanText(claims.join(', '))}.`,
    });
  }
  const ofUser = learnedPrefix('User', username, { given: typed.usernamePrefix, snapshot });
  const [group] = groups;
  const ofGroups =
    group === undefined
      ? { prefix: '', notes: [`There are no groups in the claim "${cleanText(typed.groupsClaim)}".`] }
      : learnedPrefix('Group', group, { given: typed.groupsPrefix, snapshot });
  const user = ofUser.prefix + username;
  const named = groups.map((each) => ofGroups.prefix + each);
  const origins = named.map((each) => [each, `in the claim "${cleanText(typed.groupsClaim)}"`] as const);
  const title = subjectWords({ kind: 'User', name: user });
  const whom = whomOf(title, { user, groups: [...named, ...more] }, origins);
  return { ...whom, notes: [...ofUser.notes, ...ofGroups.notes] };
}
