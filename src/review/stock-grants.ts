// Which grants are as Kubernetes brings them, and no more: a subject that somebody put into a binding of Kubernetes, and
// a role of it that somebody widened, are not.

import { accessOf, roleOf } from '../rbac/access.ts';
import { covers } from '../rbac/covers.ts';
import { snapshotOfObjects } from '../rbac/objects.ts';
import type { Rule } from '../rbac/rule.ts';
import type { Binding } from '../rbac/snapshot.ts';
import { stock } from '../rbac/stock.ts';
import { formatSubject, type Subject } from '../rbac/subject.ts';

type Brought = (binding: Binding, subject: Subject, rules: readonly Rule[] | undefined) => boolean;

/** Compared with the stock roles and bindings of the version that this program knows; of another version more is asked. */
export function stockGrants(): Brought {
  const snapshot = snapshotOfObjects(stock().objects, { aggregated: 'here' });
  const access = accessOf(snapshot);
  const rulesById = new Map(
    [...snapshot.clusterRoleBindings, ...snapshot.roleBindings].flatMap((binding) =>
      binding.subjects.map((subject) => [idOf(binding, subject), roleOf(access, binding)?.rules ?? []]),
    ),
  );
  return (binding, subject, rules) => {
    const brought = rulesById.get(idOf(binding, subject));
    // A role that could not be read may be anything.
    return brought !== undefined && rules !== undefined && covers(brought, rules);
  };
}

function idOf({ kind, namespace, name, roleRef }: Binding, subject: Subject): string {
  return JSON.stringify([kind, namespace, name, roleRef.kind, roleRef.name, formatSubject(subject)]);
}
