// What is not given away without being asked for by a flag that says what it costs: everybody's groups, the whole
// cluster, what does not exist yet.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import { covers } from './covers.ts';
import { type Rule, rule } from './rule.ts';
import { type Subject, serviceAccountOf } from './subject.ts';

/** The flags whose names hurt, as they were given. */
export type Dangers = {
  readonly systemSubject: boolean;
  readonly clusterAdmin: boolean;
  readonly wildcard: boolean;
};

/** Fails with `refused` for users and groups of Kubernetes itself. `typed` is what the person wrote, before any prefix. */
export function refuseSystemSubject(subject: Subject, typed: string, { systemSubject }: Dangers): void {
  if (subject.kind === 'ServiceAccount' || !/^system:/i.test(typed.trim())) return;
  const account = subject.kind === 'User' ? serviceAccountOf(typed) : undefined;
  if (account !== undefined) {
    throw new Failure('refused', `${cleanText(typed, 120)} is the user of a service account`, {
      hint: `Give --serviceaccount ${account.namespace}/${account.name}.`,
    });
  }
  if (systemSubject) return;
  throw new Failure(
    'refused',
    `${subject.kind.toLowerCase()} "${cleanText(typed, 120)}" belongs to Kubernetes itself${whom(typed)}`,
    { hint: 'Grant to a group of your own; --dangerous-system-subject grants to it all the same.' },
  );
}

function whom(typed: string): string {
  const meant: Readonly<Record<string, string>> = {
    'system:authenticated': ': it is everybody who can sign in, and every ServiceAccount',
    'system:unauthenticated': ': it is everybody who can reach the API server',
    'system:anonymous': ': it is everybody who can reach the API server',
    'system:masters': ': it may do everything already, whatever RBAC says',
    'system:serviceaccounts': ': it is every ServiceAccount of the cluster',
  };
  return Object.hasOwn(meant, typed) ? (meant[typed] ?? '') : '';
}

const everything = [rule({ verbs: ['*'], apiGroups: ['*'], resources: ['*'] })];

/** Fails with `refused` for cluster-admin under any name, and for roles with `*` in them. */
export function refusePowerfulRole(name: string, rules: readonly Rule[], dangers: Dangers): void {
  const shown = cleanText(name, 80);
  if (name === 'cluster-admin' || covers(rules, everything)) {
    if (dangers.clusterAdmin) return;
    throw new Failure('refused', `"${shown}" gives everything there is, and the right to give it on`, {
      hint: 'Grant a preset ("kubectl oidc presets") or rules; --dangerous-cluster-admin grants it all the same.',
    });
  }
  const wide = rules.find(isWide);
  if (wide === undefined || dangers.wildcard) return;
  throw new Failure(
    'refused',
    `"${shown}" has a rule with "*": it gives what is there and what will ever be added`,
    {
      hint: 'Grant rules that name verbs and resources; --dangerous-wildcard grants it all the same.',
    },
  );
}

function isWide({ verbs, apiGroups, resources, nonResourceURLs }: Rule): boolean {
  return (
    [...verbs, ...apiGroups, ...resources].some((each) => each.includes('*')) ||
    nonResourceURLs.some((each) => each === '*' || each === '/*')
  );
}
