// A request beside what the cluster is: names with their prefix, namespaces that exist, rules that can act. From here on
// nothing of it can be wrong any more but by somebody else's change.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import { nearestName } from '../nearest-name.ts';
import type { Discovery } from './discovery.ts';
import type { PlaceWish, SubjectWish } from './grant-wishes.ts';
import { selects } from './labels.ts';
import type { Snapshot } from './snapshot.ts';
import type { Identity, Subject } from './subject.ts';
import { type AppliedPrefix, type PrefixEvidence, prefixFor } from './subject-prefix.ts';

/** What was read of a cluster for a grant. `snapshot` holds every place that the request is about. */
export type Scene = {
  readonly snapshot: Snapshot;
  readonly discovery: Discovery;
  /** Who asks, with the groups that authentication adds. */
  readonly caller: Identity;
  readonly claims: PrefixEvidence['claims'];
  /** Where a command acts when no namespace is given. */
  readonly namespace: string;
};

/** A subject as the cluster knows it, and how that was found out. */
export type KnownSubject = { readonly subject: Subject; readonly applied: AppliedPrefix };

/** The subject with its prefix; an account without a namespace is of the one place. Fails with `usage`. */
export function knownSubject(wish: SubjectWish, places: readonly string[], scene: Scene): KnownSubject {
  if (wish.kind !== 'ServiceAccount') return withPrefix(wish, scene);
  const [only = '', ...others] = places;
  const namespace = wish.namespace ?? (others.length === 0 ? only : '');
  if (namespace !== '') {
    const { kind, name } = wish;
    return { subject: { kind, namespace, name }, applied: { prefix: '', from: 'typed' } };
  }
  throw new Failure(
    'usage',
    `of which namespace the service account "${cleanText(wish.name, 80)}" is was not said`,
    {
      hint: `Give --serviceaccount NAMESPACE/${cleanText(wish.name, 80)}.`,
    },
  );
}

function withPrefix(
  { kind, typed, prefix: given }: Exclude<SubjectWish, { kind: 'ServiceAccount' }>,
  { snapshot, caller, claims }: Scene,
): KnownSubject {
  const bound = [...snapshot.clusterRoleBindings, ...snapshot.roleBindings].flatMap(
    ({ subjects }) => subjects,
  );
  const applied = prefixFor(kind, typed, { given, evidence: { claims, seen: caller, bound } });
  return { subject: { kind, name: applied.prefix + typed }, applied };
}

/** The namespaces meant, '' for the whole cluster. Fails with `usage` for one that is not there, and for none. */
export function placesOf(
  wish: PlaceWish,
  { snapshot, namespace }: Omit<Scene, 'caller' | 'claims' | 'discovery'>,
): readonly string[] {
  if (wish.kind === 'cluster') return [''];
  if (wish.kind === 'everywhere')
    return ['', ...new Set(snapshot.roleBindings.map((each) => each.namespace))];
  if (wish.kind === 'selector') return selectedPlaces(wish, snapshot);
  const names = wish.kind === 'default' ? [namespace] : wish.names;
  const isHidden = snapshot.gaps.some(({ what }) => what === 'namespaces');
  const known = snapshot.namespaces.map(({ name }) => name);
  const missing = isHidden ? undefined : names.find((name) => !known.includes(name));
  if (missing === undefined) return names;
  const nearest = nearestName(missing, known);
  throw new Failure('usage', `there is no namespace "${cleanText(missing, 80)}"`, {
    hint:
      nearest === undefined ? 'Make it first: kubectl create namespace NAME.' : `Did you mean "${nearest}"?`,
  });
}

function selectedPlaces(
  { selector, typed }: Extract<PlaceWish, { kind: 'selector' }>,
  { namespaces, gaps }: Snapshot,
): readonly string[] {
  if (gaps.some(({ what }) => what === 'namespaces')) {
    throw new Failure('forbidden', 'you may not list namespaces, so which have these labels is not known', {
      hint: 'Name them with -n.',
    });
  }
  const found = namespaces.filter(({ labels }) => selects(selector, labels)).map(({ name }) => name);
  if (found.length > 0) return found;
  throw new Failure('usage', `no namespace has the labels ${cleanText(typed, 120)}`, {
    hint: 'See them with "kubectl get namespaces --show-labels".',
  });
}
