// Everything in a snapshot that can never act, with where it is written.

import { type Access, roleOf } from './access.ts';
import { ruleKey } from './aggregation.ts';
import { type BindingRef, type RoleObjectRef, refOf } from './chain.ts';
import type { DeadPart, RulePlace } from './dead-part.ts';
import { deadParts } from './dead-rules.ts';
import type { Rule } from './rule.ts';
import type { Role } from './snapshot.ts';
import { nameableResources } from './virtual-resources.ts';

export type DeadFinding = {
  readonly role: RoleObjectRef;
  readonly rule: Rule;
  readonly part: DeadPart;
  /** Where it is dead by how the role is bound only; undefined where it is so by itself. */
  readonly binding: BindingRef | undefined;
};

const byPlace: readonly DeadPart['kind'][] = ['cluster-resource-in-namespace', 'url-in-namespace'];

/** Kubernetes' own roles: written for every version and feature at once, and not for people to mend. */
const bootstrapping = 'kubernetes.io/bootstrapping';

/** Roles first, then what is lost by binding a ClusterRole in a namespace. Collected rules are told where they are written. */
export function deadFindings(access: Access): readonly DeadFinding[] {
  const { snapshot } = access;
  const resources = snapshot.discovery && nameableResources(snapshot.discovery);
  const [inCluster, inNamespace] = [
    finder({ scope: 'cluster', resources }),
    finder({ scope: 'namespace', resources }),
  ];
  const lost = new Map<Role, readonly DeadFinding[]>();
  const ofBindings = snapshot.roleBindings.flatMap((binding) => {
    const role = roleOf(access, binding);
    if (role === undefined || role.kind === 'Role') return [];
    const known = lost.get(role) ?? inNamespace(role).filter(({ part }) => byPlace.includes(part.kind));
    lost.set(role, known);
    return known.map((finding) => ({ ...finding, binding: refOf(binding) }));
  });
  return [...snapshot.clusterRoles.flatMap(inCluster), ...snapshot.roles.flatMap(inNamespace), ...ofBindings];
}

/** Rules that are equal are judged once: large clusters have few that differ. */
function finder(place: RulePlace): (role: Role) => readonly DeadFinding[] {
  const known = new Map<string, readonly DeadPart[]>();
  const partsIn = (rule: Rule): readonly DeadPart[] => {
    const key = ruleKey(rule);
    const parts = known.get(key) ?? deadParts(rule, place);
    known.set(key, parts);
    return parts;
  };
  return (role) =>
    isJudged(role)
      ? role.rules.flatMap((rule) =>
          partsIn(rule).map((part) => ({ role: refOf(role), rule, part, binding: undefined })),
        )
      : [];
}

function isJudged({ aggregates, labels }: Role): boolean {
  return aggregates === undefined && labels[bootstrapping] === undefined;
}
