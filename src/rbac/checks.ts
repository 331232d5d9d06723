// Access as tests: what a file of checks says (`kind: AccessChecks`), and whether RBAC holds to it.

import { Failure } from '../failure.ts';
import { type Fields, isFields } from '../json-fields.ts';
import { nearestName } from '../nearest-name.ts';
import { type Access, judge, type Verdict } from './access.ts';
import type { ManifestProblem } from './manifest-problems.ts';
import { textIn } from './raw.ts';
import { type Attributes, resourceAttributes } from './rule.ts';
import {
  type Identity,
  identityOf,
  parseSubjectWord,
  serviceAccountUser,
  withImpliedGroups,
} from './subject.ts';

export type Expectation = 'allow' | 'deny';

export type Check = {
  /** With implied groups, unless the file says that it is exact. */
  readonly identity: Identity;
  readonly asked: Attributes;
  readonly expect: Expectation;
  /** '' where the file has none. */
  readonly description: string;
};

/** `unsure`: expected to be denied, and not all could be read. */
export type CheckResult = {
  readonly check: Check;
  readonly verdict: Verdict;
  readonly result: 'pass' | 'fail' | 'unsure';
};

/** Every check against one access. */
export function runChecks(access: Access, checks: readonly Check[]): readonly CheckResult[] {
  return checks.map((check) => {
    const verdict = judge(access, check.identity, check.asked);
    const isAsExpected = verdict.allowed === (check.expect === 'allow');
    const isSure = verdict.allowed || verdict.complete;
    return { check, verdict, result: isSure ? (isAsExpected ? 'pass' : 'fail') : 'unsure' };
  });
}

/** The checks of a document, or the first thing that is wrong with it. */
export type ReadChecks =
  | { readonly kind: 'checks'; readonly checks: readonly Check[] }
  | ({ readonly kind: 'problem' } & ManifestProblem);

class Wrong extends Error {
  readonly path: ManifestProblem['path'];
  constructor(path: ManifestProblem['path'], why: string) {
    super(why);
    this.path = path;
  }
}

/** Reads what YAML or JSON gave. Unknown fields are refused with the nearest one: a misspelt one would test nothing. */
export function checksIn(document: unknown): ReadChecks {
  try {
    return { kind: 'checks', checks: readDocument(document) };
  } catch (error) {
    if (error instanceof Wrong) return { kind: 'problem', path: error.path, why: error.message };
    throw error;
  }
}

function readDocument(document: unknown): readonly Check[] {
  if (!isFields(document)) throw new Wrong([], 'this is no mapping with apiVersion, kind and checks');
  if (document.apiVersion !== 'kubectl-oidc/v1')
    throw new Wrong(['apiVersion'], 'apiVersion is not kubectl-oidc/v1');
  if (document.kind !== 'AccessChecks') throw new Wrong(['kind'], 'kind is not AccessChecks');
  refuseOthers(document, ['apiVersion', 'kind', 'metadata', 'checks'], []);
  const list = document.checks;
  if (!Array.isArray(list) || list.length === 0)
    throw new Wrong(['checks'], 'checks is no list with checks in it');
  return list.map((each: unknown, index) => readCheck(each, ['checks', index]));
}

function refuseOthers(fields: Fields, known: readonly string[], at: ManifestProblem['path']): void {
  for (const name in fields) {
    if (known.includes(name)) continue;
    const nearest = nearestName(name, known);
    const meant = nearest === undefined ? `known are ${known.join(', ')}` : `did you mean ${nearest}?`;
    throw new Wrong([...at, name], `there is no field "${name}"; ${meant}`);
  }
}

const checkFields = [
  'description',
  'subject',
  'serviceAccount',
  'verb',
  'resource',
  'subresource',
  'group',
  'name',
  'namespace',
  'path',
  'expect',
];

function readCheck(value: unknown, at: ManifestProblem['path']): Check {
  if (!isFields(value)) throw new Wrong(at, 'a check is a mapping');
  refuseOthers(value, checkFields, at);
  const { expect } = value;
  if (expect !== 'allow' && expect !== 'deny')
    throw new Wrong([...at, 'expect'], 'expect is neither allow nor deny');
  return {
    identity: readIdentity(value, at),
    asked: readAttributes(value, at),
    expect,
    description: textAt(value, 'description', at),
  };
}

