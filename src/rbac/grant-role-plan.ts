// The role of a grant: one that is there, or one of our own.

import { cleanText } from '../foreign-text.ts';
import { nearestName } from '../nearest-name.ts';
import type { Refused, Step, WantedGrant } from './grant-plan.ts';
import { isOurs, ownLabels, roleAnnotations, rulesGivenTo, sameRules } from './managed.ts';
import { boundTo, placed, rolesAt } from './places.ts';
import type { Role, RoleRef, Snapshot } from './snapshot.ts';

export type RolePart =
  | {
      readonly kind: 'role';
      readonly roleRef: RoleRef;
      readonly role: Role | undefined;
      readonly steps: readonly Step[];
    }
  | Refused;

/** What has to be written for the role; `role` is undefined where it could not be read. */
export function planRole({ role, namespace }: WantedGrant, snapshot: Snapshot): RolePart {
  if (role.kind === 'existing') return existingRole(role.roleRef, namespace, snapshot);
  const kind: RoleRef['kind'] = namespace === '' ? 'ClusterRole' : 'Role';
  const made: Role = {
    kind,
    namespace,
    name: role.name,
    rules: role.rules,
    aggregates: undefined,
    labels: ownLabels(role.preset),
    annotations: roleAnnotations(role.rules, role.about),
  };
  const roleRef: RoleRef = { kind, name: role.name };
  const there = rolesAt(snapshot, kind, namespace).find(({ name }) => name === role.name);
  if (there === undefined)
    return { kind: 'role', roleRef, role: made, steps: [{ kind: 'create', object: made }] };
  if (!isOurs(there)) return foreignRole(there);
  if (sameRules(there.rules, role.rules)) return { kind: 'role', roleRef, role: there, steps: [] };
  return changedRole(there, made, snapshot);
}

function existingRole(roleRef: RoleRef, namespace: string, snapshot: Snapshot): RolePart {
  const roles = rolesAt(snapshot, roleRef.kind, namespace);
  const role = roles.find(({ name }) => name === roleRef.name);
  const isHidden =
    snapshot.gaps.some(({ what }) => what === 'clusterroles') && roleRef.kind === 'ClusterRole';
  if (role !== undefined || isHidden) return { kind: 'role', roleRef, role, steps: [] };
  const nearest = nearestName(
    roleRef.name,
    roles.map(({ name }) => name),
  );
  return {
    kind: 'refused',
    why: `there is no ${placed(roleRef, namespace)}`,
    hint:
      nearest === undefined
        ? 'Binding it would give nothing, until somebody makes a role of that name.'
        : `Did you mean "${cleanText(nearest, 80)}"?`,
  };
}

function foreignRole(there: Role): Refused {
  const { kind, name } = there;
  return {
    kind: 'refused',
    why: `${placed(there, there.namespace)} is there already and was not made by kubectl-oidc`,
    hint: `Bind it as it is with --${kind.toLowerCase()} ${cleanText(name, 80)}, or give your own another name with --role-name NAME.`,
  };
}

/** A role of ours is put right again; other rules than it was made with it gets only while nobody else is bound to it. */
function changedRole(there: Role, made: Role, snapshot: Snapshot): RolePart {
  const roleRef = { kind: made.kind, name: made.name };
  const given = rulesGivenTo(there);
  const isRestored = given !== undefined && sameRules(given, made.rules);
  const others = boundTo(snapshot, there).length;
  if (!isRestored && others > 0) {
    return {
      kind: 'refused',
      why: `${placed(made, made.namespace)} has other rules, and ${others} binding${others === 1 ? ' refers' : 's refer'} to it`,
      hint: 'Give the role for these rules another name with --role-name NAME.',
    };
  }
  const object = {
    ...made,
    labels: { ...there.labels, ...made.labels },
    annotations: { ...there.annotations, ...made.annotations },
  };
  return { kind: 'role', roleRef, role: object, steps: [{ kind: 'change', before: there, object }] };
}
