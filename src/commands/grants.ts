// `grants`: what this program granted, to whom, until when, and what was changed since. Reads, and changes nothing.

import type { Host } from '../host.ts';
import { jsonDocument } from '../json-document.ts';
import { describeTime } from '../moments.ts';
import type { AccessSource } from '../rbac/access-source.ts';
import { columns, gapLines, nameWords, subjectWords } from '../rbac/access-words.ts';
import { type ManagedGrant, managedGrants } from '../rbac/grants.ts';
import { formatTime } from '../rbac/managed.ts';
import type { Snapshot } from '../rbac/snapshot.ts';
import { formatSubject } from '../rbac/subject.ts';
import {
  type NamespaceWish,
  namespaceOptions,
  parseNamespaceWish,
  parseWhere,
  type Where,
  whereOptions,
} from '../rbac/where-words.ts';
import { describeRef, describeRule } from '../rbac/words.ts';
import { choiceOf, type TypedWords } from '../typed-words.ts';

export const options = {
  namespace: { ...namespaceOptions.namespace, describe: 'only those of this namespace (default: all)' },
  'all-namespaces': namespaceOptions['all-namespaces'],
  output: { alias: 'o', type: 'string', completes: ['table', 'json'], describe: 'table (default) or json' },
  ...whereOptions,
} as const;

export type GrantsRequest = {
  readonly where: Where;
  readonly wish: NamespaceWish;
  readonly output: 'table' | 'json';
};

/** Words → request. Fails with `usage`. */
export function parse(words: TypedWords): GrantsRequest {
  return {
    where: parseWhere(words),
    wish: parseNamespaceWish(words),
    output: choiceOf(words, 'output', ['table', 'json']),
  };
}

export type GrantsDeps = { readonly source: AccessSource };
export type GrantsOutcome = { readonly grants: readonly ManagedGrant[]; readonly gaps: Snapshot['gaps'] };

/** Fails as reading does. What may not be read is a gap, and said. */
export async function run({ wish }: GrantsRequest, { source }: GrantsDeps): Promise<GrantsOutcome> {
  const namespace = wish.kind === 'one' ? wish.namespace : undefined;
  const scope =
    namespace === undefined ? ({ kind: 'all' } as const) : ({ kind: 'namespace', namespace } as const);
  const snapshot = await source.read({ scope, namespaces: false });
  const isMeant = ({ binding }: ManagedGrant): boolean =>
    namespace === undefined || binding.namespace === namespace;
  // What others decide beside RBAC is no grant of ours.
  const gaps = snapshot.gaps.filter(({ what }) => what !== 'authorizers');
  return { grants: managedGrants(snapshot).filter(isMeant), gaps };
}

/** A line a grant, then what was changed; `kind: GrantList` for scripts. */
export function describe({ grants, gaps }: GrantsOutcome, request: GrantsRequest, now: number): string {
  if (request.output === 'json') {
    return jsonDocument('GrantList', {
      complete: gaps.length === 0,
      items: grants.map((each) => item(each, now)),
    });
  }
  const atLeast = gaps.length === 0 ? [] : ['Not all could be read:', ...gapLines(gaps)];
  const below = [...driftLines(grants), ...atLeast].map((line) => `${line}\n`).join('');
  if (grants.length === 0)
    return `kubectl-oidc granted nothing here${gaps.length > 0 ? ' that could be read' : ''}.\n${below}`;
  const heading = ['WHERE', 'WHOM', 'ROLE', 'UNTIL', 'BY', 'WHY'];
  const rows = grants.map((each) => row(each, now));
  return `${columns([heading, ...rows])}${below}`;
}

function row(
  { binding, subject, roleRef, expiry, requester, reason }: ManagedGrant,
  now: number,
): readonly string[] {
  return [
    binding.namespace === '' ? '(cluster)' : nameWords(binding.namespace),
    subject === undefined ? '(nobody)' : subjectWords(subject),
    `${roleRef.kind} ${nameWords(roleRef.name)}`,
    untilWords(expiry, now),
    nameWords(requester),
    nameWords(reason),
  ];
}

function untilWords(expiry: ManagedGrant['expiry'], now: number): string {
  if (expiry.kind !== 'at') return expiry.kind;
  return expiry.at <= now ? `expired ${describeTime(expiry.at, now)}` : describeTime(expiry.at, now);
}

function driftLines(grants: readonly ManagedGrant[]): readonly string[] {
  return grants.flatMap(({ binding, drift }) =>
    drift.map((each) => `Changed: ${describeRef(binding)}: ${each}.`),
  );
}

function item(grant: ManagedGrant, now: number): object {
  const { binding, subject, roleRef, rules, preset, expiry, requester, reason, grantedAt, drift } = grant;
  return {
    binding: {
      kind: binding.kind,
      ...(binding.namespace !== '' && { namespace: binding.namespace }),
      name: binding.name,
    },
    subject: subject === undefined ? undefined : { ...subject, word: formatSubject(subject) },
    role: roleRef,
    rules: rules.map(describeRule),
    preset,
    requestedBy: requester,
    reason,
    grantedAt: grantedAt === 0 ? undefined : formatTime(grantedAt),
    expiresAt: expiry.kind === 'at' ? formatTime(expiry.at) : undefined,
    state:
      expiry.kind === 'unreadable'
        ? 'unreadable'
        : expiry.kind === 'at' && expiry.at <= now
          ? 'expired'
          : 'active',
    drift,
  };
}

/** The real parts. Fails as opening the source does. */
export async function realDeps({ where }: GrantsRequest, host: Host): Promise<GrantsDeps> {
  const { openAccess } = await import('../edge/access/open-access.ts');
  return { source: await openAccess(where, host) };
}
