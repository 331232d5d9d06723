// Verbs: those of requests, which discovery lists for each resource, and those of checks that the server makes besides.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import { nearestName } from '../nearest-name.ts';
import { type ApiResource, partsOf, resourceName } from './discovery.ts';

/** What requests for resources are asked with (requestinfo.go). */
export const requestVerbs: readonly string[] = [
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
];

/** Those of requests that have no name, unless a field selector gives one. */
export const collectionVerbs: readonly string[] = ['list', 'watch', 'deletecollection'];

/** What requests for URLs are asked with. */
export const urlVerbs: readonly string[] = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'];

const impersonationModes = ['user-info', 'serviceaccount', 'arbitrary-node', 'associated-node'];
const rbacGroup = 'rbac.authorization.k8s.io';
/** Verbs that the server checks beside those of requests, for a resource of discovery. */
export function checkVerbs({
  group,
  resource,
}: {
  readonly group: string;
  readonly resource: string;
}): readonly string[] {
  if (group === rbacGroup && (resource === 'roles' || resource === 'clusterroles'))
    return ['bind', 'escalate'];
  if (group === '' && resource === 'serviceaccounts') return ['impersonate'];
  return [];
}

/** Whether the server asks it in the namespace of a binding, though ClusterRoles have none (policybased, BindingAuthorized). */
export function isBindingIn(asked: {
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
}): boolean {
  return asked.verb === 'bind' && asked.group === rbacGroup && asked.resource === 'clusterroles';
}

/** `impersonate-on:MODE:VERB` stands beside each verb of any resource (constrained impersonation, 1.36). */
export function impersonateOn(verb: string): string | undefined {
  const [head, mode = '', ...rest] = verb.split(':');
  return head === 'impersonate-on' && impersonationModes.includes(mode) ? rest.join(':') : undefined;
}

/**
 * Whether a rule with this verb can ever allow something on that resource. `use` is let pass: admission plugins and
 * operators check it on resources of their own.
 */
export function isVerbOf(resource: ApiResource, verb: string): boolean {
  const plain = impersonateOn(verb) ?? verb;
  return (
    plain === '*' ||
    plain === 'use' ||
    resource.verbs.includes(plain) ||
    checkVerbs(partsOf(resource)).includes(plain)
  );
}

/** Fails with `usage` where the verb is none of that resource's, offering the nearest spelling. */
export function checkVerb(resource: ApiResource, verb: string): void {
  if (isVerbOf(resource, verb)) return;
  const known = [...resource.verbs, ...checkVerbs(partsOf(resource))];
  const nearest = nearestVerb(verb, known);
  throw new Failure('usage', `"${cleanText(verb, 60)}" is no verb of ${resourceName(partsOf(resource))}`, {
    hint: nearest === undefined ? `It has ${known.join(', ')}.` : `Did you mean "${nearest}"?`,
  });
}

/** The verb that was meant: by its letters, or by what HTTP and other tools call it. */
export function nearestVerb(verb: string, known: readonly string[]): string | undefined {
  const lower = verb.toLowerCase();
  const others: Readonly<Record<string, string>> = {
    post: 'create',
    put: 'update',
    read: 'get',
    write: 'update',
    edit: 'update',
    remove: 'delete',
    view: 'get',
    apply: 'patch',
  };
  const meant = known.includes(lower) ? lower : Object.hasOwn(others, lower) ? others[lower] : undefined;
  return meant !== undefined && known.includes(meant) ? meant : nearestName(lower, known);
}
