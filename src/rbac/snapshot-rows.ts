// A snapshot as rows for an engine that joins many clusters: one JSON object a line, of a documented schema
// (docs/scale.md), every value a text, a whole number or a truth, '' where RBAC has nothing. Rules are split into their
// atoms, so that a query compares words and takes no list apart.

import { withoutRisk } from '../json-document.ts';
import { accessOf, danglingOf, roleOf } from './access.ts';
import { atomsOf } from './covers.ts';
import type { Rule } from './rule.ts';
import type { Binding, Role } from './snapshot.ts';
import type { SavedSnapshot } from './snapshot-file.ts';
import type { Subject } from './subject.ts';

/** Raised when a column changes its meaning; columns that are added do not raise it. */
export const rowsVersion = 1;

type Cell = string | number | boolean;
export type Row = Readonly<Record<string, Cell>> & {
  readonly record: 'snapshot' | 'gap' | 'rule' | 'binding';
};

export type RowsOrigin = {
  /** What the cluster is called among the others. */
  readonly clusterName: string;
  /** SHA-256 of the snapshot's document (`formatSnapshot`), in hexadecimal. */
  readonly snapshotHash: string;
};

/** The snapshot's own row, what could not be read, every atom of every role, every subject of every binding. */
export function* rowsOf(saved: SavedSnapshot, { clusterName, snapshotHash }: RowsOrigin): Generator<Row> {
  const { takenAt, server, kubernetesVersion, snapshot } = saved;
  const head = { cluster_name: clusterName, taken_at: takenAt, taken_day: dayOf(takenAt) };
  const complete = snapshot.gaps.length === 0;
  yield {
    record: 'snapshot',
    ...head,
    rows_version: rowsVersion,
    server,
    kubernetes_version: kubernetesVersion,
    snapshot_hash: snapshotHash,
    complete,
  };
  for (const { what, namespace, reason } of snapshot.gaps) {
    yield { record: 'gap', ...head, gap_what: what, gap_namespace: namespace, gap_reason: reason };
  }
  for (const role of [...snapshot.clusterRoles, ...snapshot.roles]) {
    for (const atom of distinctAtoms(role.rules))
      yield { record: 'rule', ...head, ...ofRole(role), ...ofAtom(atom) };
  }
  const access = accessOf(snapshot);
  for (const binding of [...snapshot.clusterRoleBindings, ...snapshot.roleBindings]) {
    const found =
      roleOf(access, binding) !== undefined ? 'yes' : danglingOf(access, binding).isUnread ? 'unread' : 'no';
    const fields = { record: 'binding', ...head, ...ofBinding(binding), role_found: found } as const;
    for (const subject of binding.subjects) yield { ...fields, ...ofSubject(subject) };
    if (binding.subjects.length === 0) yield { ...fields, ...ofSubject(undefined) };
  }
}

/** The line of a row, with its end; characters that a terminal obeys are written as `\uXXXX`. */
export function formatRow(row: Row): string {
  return `${withoutRisk(JSON.stringify(row))}\n`;
}

/** Days since 1970-01-01: engines differ in their dates, not in their numbers. -1 where the time is not known. */
function dayOf(takenAt: string): number {
  const ms = Date.parse(takenAt);
  return Number.isNaN(ms) ? -1 : Math.floor(ms / 86_400_000);
}

function distinctAtoms(rules: readonly Rule[]): readonly Rule[] {
  return [...new Map(rules.flatMap(atomsOf).map((atom) => [JSON.stringify(atom), atom])).values()];
}

function ofRole({ kind, namespace, name }: Pick<Role, 'kind' | 'namespace' | 'name'>) {
  return { role_kind: kind, role_namespace: namespace, role_name: name };
}

/** `any_parent` is how a rule names this subresource of whatever resource: a star and the part from the slash. */
function ofAtom({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: Rule) {
  const [resource = ''] = resources;
  const slash = resource.indexOf('/');
  return {
    verb: verbs[0] ?? '',
    api_group: apiGroups[0] ?? '',
    resource_type: resource,
    any_parent: slash < 0 ? '' : `*${resource.slice(slash)}`,
    resource_name: resourceNames[0] ?? '',
    url: nonResourceURLs[0] ?? '',
  };
}

function ofBinding({ kind, namespace, name, roleRef }: Binding) {
  return {
    binding_kind: kind,
    binding_namespace: namespace,
    binding_name: name,
    ...ofRole({ ...roleRef, namespace: roleRef.kind === 'Role' ? namespace : '' }),
  };
}

function ofSubject(subject: Subject | undefined) {
  return {
    subject_kind: subject?.kind ?? '',
    subject_namespace: subject?.kind === 'ServiceAccount' ? subject.namespace : '',
    subject_name: subject?.name ?? '',
  };
}
