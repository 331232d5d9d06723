// Everything one identity may do, merged by namespace, with where each rule comes from.

import { type Access, bindingsFor, chainOf, danglingOf, roleOf } from './access.ts';
import { ruleKey } from './aggregation.ts';
import type { BindingRef, Dangling, RoleObjectRef } from './chain.ts';
import { type Coverage, coverageOf } from './coverage.ts';
import type { Rule } from './rule.ts';
import type { Binding, Role } from './snapshot.ts';
import { appliesTo, type Identity, identityKeys, isMaster, type Subject, subjectKey } from './subject.ts';
import { withUnseenRoles } from './unseen-roles.ts';

/** Where a rule comes from: a Chain without the rule. */
export type Source = {
  readonly subject: Subject;
  readonly binding: BindingRef;
  readonly role: RoleObjectRef;
  readonly parts: readonly string[];
};

/** A rule, once, and every way to it. */
export type Grant = { readonly rule: Rule; readonly sources: readonly Source[] };

export type EffectiveAccess = Coverage & {
  /** Allowed everything before RBAC is asked. */
  readonly master: boolean;
  /** What ClusterRoleBindings give: in every namespace, on the cluster's resources and on URLs. */
  readonly everywhere: readonly Grant[];
  /** What RoleBindings give besides, by namespace, sorted; URL rules give nothing there and are left out. */
  readonly namespaces: readonly { readonly namespace: string; readonly grants: readonly Grant[] }[];
  readonly dangling: readonly Dangling[];
};

/** What this identity may do, in one namespace or in all. Taken as it is: `withImpliedGroups` first, unless complete. */
export function effectiveAccess(access: Access, identity: Identity, namespace?: string): EffectiveAccess {
  const namespaces = namespace === undefined ? [...access.bindings.keys()] : ['', namespace];
  const bindings =
    namespace === undefined ? bindingsOf(access, identity) : bindingsFor(access, identity, namespaces);
  const byNamespace = Map.groupBy(bindings, (binding) => binding.namespace);
  const named = [...byNamespace]
    .filter(([each]) => each !== '')
    .sort(([left], [right]) => (left < right ? -1 : 1));
  const dangling = bindings
    .filter((binding) => roleOf(access, binding) === undefined)
    .map((binding) => danglingOf(access, binding));
  const read = coverageOf(access.snapshot, namespace === undefined ? 'all' : namespaces);
  return {
    ...withUnseenRoles(read, access.snapshot, dangling),
    master: isMaster(identity),
    everywhere: grantsOf(access, identity, byNamespace.get('') ?? []),
    namespaces: named
      .map(([each, ofIt]) => ({ namespace: each, grants: grantsOf(access, identity, ofIt) }))
      .filter(({ grants }) => grants.length > 0),
    dangling,
  };
}

/** Of every namespace. Asked once, looking at all bindings takes less time than an index of them. */
function bindingsOf({ snapshot }: Access, identity: Identity): readonly Binding[] {
  const { clusterRoleBindings, roleBindings } = snapshot;
  const keys = new Set(identityKeys(identity));
  return [...clusterRoleBindings, ...roleBindings].filter(({ subjects }) =>
    subjects.some((each) => keys.has(subjectKey(each))),
  );
}

function grantsOf(access: Access, identity: Identity, bindings: readonly Binding[]): readonly Grant[] {
  const byRule = new Map<string, { rule: Rule; sources: Source[] }>();
  for (const binding of bindings) {
    const role = roleOf(access, binding);
    const subject = binding.subjects.find((each) => appliesTo(each, identity));
    if (role === undefined || subject === undefined) continue;
    for (const rule of effectiveRules(binding, role)) {
      const { rule: _, ...source } = chainOf(access, { subject, binding, role, rule });
      const there = byRule.get(ruleKey(rule));
      if (there === undefined) byRule.set(ruleKey(rule), { rule, sources: [source] });
      else there.sources.push(source);
    }
  }
  return [...byRule.values()];
}

/** Requests for URLs have no namespace: through a RoleBinding such a rule never counts. */
export function effectiveRules(binding: Binding, role: Role): readonly Rule[] {
  if (binding.kind === 'ClusterRoleBinding') return role.rules;
  return role.rules.filter(
    ({ nonResourceURLs, resources }) => nonResourceURLs.length === 0 || resources.length > 0,
  );
}
