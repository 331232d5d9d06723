// The token's word against the cluster's: who a login should be there, who the cluster sees, and why they differ.

import { cleanText } from '../foreign-text.ts';
import type { ClaimMapping } from './cluster-side.ts';
import type { IdTokenClaims } from './provider.ts';

/** `status.userInfo` of a SelfSubjectReview. */
export type SeenUser = {
  readonly username: string;
  readonly groups: readonly string[];
  readonly uid: string;
};

export type Comparison = {
  readonly expected: { readonly username: string; readonly groups: readonly string[] };
  /** One line for each difference with its likely reason; none = the cluster sees what setup wrote down. */
  readonly differences: readonly string[];
};

/** What the mapping makes of the claims, beside what the cluster made of them. Groups of the system's own are left out. */
export function compareWithCluster(mapping: ClaimMapping, claims: IdTokenClaims, seen: SeenUser): Comparison {
  const { username, groups } = mappedClaims(mapping, claims);
  return {
    expected: { username, groups },
    differences: [
      ...usernameDifference(mapping, claims, seen.username),
      ...groupDifferences(mapping, groups, seen.groups),
    ],
  };
}

/** Who a kube-apiserver with this mapping takes the claims' owner for; '' for a name that the claim does not hold. */
export function mappedClaims(
  mapping: ClaimMapping,
  claims: Readonly<Record<string, unknown>>,
): { readonly username: string; readonly groups: readonly string[] } {
  const name = textOf(claims[mapping.usernameClaim]);
  return {
    username: name === undefined ? '' : mapping.usernamePrefix + name,
    groups: groupsOf(mapping, claims),
  };
}

function usernameDifference(mapping: ClaimMapping, claims: IdTokenClaims, seen: string): string[] {
  const { usernameClaim, usernamePrefix } = mapping;
  const name = textOf(claims[usernameClaim]);
  if (name !== undefined && seen === usernamePrefix + name) return [];
  const saw = `the cluster sees the user ${quoted(seen)}`;
  if (name === undefined)
    return [`${saw}; the token has no claim ${quoted(usernameClaim)} that holds one text`];
  const should = `${saw}, not ${quoted(usernamePrefix + name)}`;
  if (seen === name) return [`${should}: it puts no prefix before user names`];
  if (seen.endsWith(name)) {
    return [`${should}: its prefix for user names is ${quoted(seen.slice(0, -name.length))}`];
  }
  const other = Object.entries(claims).find(([, value]) => isPartOf(value, seen));
  return [other === undefined ? should : `${should}: it takes the name from the claim ${quoted(other[0])}`];
}

function isPartOf(value: unknown, seen: string): boolean {
  return typeof value === 'string' && value !== '' && seen.endsWith(value);
}

function groupDifferences(
  mapping: ClaimMapping,
  expected: readonly string[],
  seen: readonly string[],
): string[] {
  const { groupsPrefix, groupsClaim } = mapping;
  const own = seen.filter((group) => !group.startsWith('system:'));
  const missing = expected.filter((group) => !own.includes(group));
  const extra = own.filter((group) => !expected.includes(group));
  const bare = missing.map((group) => group.slice(groupsPrefix.length));
  if (missing.length > 0 && bare.every((group) => extra.includes(group))) {
    return [`the cluster puts no prefix before groups: it sees ${listed(extra)}`];
  }
  if (missing.length > 0 && own.length === 0) {
    return [
      `the cluster sees no groups, the token's claim ${quoted(groupsClaim ?? '')} has ${listed(bare)}: its groups claim is another, or none is set`,
    ];
  }
  return [
    ...(missing.length === 0 ? [] : [`the cluster does not see the groups ${listed(missing)}`]),
    ...(extra.length === 0 ? [] : [`the cluster also sees the groups ${listed(extra)}`]),
  ];
}

function groupsOf(
  { groupsClaim, groupsPrefix }: ClaimMapping,
  claims: Readonly<Record<string, unknown>>,
): string[] {
  const value = groupsClaim === undefined ? [] : claims[groupsClaim];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((each) => typeof each === 'string').map((each) => groupsPrefix + each);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function quoted(text: string): string {
  return `"${cleanText(text, 120)}"`;
}

function listed(groups: readonly string[]): string {
  const shown = groups.slice(0, 5).map(quoted).join(', ');
  return groups.length > 5 ? `${shown} and ${groups.length - 5} more` : shown;
}
