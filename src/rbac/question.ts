// What a person asks about, as they type it: `get pods`, `delete deployments.apps web -n shop`, `get /metrics`.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import { type ApiResource, type Discovery, partsOf, resourceName } from './discovery.ts';
import { resolveResource } from './resource-words.ts';
import { type Attributes, type ResourceAttributes, resourceAttributes } from './rule.ts';
import { checkVerb, isBindingIn, nearestVerb, urlVerbs } from './verbs.ts';
import { virtualResourceNamed } from './virtual-resources.ts';
import type { NamespaceWish } from './where-words.ts';
import type { Scope } from './who-can.ts';

/** `target` begins with a slash where a URL is meant; `name` is '' where none was given. */
export type QuestionWords = { readonly verb: string; readonly target: string; readonly name: string };

/** What is asked, and where; in `all` namespaces the attributes have none. */
export type Question = { readonly asked: Attributes; readonly scope: Scope };

/** Fails with `usage` for a verb alone, and for more than three words. */
export function parseQuestion(words: readonly string[]): QuestionWords {
  const [verb = '', target, name = '', ...rest] = words;
  if (target !== undefined && rest.length === 0) return { verb, target, name };
  throw new Failure('usage', `"${cleanText(words.join(' '), 80)}" is no question`, {
    hint: 'Write VERB RESOURCE[.GROUP][/SUBRESOURCE] [NAME], e.g. "get pods" or "get secrets db", or VERB /URL.',
  });
}

export type Surroundings = {
  readonly discovery: Discovery;
  readonly namespaces: NamespaceWish;
  /** Where nothing else is said. */
  readonly namespace: string;
};

/** Whether what was typed needs no list of resources. */
export function isAboutUrl({ target }: QuestionWords): boolean {
  return target.startsWith('/');
}

/** Fails with `usage`, offering the nearest spelling, for what the cluster does not have or no request can ask. */
export function resolveQuestion(words: QuestionWords, around: Surroundings): Question {
  if (isAboutUrl(words)) return urlQuestion(words, around);
  const { group, resource, subresource, known } =
    virtualResourceNamed(words) ?? resolveResource(around.discovery, words.target);
  if (known !== undefined) checkVerb(known, words.verb);
  const whole = { verb: words.verb, group, resource, subresource, name: words.name };
  refuseNewName(whole);
  return placed(whole, known, around);
}

function urlQuestion({ verb, target, name }: QuestionWords, { namespaces }: Surroundings): Question {
  if (verb !== '*' && !urlVerbs.includes(verb)) {
    const nearest = nearestVerb(verb, urlVerbs);
    throw new Failure('usage', `"${cleanText(verb, 60)}" is no verb of a URL`, {
      hint: nearest === undefined ? `They are ${urlVerbs.join(', ')}.` : `Did you mean "${nearest}"?`,
    });
  }
  if (name !== '')
    throw new Failure('usage', 'a URL is asked about without a name', { hint: 'Leave the last word out.' });
  if (namespaces.kind === 'one') {
    throw new Failure('usage', `the URL ${cleanText(target, 80)} is in no namespace`, {
      hint: 'Leave --namespace out.',
    });
  }
  return { asked: { kind: 'non-resource', verb, path: target }, scope: { kind: 'cluster' } };
}

type Whole = Pick<ResourceAttributes, 'verb' | 'group' | 'resource' | 'subresource' | 'name'>;

function refuseNewName(whole: Whole): void {
  if (whole.name === '' || whole.verb !== 'create' || whole.subresource !== '') return;
  throw new Failure('usage', `a request to create ${resourceName(whole)} carries no name`, {
    hint: 'Leave the name out: a rule with names never allows "create".',
  });
}

/** Requests for one namespace carry it as their own (requestinfo.go). */
const ofOneNamespace = ['get', 'update', 'patch', 'delete'];

function placed(whole: Whole, known: ApiResource | undefined, around: Surroundings): Question {
  const isElsewhere = isBindingIn(whole) && around.namespaces.kind === 'one';
  if (known !== undefined && !known.namespaced && !isElsewhere)
    return ofCluster(whole, known, around.namespaces);
  const { namespaces } = around;
  if (namespaces.kind === 'all') return { asked: resourceAttributes(whole), scope: { kind: 'all' } };
  const namespace = namespaces.kind === 'one' ? namespaces.namespace : around.namespace;
  return {
    asked: resourceAttributes({ ...whole, namespace }),
    scope: { kind: 'namespace', namespace },
  };
}

function ofCluster(whole: Whole, known: ApiResource, namespaces: NamespaceWish): Question {
  const { group, resource, verb, name, subresource } = whole;
  const isNamespace = group === '' && resource === 'namespaces' && name !== '';
  const isItself = isNamespace && (subresource !== '' || ofOneNamespace.includes(verb));
  if (namespaces.kind === 'one' && !(isItself && namespaces.namespace === name)) {
    throw new Failure('usage', `${resourceName(partsOf(known))} is in no namespace`, {
      hint: 'Leave --namespace out: it is of the whole cluster.',
    });
  }
  if (!isItself) return { asked: resourceAttributes(whole), scope: { kind: 'cluster' } };
  return {
    asked: resourceAttributes({ ...whole, namespace: name }),
    scope: { kind: 'namespace', namespace: name },
  };
}
