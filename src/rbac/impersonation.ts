// Acting as somebody else: which checks the API server makes, in the old way (`impersonate`) and in the constrained
// modes of Kubernetes 1.36, which also ask for what is done while impersonating (endpoints/filters/impersonation).

import { type Access, judge } from './access.ts';
import { type Attributes, type ResourceAttributes, resourceAttributes } from './rule.ts';
import { type Identity, mastersGroup, serviceAccountOf } from './subject.ts';

/** One way in which the server lets somebody impersonate: all of its checks must pass. */
export type ImpersonationWay = {
  readonly mode: 'legacy' | 'user-info' | 'serviceaccount' | 'arbitrary-node';
  readonly checks: readonly Attributes[];
};

const authentication = 'authentication.k8s.io';
const nodePrefix = 'system:node:';

/**
 * The ways to make this request as somebody else, any of which is enough: `wanted` as the headers say it, without
 * implied groups. Left out is `associated-node`, which only a pod's own token can use.
 */
export function impersonationWays(wanted: Identity, doing: Attributes): readonly ImpersonationWay[] {
  const mode = modeOf(wanted);
  const legacy: ImpersonationWay = {
    mode: 'legacy',
    checks: [userCheck(wanted, 'impersonate', ''), ...groupChecks(wanted, 'impersonate', '')],
  };
  if (mode === undefined) return [legacy];
  const verb = `impersonate:${mode}`;
  const on = { ...doing, verb: `impersonate-on:${mode}:${doing.verb}` };
  const checks = [on, userCheck(wanted, verb, authentication), ...groupChecks(wanted, verb, authentication)];
  return [{ mode, checks }, legacy];
}

/** The way by which this caller may do that as somebody else, undefined where there is none. */
export function impersonationOf(
  access: Access,
  caller: Identity,
  { wanted, doing }: { readonly wanted: Identity; readonly doing: Attributes },
): ImpersonationWay | undefined {
  return impersonationWays(wanted, doing).find(({ checks }) =>
    checks.every((check) => judge(access, caller, check).allowed),
  );
}

/** Nodes and accounts bring their groups themselves; system:masters is beyond every constrained mode. */
function modeOf({ user, groups }: Identity): 'user-info' | 'serviceaccount' | 'arbitrary-node' | undefined {
  if (user.startsWith(nodePrefix)) return groups.length === 0 ? 'arbitrary-node' : undefined;
  if (serviceAccountOf(user) !== undefined) return groups.length === 0 ? 'serviceaccount' : undefined;
  return groups.includes(mastersGroup) || groups.includes('') ? undefined : 'user-info';
}

function userCheck({ user }: Identity, verb: string, group: string): ResourceAttributes {
  const account = serviceAccountOf(user);
  if (account !== undefined)
    return resourceAttributes({ verb, group, resource: 'serviceaccounts', ...account });
  if (group !== '' && user.startsWith(nodePrefix)) {
    return resourceAttributes({ verb, group, resource: 'nodes', name: user.slice(nodePrefix.length) });
  }
  return resourceAttributes({ verb, group, resource: 'users', name: user });
}

function groupChecks({ groups }: Identity, verb: string, group: string): readonly ResourceAttributes[] {
  return groups.map((name) => resourceAttributes({ verb, group, resource: 'groups', name }));
}
