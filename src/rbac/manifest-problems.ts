// What is wrong in a manifest about access where passing over it would give a wrong answer: shapes that are none, and
// what no API server would store (validation.ts), each with its place.

import { type Fields, isFields } from '../json-fields.ts';
import { textIn } from './raw.ts';
import { bindingIn, roleIn } from './snapshot.ts';
import { type Invalid, invalidIn } from './validation.ts';
import { describeInvalid } from './words.ts';

/** Where in the object, and the rest of a sentence about it. */
export type ManifestProblem = { readonly path: readonly (string | number)[]; readonly why: string };

type Problems = Generator<ManifestProblem>;
type Path = ManifestProblem['path'];

/** The first problem of an object, or of one in a List; undefined for what is about something else. */
export function problemIn(object: unknown): ManifestProblem | undefined {
  return problemsOf(object, []).next().value ?? undefined;
}

function* problemsOf(object: unknown, at: Path): Problems {
  if (!isFields(object)) return;
  const kind = textIn(object.kind);
  if (kind.endsWith('List') && 'items' in object) yield* listProblems(object, kind, at);
  else if (textIn(object.apiVersion).startsWith('rbac.authorization.k8s.io/')) {
    if (kind === 'Role' || kind === 'ClusterRole') yield* roleProblems(object, kind, at);
    if (kind === 'RoleBinding' || kind === 'ClusterRoleBinding') yield* bindingProblems(object, kind, at);
  }
}

/** Items of a RoleList and the like carry no kind of their own. */
function* listProblems(list: Fields, kind: string, at: Path): Problems {
  const own = kind === 'List' ? {} : { kind: kind.slice(0, -4), apiVersion: list.apiVersion };
  for (const [path, item] of yield* itemsIn(list, 'items', at)) {
    if (isFields(item)) yield* problemsOf({ ...item, ...own }, path);
    else yield { path, why: 'is no object' };
  }
}

/** The items of a list with their paths; a problem where it is none. */
function* itemsIn(
  fields: Fields,
  field: string,
  at: Path,
): Generator<ManifestProblem, readonly (readonly [Path, unknown])[]> {
  const value: unknown = fields[field];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) yield { path: [...at, field], why: `${field} is no list` };
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.map((item, index) => [[...at, field, index], item] as const);
}

function* invalids(found: readonly Invalid[], path: Path): Problems {
  for (const each of found) yield { path, why: describeInvalid(each) };
}

function* roleProblems(object: Fields, kind: 'Role' | 'ClusterRole', at: Path): Problems {
  const role = roleIn({ ...object, rules: [] }, kind);
  if (role === undefined) yield { path: at, why: `this ${kind} has no name` };
  else yield* invalids(invalidIn(role), at);
  for (const [path, rule] of yield* itemsIn(object, 'rules', at)) {
    yield* ruleShapeProblems(rule, path);
    const alone = roleIn({ metadata: { name: 'a' }, rules: [rule] }, kind);
    if (alone !== undefined) yield* invalids(invalidIn(alone), path);
  }
}

const ruleLists = ['verbs', 'apiGroups', 'resources', 'resourceNames', 'nonResourceURLs'] as const;

function* ruleShapeProblems(rule: unknown, path: Path): Problems {
  if (!isFields(rule)) {
    yield { path, why: 'is no rule' };
    return;
  }
  for (const field of ruleLists) {
    for (const [at, word] of yield* itemsIn(rule, field, path))
      if (typeof word !== 'string') yield { path: at, why: `${field} holds what is no text` };
  }
  const other = Object.keys(rule).find((key) => !ruleLists.some((each) => each === key));
  if (other !== undefined) yield { path: [...path, other], why: `a rule has no field "${other}"` };
}

function* bindingProblems(object: Fields, kind: 'RoleBinding' | 'ClusterRoleBinding', at: Path): Problems {
  const { roleRef, metadata } = object;
  if (!isFields(metadata) || textIn(metadata.name) === '')
    yield { path: at, why: `this ${kind} has no name` };
  if (!isFields(roleRef)) yield { path: at, why: 'a binding needs a roleRef' };
  else if (roleRef.kind !== 'Role' && roleRef.kind !== 'ClusterRole')
    yield {
      path: [...at, 'roleRef', 'kind'],
      why: `a ${kind} does not refer to a "${textIn(roleRef.kind)}"`,
    };
  const binding = bindingIn({ ...object, subjects: [] }, kind);
  if (binding !== undefined) yield* invalids(invalidIn(binding), [...at, 'roleRef']);
  for (const [path, subject] of yield* itemsIn(object, 'subjects', at)) {
    yield* subjectProblems(subject, path);
    const alone = bindingIn({ ...object, subjects: [subject] }, kind);
    if (alone !== undefined) yield* invalids(invalidIn(alone), path);
  }
}

const subjectKinds = ['User', 'Group', 'ServiceAccount'];

function* subjectProblems(subject: unknown, path: Path): Problems {
  if (!isFields(subject) || typeof subject.name !== 'string') yield { path, why: 'the subject has no name' };
  else if (!subjectKinds.includes(textIn(subject.kind)))
    yield {
      path: [...path, 'kind'],
      why: `"${textIn(subject.kind)}" is no kind of subject: ${subjectKinds.join(', ')} are`,
    };
}