function textAt(fields: Fields, name: string, at: ManifestProblem['path']): string {
  const value = fields[name];
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  throw new Wrong([...at, name], `${name} is no text: write it in quotes`);
}

function readIdentity(check: Fields, at: ManifestProblem['path']): Identity {
  const { subject } = check;
  const account = textAt(check, 'serviceAccount', at);
  if (account !== '' && subject !== undefined)
    throw new Wrong([...at, 'serviceAccount'], 'there is a subject too');
  if (account !== '') return withImpliedGroups(accountAt(account, [...at, 'serviceAccount']));
  const path = [...at, 'subject'];
  if (typeof subject === 'string') return withImpliedGroups(wordIdentity(subject, path));
  if (!isFields(subject)) throw new Wrong(path, 'there is no subject: {user, groups}, or serviceAccount');
  return identityAt(subject, path);
}

function identityAt(subject: Fields, path: ManifestProblem['path']): Identity {
  refuseOthers(subject, ['user', 'groups', 'serviceAccount', 'exact'], path);
  const { groups = [], exact = false } = subject;
  if (!Array.isArray(groups)) throw new Wrong([...path, 'groups'], 'groups is no list');
  const index = groups.findIndex((each) => typeof each !== 'string');
  if (index >= 0) throw new Wrong([...path, 'groups', index], 'a group is no text: write it in quotes');
  if (typeof exact !== 'boolean') throw new Wrong([...path, 'exact'], 'exact is neither true nor false');
  const account = textAt(subject, 'serviceAccount', path);
  const user = textAt(subject, 'user', path);
  if (account !== '' && user !== '') throw new Wrong([...path, 'serviceAccount'], 'there is a user too');
  if (account === '' && user === '' && groups.length === 0)
    throw new Wrong(path, 'the subject has neither user nor groups');
  const named = account === '' ? user : accountAt(account, [...path, 'serviceAccount']).user;
  const identity = { user: named, groups: groups.map(textIn) };
  return exact ? identity : withImpliedGroups(identity);
}

function accountAt(word: string, path: ManifestProblem['path']): Identity {
  const [namespace = '', name = '', ...rest] = word.split('/');
  if (namespace === '' || name === '' || rest.length > 0)
    throw new Wrong(path, 'a service account is written NAMESPACE/NAME');
  return { user: serviceAccountUser({ namespace, name }), groups: [] };
}

/** As on the command line: `group:oidc:devs`. */
function wordIdentity(word: string, path: ManifestProblem['path']): Identity {
  try {
    const subject = parseSubjectWord(word);
    if (subject.kind !== 'me') return identityOf(subject);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Wrong(path, `${error.message}. ${error.hint ?? ''}`.trim());
  }
  throw new Wrong(path, '"me" is another one on every machine: name a user, a group or a service account');
}

function readAttributes(check: Fields, at: ManifestProblem['path']): Attributes {
  const text = (name: string): string => textAt(check, name, at);
  const [verb, path, resource] = [text('verb'), text('path'), text('resource')];
  if (verb === '') throw new Wrong([...at, 'verb'], 'there is no verb');
  if ((path === '') === (resource === ''))
    throw new Wrong(at, 'a check has a resource or a path, and not both');
  if (path !== '') {
    const other = ['subresource', 'group', 'name', 'namespace'].find((name) => text(name) !== '');
    if (other !== undefined) throw new Wrong([...at, other], `a path has no ${other}`);
    return { kind: 'non-resource', verb, path };
  }
  refuseWholeName(resource, [...at, 'resource']);
  const [group = '', subresource = ''] = [text('group'), text('subresource')];
  const [name = '', namespace = ''] = [text('name'), text('namespace')];
  return resourceAttributes({ verb, resource, group, subresource, name, namespace });
}

/** The authorizer would take it for the name of a resource that nobody has. */
function refuseWholeName(resource: string, path: ManifestProblem['path']): void {
  const [whole = '', subresource] = resource.split('/');
  const [plain, ...group] = whole.split('.');
  const fields = [
    `resource: ${plain}`,
    ...(group.length > 0 ? [`group: ${group.join('.')}`] : []),
    ...(subresource === undefined ? [] : [`subresource: ${subresource}`]),
  ];
  if (fields.length > 1 && plain !== '*')
    throw new Wrong(path, `"${resource}" is written as ${fields.join(', ')}`);
}
