// Where a command's answers come from, as a value that it can be handed: a cluster, manifests, a saved snapshot.
// The real ones are opened by the edge (edge/access).

import type { Discovery } from './discovery.ts';
import type { Attributes, Rule } from './rule.ts';
import type { Snapshot } from './snapshot.ts';
import type { Identity } from './subject.ts';
import type { Scope } from './who-can.ts';

/** How much an answer needs: the bindings of one namespace and the cluster's, the cluster's alone, or all. */
export type ReadWish = {
  readonly scope: Scope;
  /** Whether the namespaces themselves, with their labels, are needed too. */
  readonly namespaces: boolean;
  /** Of whom alone the answer is: Roles that no binding of theirs refers to may be left out. */
  readonly of?: Identity;
};

/** The authorizer's own words. */
export type ReviewedAccess = { readonly allowed: boolean; readonly reason: string };

export type LiveCluster = {
  /** '' inside a pod, where there is no kubeconfig. */
  readonly context: string;
  readonly server: string;
  /** Who the API server takes the caller for. Fails with `cluster`. */
  readonly whoAmI: () => Promise<Identity>;
  /** What its authorizers say, for the caller itself by SelfSubjectAccessReview. Fails with `forbidden`, `cluster`. */
  readonly review: (who: Identity | 'me', asked: Attributes) => Promise<ReviewedAccess>;
  /** What the caller may do in a namespace, as the server lists it: certain, and perhaps not all. Fails with `cluster`. */
  readonly ownRules: (namespace: string) => Promise<readonly Rule[]>;
  /** Names to choose from where this one is not there; undefined where it is, or where nobody may look. */
  readonly namespacesUnless: (namespace: string) => Promise<readonly string[] | undefined>;
};

export type AccessSource = {
  /** The end of a sentence: `the cluster of context "prod"`, `the manifests given with -f`. */
  readonly name: string;
  /** Where a command acts when no namespace is given. */
  readonly namespace: string;
  /**
   * The resources there are; those of a Kubernetes version where there is no cluster. A list that kubectl kept is
   * taken where `isEnough` says so of it.
   */
  readonly discovery: (isEnough: (known: Discovery) => boolean) => Promise<Discovery>;
  /** What may be read of it, at least as much as is wished, and what not (`gaps`). Fails with `cluster`. */
  readonly read: (wish: ReadWish) => Promise<Snapshot>;
  /** undefined offline. */
  readonly live: LiveCluster | undefined;
};
