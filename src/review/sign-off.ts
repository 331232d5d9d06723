// A sign-off: somebody goes through every grant, says keep, revoke or ask, and stands for it with their name. Here are
// the values of it: what there is to decide, what was decided on which reading of the cluster, and what is left.

import { accessOf, roleOf } from '../rbac/access.ts';
import { type BindingRef, refOf } from '../rbac/chain.ts';
import { effectiveRules } from '../rbac/effective-access.ts';
import type { Rule } from '../rbac/rule.ts';
import type { Binding, Role, RoleRef, Snapshot } from '../rbac/snapshot.ts';
import { formatSubject, type Subject } from '../rbac/subject.ts';
import { grantId } from './sign-off-bindings.ts';
import { stockGrants } from './stock-grants.ts';

export const decisions = ['keep', 'revoke', 'ask'] as const;
export type Decision = (typeof decisions)[number];

/** One subject of one binding. */
export type SignOffGrant = {
  /** `RoleBinding shop/devs group:oidc:devs`: the same after any change of the role. */
  readonly id: string;
  readonly subject: Subject;
  readonly binding: BindingRef;
  readonly roleRef: RoleRef;
  /** undefined: the role is not there, or could not be read. */
  readonly rules: readonly Rule[] | undefined;
  /** SHA-256 over subject, binding, roleRef and rules: a decision holds for exactly this. */
  readonly fingerprint: string;
};

/** `at` in epoch seconds; `snapshot` is the hash of the reading on which it was decided. */
export type Decided = {
  readonly id: string;
  readonly fingerprint: string;
  readonly decision: Decision;
  readonly note: string;
  readonly at: number;
  readonly by: string;
  readonly snapshot: string;
};

/** One reading of the cluster that decisions rest on; `file` holds it whole, `sha256` is that file's. */
export type Reading = {
  readonly sha256: string;
  /** The hash without the time: the same where nothing changed. */
  readonly content: string;
  readonly takenAt: string;
  readonly file: string;
};

/** What is kept between two sittings. */
export type SignOff = {
  /** The end of a sentence: `the cluster of context "prod"`. */
  readonly cluster: string;
  readonly server: string;
  /** '' : all of them. */
  readonly namespace: string;
  readonly hidesSystem: boolean;
  readonly startedAt: number;
  readonly startedBy: string;
  readonly readings: readonly Reading[];
  readonly decided: readonly Decided[];
};

export type GrantsWish = {
  readonly namespace: string;
  readonly hidesSystem: boolean;
  /** SHA-256 in hexadecimal. */
  readonly digest: (text: string) => string;
};

/** Every grant of a snapshot: groups before people before accounts, by name, then by place. */
export function grantsToSign(snapshot: Snapshot, wish: GrantsWish): readonly SignOffGrant[] {
  const access = accessOf(snapshot);
  const { namespace, hidesSystem } = wish;
  const bindings = [...snapshot.clusterRoleBindings, ...snapshot.roleBindings].filter(
    (each) => namespace === '' || each.namespace === namespace,
  );
  const isBrought = hidesSystem ? stockGrants() : () => false;
  // Through a RoleBinding rules for URLs give nothing, so what a role gives depends on the kind of binding.
  const given = { ClusterRoleBinding: new Map<Role, Given>(), RoleBinding: new Map<Role, Given>() };
  const grants = bindings.flatMap((binding) => {
    const bound = boundBy(binding, roleOf(access, binding), {
      given: given[binding.kind],
      digest: wish.digest,
    });
    return distinct(binding.subjects)
      .filter((subject) => !isBrought(binding, subject, bound.rules))
      .map((subject) => grantOf({ binding, subject, ...bound }, wish));
  });
  return inOrder(grants);
}

/** What a role gives, and its digest: of a role that hundreds of bindings name it is made once. */
type Given = { readonly rules: readonly Rule[] | undefined; readonly rulesDigest: string };
type Making = { readonly given: Map<Role, Given> } & Pick<GrantsWish, 'digest'>;

function boundBy(binding: Binding, role: Role | undefined, { given, digest }: Making): Given {
  if (role === undefined) return { rules: undefined, rulesDigest: '' };
  const known = given.get(role);
  if (known !== undefined) return known;
  const rules = effectiveRules(binding, role);
  const made = { rules, rulesDigest: digest(JSON.stringify(rules)) };
  given.set(role, made);
  return made;
}

function distinct(subjects: readonly Subject[]): readonly Subject[] {
  return [...new Map(subjects.map((each) => [formatSubject(each), each])).values()];
}

type Bound = Given & { readonly binding: Binding; readonly subject: Subject };

function grantOf({ binding, subject, rules, rulesDigest }: Bound, { digest }: GrantsWish): SignOffGrant {
  const { roleRef } = binding;
  const id = grantId(binding, subject);
  const fingerprint = digest(JSON.stringify([id, roleRef.kind, roleRef.name, rulesDigest]));
  return { id, subject, binding: refOf(binding), roleRef, rules, fingerprint };
}

const kinds: readonly Subject['kind'][] = ['Group', 'User', 'ServiceAccount'];

function inOrder(grants: readonly SignOffGrant[]): readonly SignOffGrant[] {
  const keyed = grants.map((grant) => {
    const { subject, id } = grant;
    return { grant, key: `${kinds.indexOf(subject.kind)} ${formatSubject(subject)} ${id}` };
  });
  keyed.sort((left, right) => (left.key < right.key ? -1 : 1));
  return keyed.map(({ grant }) => grant);
}

/** A pass beside what is there now. */
export type Progress = {
  /** Decisions that hold: the grant is as it was. */
  readonly holding: ReadonlyMap<string, Decided>;
  /** Decided, and other rules or another role since: asked again. */
  readonly changed: readonly SignOffGrant[];
  /** Decided, and not there any more. */
  readonly gone: readonly Decided[];
  /** In the order in which they are asked, those that changed among them. */
  readonly open: readonly SignOffGrant[];
};

/** What was decided and still holds, and what is left to ask. Of several decisions on one grant the last counts. */
export function progressOf({ decided }: Pick<SignOff, 'decided'>, grants: readonly SignOffGrant[]): Progress {
  const last = new Map(decided.map((each) => [each.id, each]));
  const there = new Map(grants.map((each) => [each.id, each]));
  const holds = ({ id, fingerprint }: SignOffGrant): boolean => last.get(id)?.fingerprint === fingerprint;
  return {
    holding: new Map([...last].filter(([id, { fingerprint }]) => there.get(id)?.fingerprint === fingerprint)),
    changed: grants.filter((each) => last.has(each.id) && !holds(each)),
    gone: [...last.values()].filter(({ id }) => !there.has(id)),
    open: grants.filter((each) => !holds(each)),
  };
}

/** The pass with one more decision. */
export function withDecision(pass: SignOff, decided: Decided): SignOff {
  return { ...pass, decided: [...pass.decided.filter(({ id }) => id !== decided.id), decided] };
}
