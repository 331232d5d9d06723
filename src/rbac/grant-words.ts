// What is said about grants: the words of plans and outcomes, in one place.

import { cleanText } from '../foreign-text.ts';
import { subjectWords } from './access-words.ts';
import type { GrantPlan, Step, WantedGrant } from './grant-plan.ts';
import type { KnownSubject } from './grant-scene.ts';
import { placed, rolesAt } from './places.ts';
import type { RemovalStep } from './revoke-plan.ts';
import type { Rule } from './rule.ts';
import type { Binding, Role, Snapshot } from './snapshot.ts';
import { describeRule } from './words.ts';

function listed(all: readonly string[]): string {
  const clean = all.map((each) => cleanText(each, 80));
  return clean.length < 2 ? clean.join('') : `${clean.slice(0, -1).join(', ')} and ${clean.at(-1) ?? ''}`;
}

/** `namespace shop`, `the whole cluster`. */
export function placeWords(namespace: string): string {
  return namespace === '' ? 'the whole cluster' : `namespace ${cleanText(namespace, 80)}`;
}

/** `namespaces shop, web and 3 more`. */
export function placesWords(places: readonly string[]): string {
  const [first = ''] = places;
  if (places.length === 1) return placeWords(first);
  const shown = places.slice(0, 5).map((each) => cleanText(each, 80));
  const rest = places.length - shown.length;
  return `namespaces ${rest === 0 ? listed(shown) : `${shown.join(', ')} and ${rest} more`}`;
}

/** Why the name is what it is; '' for an account. */
export function prefixWords({ subject, applied }: KnownSubject): string {
  if (subject.kind === 'ServiceAccount' || subject.name.startsWith('system:')) return '';
  const [kind, flag] =
    subject.kind === 'Group' ? ['groups', 'groups-prefix'] : ['user names', 'username-prefix'];
  const put = `the cluster puts "${cleanText(applied.prefix, 80)}" before ${kind}`;
  switch (applied.from) {
    case 'login':
      return applied.prefix === '' ? '' : `${put}, as your own login shows`;
    case 'bindings':
      return applied.prefix === '' ? '' : `${put}, as the bindings that are there show`;
    case 'nothing':
      return `taken as typed: nothing here tells what the cluster puts before ${kind}; --${flag} would`;
    default:
      return '';
  }
}

const shownRules = 8;

/** What a role allows, a line a rule; where it could not be read, so much. */
export function rulesGranted(role: Role | undefined): readonly string[] {
  if (role === undefined) return ['whatever that role allows, which could not be read here'];
  if (role.rules.length === 0) return ['nothing: the role has no rules'];
  const lines = role.rules.slice(0, shownRules).map(describeRule);
  const hidden = role.rules.length - lines.length;
  return hidden === 0 ? lines : [...lines, `and ${hidden} more rules of ${placed(role, role.namespace)}`];
}

/** One step as a line: `create Role "x" in namespace shop`. */
export function stepWords(step: Step | RemovalStep): string {
  const object = 'object' in step ? step.object : step.before;
  const what = placed(object, object.namespace);
  if (step.kind === 'take-out') return `take ${subjectWords(step.subject)} out of ${what}`;
  return `${step.kind} ${what}`;
}

/** The same when it was done. */
export function doneWords(step: Step | RemovalStep): string {
  const object = 'object' in step ? step.object : step.before;
  const what = placed(object, object.namespace);
  const done = { create: 'created', change: 'changed', delete: 'deleted' } as const;
  return step.kind === 'take-out'
    ? `took ${subjectWords(step.subject)} out of ${what}`
    : `${done[step.kind]} ${what}`;
}

/** What may outlive the taking back of these rules, because it was made or read by then; undefined where nothing. */
export function outlivingWords(rules: readonly Rule[]): string | undefined {
  const has = (resource: string, verbs: readonly string[]): boolean =>
    rules.some(
      (rule) =>
        (rule.resources.includes(resource) || rule.resources.includes('*')) &&
        rule.verbs.some((verb) => verb === '*' || verbs.includes(verb)),
    );
  const found = [
    has('serviceaccounts/token', ['create']) ? 'ServiceAccount tokens that they made' : '',
    has('secrets', ['get', 'list', 'watch']) ? 'Secrets that they read, with the tokens in them' : '',
    has('pods/exec', ['create', 'get']) ||
    has('pods/attach', ['create', 'get']) ||
    has('pods/ephemeralcontainers', ['patch', 'update'])
      ? 'ServiceAccount tokens that they took from pods, and shells that are open'
      : '',
    ['pods', 'deployments', 'statefulsets', 'daemonsets', 'jobs', 'cronjobs'].some((each) =>
      has(each, ['create', 'update', 'patch']),
    )
      ? 'workloads that they started, with the ServiceAccount tokens in them'
      : '',
    has('certificatesigningrequests', ['create']) ? 'client certificates that were signed for them' : '',
  ].filter((each) => each !== '');
  return found.length === 0 ? undefined : `This outlives the grant: ${listed(found)}.`;
}

/** What the grants of a plan allow when it is done. */
export function rulesOfPlans(plans: readonly GrantPlan[]): readonly Rule[] {
  return plans.flatMap((plan) => (plan.kind === 'refused' ? [] : (plan.role?.rules ?? [])));
}

/** The role that a binding refers to, where it was read. */
export function roleBound({ roleRef, namespace }: Binding, snapshot: Snapshot): Role | undefined {
  return rolesAt(snapshot, roleRef.kind, namespace).find(({ name }) => name === roleRef.name);
}

/** The head of a plan: who may what, where. */
export function grantHead(known: KnownSubject, grants: readonly WantedGrant[]): string {
  const prefix = prefixWords(known);
  const places = grants.map(({ namespace }) => namespace);
  return `${subjectWords(known.subject)}${prefix === '' ? '' : ` (${prefix})`} in ${placesWords(places)} may:`;
}
