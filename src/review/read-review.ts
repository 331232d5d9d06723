// One place, read for a review: the snapshot, the resources that it has, and whose grants are looked at.

import type { Access } from '../rbac/access.ts';
import type { AccessSource } from '../rbac/access-source.ts';
import { subjectWords } from '../rbac/access-words.ts';
import { accessFor } from '../rbac/ask.ts';
import { type Discovery, resourcesByName } from '../rbac/discovery.ts';
import {
  type Identity,
  identityKeys,
  identityOf,
  isMaster,
  mastersGroup,
  type SubjectWord,
  withImpliedGroups,
} from '../rbac/subject.ts';
import type { NamespaceWish } from '../rbac/where-words.ts';
import type { Scope } from '../rbac/who-can.ts';
import { unboundNote } from '../rbac/whom.ts';
import { type Review, reviewOf } from './review.ts';
import type { ReadCluster, ReviewedPerson, ServerRules } from './reviewed.ts';
import { rowsOf, type View } from './view.ts';

export type ReviewWish = {
  readonly view: View;
  /** undefined: everybody. */
  readonly whom: SubjectWord | undefined;
};

/** Reads what the view needs: one namespace and the cluster's own, or all. Fails as `accessFor` does. */
export async function readReview({ view, whom }: ReviewWish, source: AccessSource): Promise<ReadCluster> {
  const { namespace } = view;
  const scope =
    namespace === undefined ? ({ kind: 'all' } as const) : ({ kind: 'namespace', namespace } as const);
  const wish: NamespaceWish = namespace === undefined ? { kind: 'all' } : { kind: 'one', namespace };
  const [read, discovery, named] = await Promise.all([
    accessFor(source, { scope }, wish),
    source.discovery(() => true),
    personOf(whom, source),
  ]);
  const review = reviewOf(withDiscovery(read, discovery));
  const person = named && {
    ...named,
    notes: notesOn(review, { whom, identity: named.identity }, scope),
  };
  const within = person === undefined ? review.grants : grantsFor(review, person.identity);
  const isUncertain = whom?.kind === 'me' && !review.complete;
  return {
    kind: 'read',
    source: source.name,
    context: source.live?.context ?? '',
    server: source.live?.server ?? '',
    review,
    person,
    within,
    rows: rowsOf(review, view, within),
    serverRules: isUncertain ? await serversRules(source, namespace) : undefined,
  };
}

/** It is read beside the lists, not before them. */
function withDiscovery(access: Access, discovery: Discovery): Access {
  return {
    ...access,
    snapshot: { ...access.snapshot, discovery },
    resources: resourcesByName(discovery),
  };
}

/** Whether another one may have been meant, and what no binding says. */
function notesOn(
  { access }: Review,
  { whom, identity }: { readonly whom: SubjectWord | undefined; readonly identity: Identity },
  scope: Scope,
): readonly string[] {
  const masters = isMaster(identity)
    ? [`Whoever is in ${mastersGroup}, as here, may do everything, whatever is bound.`]
    : [];
  return whom === undefined || whom.kind === 'me'
    ? masters
    : [...masters, ...unboundNote(access, whom, scope)];
}

async function personOf(
  whom: SubjectWord | undefined,
  { live }: AccessSource,
): Promise<Omit<ReviewedPerson, 'notes'> | undefined> {
  if (whom === undefined) return undefined;
  if (whom.kind !== 'me') return { title: subjectWords(whom), identity: withImpliedGroups(identityOf(whom)) };
  const identity = await live?.whoAmI();
  if (identity === undefined) throw new TypeError('"me" was asked about offline');
  const title = `${subjectWords({ kind: 'User', name: identity.user })} (you)`;
  return { title, identity: withImpliedGroups(identity) };
}

/** What counts for somebody: what names them, and what names their groups. */
export function grantsFor({ grants }: Pick<Review, 'grants'>, identity: Identity): Review['grants'] {
  const keys = new Set(identityKeys(identity));
  return grants.filter(({ subject }) => keys.has(subject.key));
}

/** What the caller may not read of bindings the server still says of the caller itself. */
async function serversRules(
  { live, namespace }: AccessSource,
  wished: string | undefined,
): Promise<ServerRules | undefined> {
  const at = wished ?? namespace;
  return live && { namespace: at, rules: await live.ownRules(at) };
}
