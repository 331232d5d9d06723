// What a review of one cluster or of many comes to: the value that every format and every screen is made of.

import type { Rule } from '../rbac/rule.ts';
import type { Gap } from '../rbac/snapshot.ts';
import type { Identity } from '../rbac/subject.ts';
import type { Grant, Review } from './review.ts';
import type { ReviewRow } from './rows.ts';
import type { View } from './view.ts';

/** What the API server itself lists for who asks (SelfSubjectRulesReview): certain, without a why, perhaps not all. */
export type ServerRules = { readonly namespace: string; readonly rules: readonly Rule[] };

/** Whose access is looked at, with the groups that authentication adds. */
export type ReviewedPerson = {
  readonly title: string;
  readonly identity: Identity;
  /** What no binding says of them, and whom else may have been meant where none names them. */
  readonly notes: readonly string[];
};

export type ReadCluster = {
  readonly kind: 'read';
  /** The end of a sentence: `the cluster of context "prod"`, `the manifests`. */
  readonly source: string;
  /** '' offline, and inside a pod. */
  readonly context: string;
  /** '' offline. */
  readonly server: string;
  readonly review: Review;
  /** undefined: everybody's. */
  readonly person: ReviewedPerson | undefined;
  /** The grants that are looked at: all, or those of one subject. */
  readonly within: readonly Grant[];
  /** Those of the view (`rowsOf`): what table, documents and page show. */
  readonly rows: readonly ReviewRow[];
  readonly serverRules: ServerRules | undefined;
};

/** A cluster of several that could not be read: a line, not the end. */
export type FailedCluster = {
  readonly kind: 'failed';
  readonly context: string;
  readonly message: string;
  readonly hint: string;
};

export type ReviewedCluster = ReadCluster | FailedCluster;

export type Reviewed = {
  /** Epoch seconds. */
  readonly readAt: number;
  readonly view: View;
  /** Several were asked for: answers then name the cluster of each row. */
  readonly isOfMany: boolean;
  readonly clusters: readonly ReviewedCluster[];
};

export function isRead(cluster: ReviewedCluster): cluster is ReadCluster {
  return cluster.kind === 'read';
}

/** Whether nothing that was not read could change it, in any of the clusters. */
export function isComplete({ clusters }: Reviewed): boolean {
  return clusters.every((each) => each.kind === 'read' && each.review.complete);
}

/** What could not be read, of all clusters. */
export function gapsOf({ clusters }: Reviewed): readonly Gap[] {
  return clusters.filter(isRead).flatMap(({ review }) => review.gaps);
}
