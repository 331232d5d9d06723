// The whole way from somebody to a rule, as a value to print: who, by which binding, to which role, from which part.

import type { Rule } from './rule.ts';
import type { Binding, Role } from './snapshot.ts';
import type { Subject } from './subject.ts';

export type ObjectRef<Kind extends string> = {
  readonly kind: Kind;
  /** '' for an object of the cluster. */
  readonly namespace: string;
  readonly name: string;
};
export type BindingRef = ObjectRef<Binding['kind']>;
export type RoleObjectRef = ObjectRef<Role['kind']>;

/** One whole way: this subject is named by that binding, whose role holds the rule. */
export type Chain = {
  readonly subject: Subject;
  readonly binding: BindingRef;
  readonly role: RoleObjectRef;
  /** Where the role collects others: the ClusterRoles down to the one in which the rule is written. */
  readonly parts: readonly string[];
  readonly rule: Rule;
};

/**
 * A binding whose role is not there: it gives nothing until somebody makes a role of that name. Or one that could not
 * be read (`isUnread`): what it gives is not known.
 */
export type Dangling = {
  readonly binding: Binding;
  readonly role: RoleObjectRef;
  readonly isUnread: boolean;
};

/** Where an object is, without what it holds. */
export function refOf<Kind extends string>({ kind, namespace, name }: ObjectRef<Kind>): ObjectRef<Kind> {
  return { kind, namespace, name };
}
