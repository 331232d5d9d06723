// What a change of bindings and roles touches, so that rows can be marked: subjects, roles and namespaces by the keys of
// their rows.

import type { ObjectChange } from '../rbac/object-change.ts';
import type { Binding, Role, Snapshot } from '../rbac/snapshot.ts';
import { subjectKey } from '../rbac/subject.ts';
import { type ReviewRow, roleKey } from '../review/rows.ts';

export type Touch = 'new' | 'changed';

/** By row key; `count` of objects that came, changed or went. */
export type Touched = {
  readonly subjects: ReadonlyMap<string, Touch>;
  readonly roles: ReadonlyMap<string, Touch>;
  readonly places: ReadonlyMap<string, Touch>;
  readonly count: number;
};

export const untouched: Touched = { subjects: new Map(), roles: new Map(), places: new Map(), count: 0 };

/** What was touched before, and by these changes. `known`: the subjects, roles and places that had rows already. */
export function touchedBy(
  before: Touched,
  changes: readonly ObjectChange[],
  {
    snapshot,
    known,
  }: {
    readonly snapshot: Snapshot;
    readonly known: (pivot: 'subject' | 'role' | 'namespace', key: string) => boolean;
  },
): Touched {
  const made = {
    subjects: new Map(before.subjects),
    roles: new Map(before.roles),
    places: new Map(before.places),
  };
  const touch = (map: Map<string, Touch>, pivot: 'subject' | 'role' | 'namespace', key: string): void => {
    if (!map.has(key)) map.set(key, known(pivot, key) ? 'changed' : 'new');
  };
  const touchBinding = (binding: Binding): void => {
    for (const subject of binding.subjects) touch(made.subjects, 'subject', subjectKey(subject));
    touch(made.roles, 'role', roleKeyOf(binding));
    touch(made.places, 'namespace', binding.namespace);
  };
  for (const change of changes) {
    if (change.kind === 'binding') {
      for (const each of [change.before, change.after]) if (each !== undefined) touchBinding(each);
      continue;
    }
    const role = change.after ?? change.before;
    if (role === undefined) continue;
    for (const binding of bindingsTo(snapshot, role)) touchBinding(binding);
  }
  return { ...made, count: before.count + changes.length };
}

/** Everybody who has a role by a binding is touched when it changes. */
function bindingsTo({ roleBindings, clusterRoleBindings }: Snapshot, role: Role): readonly Binding[] {
  return [...clusterRoleBindings, ...roleBindings].filter(
    ({ roleRef, namespace }) =>
      roleRef.kind === role.kind &&
      roleRef.name === role.name &&
      (role.kind === 'ClusterRole' || namespace === role.namespace),
  );
}

/** As a row of roles has it. */
function roleKeyOf({ roleRef, namespace }: Binding): string {
  return roleKey({ ...roleRef, namespace: roleRef.kind === 'Role' ? namespace : '' });
}

/** How a row is marked, if it is. */
export function touchOf(touched: Touched, { of, key }: Pick<ReviewRow, 'of' | 'key'>): Touch | undefined {
  switch (of.pivot) {
    case 'subject':
      return touched.subjects.get(key);
    case 'role':
      return touched.roles.get(key);
    case 'namespace':
      return touched.places.get(key);
    case 'resource':
      return undefined;
  }
}
