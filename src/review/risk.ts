// The first, plain mark of a risk: four questions about the rules that somebody holds. It looks at single rules, not at
// what they come to together, and at none of the longer ways to power (a pod that runs as another account, a webhook).

import type { Rule } from '../rbac/rule.ts';
import type { Role } from '../rbac/snapshot.ts';

/**
 * The gravest first. `everything`: every verb on every resource of every group. `changes-rbac`: writes roles or
 * bindings, or may bind or escalate (who may only delete them gives nobody more). `acts-as-others`: impersonates users,
 * groups or service accounts, or makes tokens of service accounts. `reads-secrets`: get, list or watch.
 */
export const risks = ['everything', 'changes-rbac', 'acts-as-others', 'reads-secrets'] as const;

export type Risk = (typeof risks)[number];

/** Bit i: `risks[i]`. Bit i + 4: the same without being held to single objects by resourceNames. */
export type RiskBits = number;

/** What a rule would have to allow; `isPlaced`: through a RoleBinding too, since a real request has a namespace. */
type Probe = {
  readonly verbs: readonly string[];
  readonly group: string;
  readonly resources: readonly string[];
  readonly isPlaced: boolean;
};

const rbacGroup = 'rbac.authorization.k8s.io';
const authenticationGroup = 'authentication.k8s.io';
const writes = ['create', 'update', 'patch'];
const modes = ['user-info', 'serviceaccount', 'arbitrary-node', 'associated-node'];
const impersonates = modes.map((mode) => `impersonate:${mode}`);

const probes: Readonly<Record<Exclude<Risk, 'everything'>, readonly Probe[]>> = {
  'changes-rbac': [
    { verbs: writes, group: rbacGroup, resources: ['roles', 'rolebindings'], isPlaced: true },
    { verbs: writes, group: rbacGroup, resources: ['clusterroles', 'clusterrolebindings'], isPlaced: false },
    // Of a ClusterRole too the question is asked in the namespace of the binding.
    { verbs: ['bind'], group: rbacGroup, resources: ['roles', 'clusterroles'], isPlaced: true },
    { verbs: ['escalate'], group: rbacGroup, resources: ['roles'], isPlaced: true },
    { verbs: ['escalate'], group: rbacGroup, resources: ['clusterroles'], isPlaced: false },
  ],
  'acts-as-others': [
    { verbs: ['impersonate'], group: '', resources: ['serviceaccounts'], isPlaced: true },
    { verbs: ['impersonate'], group: '', resources: ['users', 'groups'], isPlaced: false },
    { verbs: ['create'], group: '', resources: ['serviceaccounts/token'], isPlaced: true },
    {
      verbs: ['impersonate:serviceaccount'],
      group: authenticationGroup,
      resources: ['serviceaccounts'],
      isPlaced: true,
    },
    {
      verbs: impersonates,
      group: authenticationGroup,
      resources: ['users', 'groups', 'nodes'],
      isPlaced: false,
    },
  ],
  'reads-secrets': [{ verbs: ['get', 'list', 'watch'], group: '', resources: ['secrets'], isPlaced: true }],
};

const freely = risks.length;

/** What the rules of a role bring, through either kind of binding; none for a role that is not there. */
export function risksOfRole(role: Role | undefined): {
  readonly everywhere: RiskBits;
  readonly inNamespace: RiskBits;
} {
  let everywhere = 0;
  let inNamespace = 0;
  for (const rule of role?.rules ?? []) {
    everywhere |= risksOfRule(rule, 'cluster');
    inNamespace |= risksOfRule(rule, 'namespace');
  }
  return { everywhere, inNamespace };
}

/** What one rule brings through a ClusterRoleBinding (`cluster`) or a RoleBinding (`namespace`). */
export function risksOfRule(rule: Rule, through: 'cluster' | 'namespace'): RiskBits {
  if (!isOfInterest(rule)) return 0;
  const free = rule.resourceNames.length === 0 ? 1 << freely : 0;
  let bits = free !== 0 && isEverything(rule) ? 1 | free : 0;
  for (const [index, risk] of risks.entries()) {
    if (risk === 'everything') continue;
    const isMet = probes[risk].some(
      (probe) => (probe.isPlaced || through === 'cluster') && meets(rule, probe),
    );
    if (isMet) bits |= (1 | free) << index;
  }
  return bits;
}

function isEverything({ verbs, apiGroups, resources }: Rule): boolean {
  return verbs.includes('*') && apiGroups.includes('*') && resources.includes('*');
}

/** Most rules are of none: asked first. */
function isOfInterest({ apiGroups, resources }: Rule): boolean {
  return (
    resources.some((each) => interesting.has(each)) &&
    apiGroups.some(
      (each) => each === '' || each === '*' || each === rbacGroup || each === authenticationGroup,
    )
  );
}

const interesting: ReadonlySet<string> = new Set([
  '*',
  '*/token',
  ...Object.values(probes).flatMap((list) => list.flatMap(({ resources }) => resources)),
]);

function meets(rule: Rule, { verbs, group, resources }: Probe): boolean {
  if (!rule.apiGroups.includes(group) && !rule.apiGroups.includes('*')) return false;
  return resources.some(
    (resource) =>
      hasResource(rule.resources, resource) && verbs.some((verb) => hasVerb(rule, verb, resource)),
  );
}

function hasResource(written: readonly string[], resource: string): boolean {
  if (written.includes('*') || written.includes(resource)) return true;
  const slash = resource.indexOf('/');
  return slash >= 0 && written.includes(`*${resource.slice(slash)}`);
}

/** A create carries no name, except on a subresource: a rule with names never allows it. */
function hasVerb({ verbs, resourceNames }: Rule, verb: string, resource: string): boolean {
  if (verb === 'create' && resourceNames.length > 0 && !resource.includes('/')) return false;
  return verbs.includes(verb) || verbs.includes('*');
}

/** A risk of a row: `namespaces` counts those in which RoleBindings bring it; `named`: on single objects only. */
export type RiskMark = {
  readonly risk: Risk;
  readonly everywhere: boolean;
  readonly namespaces: number;
  readonly named: boolean;
};

/** Whether these bits have the risk of that index; `free`: without names. */
export function hasRisk(bits: RiskBits, index: number, free = false): boolean {
  return (bits & (1 << (free ? index + freely : index))) !== 0;
}

/** The marks that a person needs: what `everything` says already is left out. */
export function tellingMarks(marks: readonly RiskMark[]): readonly RiskMark[] {
  const all = marks.find(({ risk }) => risk === 'everything');
  if (all === undefined) return marks;
  // The namespaces of `everything` are among those of any other mark: as many are the same.
  return marks.filter(
    (each) => each === all || (!all.everywhere && (each.everywhere || each.namespaces > all.namespaces)),
  );
}
