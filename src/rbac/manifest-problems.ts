// What an API server would refuse in a manifest about access, where passing over it would give a wrong answer: a list
// that is none, a rule without verbs, a binding without a role (pkg/apis/rbac/validation/validation.go).

import { type Fields, isFields, textIn } from './raw.ts';

/** Where in the object, and the rest of a sentence about it. */
export type ManifestProblem = { readonly path: readonly (string | number)[]; readonly why: string };

type Problems = Generator<ManifestProblem>;

/** The first problem of an object, or of one in a List; undefined for what is about something else. */
export function problemIn(object: unknown): ManifestProblem | undefined {
  return problemsOf(object, []).next().value ?? undefined;
}

function* problemsOf(object: unknown, at: ManifestProblem['path']): Problems {
  if (!isFields(object)) return;
  const kind = textIn(object.kind);
  if (kind.endsWith('List') && 'items' in object) {
    yield* listProblem(object, 'items', at);
    const items: readonly unknown[] = Array.isArray(object.items) ? object.items : [];
    const own = kind === 'List' ? {} : { kind: kind.slice(0, -4), apiVersion: object.apiVersion };
    for (const [index, item] of items.entries()) {
      if (isFields(item)) yield* problemsOf({ ...item, ...own }, [...at, 'items', index]);
      else if (item !== null) yield { path: [...at, 'items', index], why: 'is no object' };
    }
    return;
  }
  if (!textIn(object.apiVersion).startsWith('rbac.authorization.k8s.io/')) return;
  if (!isFields(object.metadata) || textIn(object.metadata.name) === '')
    yield { path: at, why: `is a ${kind} without a name` };
  if (kind === 'Role' || kind === 'ClusterRole') yield* roleProblems(object, at);
  if (kind === 'RoleBinding' || kind === 'ClusterRoleBinding') yield* bindingProblems(object, at);
}

function* listProblem(fields: Fields, field: string, at: ManifestProblem['path']): Problems {
  const value = fields[field];
  if (value !== undefined && value !== null && !Array.isArray(value))
    yield { path: [...at, field], why: `${field} is no list` };
}

function* roleProblems(role: Fields, at: ManifestProblem['path']): Problems {
  yield* listProblem(role, 'rules', at);
  const rules: readonly unknown[] = Array.isArray(role.rules) ? role.rules : [];
  for (const [index, each] of rules.entries()) {
    const path = [...at, 'rules', index];
    if (isFields(each)) yield* ruleProblems(each, path, role.kind === 'Role');
    else yield { path, why: 'is no rule' };
  }
}

const ruleLists = ['verbs', 'apiGroups', 'resources', 'resourceNames', 'nonResourceURLs'] as const;

function* ruleProblems(rule: Fields, path: ManifestProblem['path'], isInNamespace: boolean): Problems {
  for (const field of ruleLists) yield* textsProblem(rule, field, path);
  const other = Object.keys(rule).find((key) => !ruleLists.some((each) => each === key));
  if (other !== undefined) yield { path: [...path, other], why: `a rule has no field "${other}"` };
  const has = (field: (typeof ruleLists)[number]): boolean =>
    Array.isArray(rule[field]) && rule[field].length > 0;
  if (!has('verbs')) yield { path, why: 'the rule has no verbs' };
  if (has('nonResourceURLs') && (has('resources') || has('apiGroups') || has('resourceNames')))
    yield { path, why: 'the rule has both resources and nonResourceURLs' };
  if (has('nonResourceURLs') && isInNamespace)
    yield { path: [...path, 'nonResourceURLs'], why: 'a Role has no URLs: only a ClusterRole may' };
  if (has('nonResourceURLs')) return;
  if (!has('resources')) yield { path, why: 'the rule has no resources' };
  if (!has('apiGroups')) yield { path, why: 'the rule has no apiGroups (the core group is "")' };
}

function* textsProblem(fields: Fields, field: string, at: ManifestProblem['path']): Problems {
  yield* listProblem(fields, field, at);
  const list: unknown = fields[field];
  if (!Array.isArray(list)) return;
  const index = list.findIndex((each) => typeof each !== 'string');
  if (index >= 0) yield { path: [...at, field, index], why: `${field} holds what is no text` };
}

function* bindingProblems(binding: Fields, at: ManifestProblem['path']): Problems {
  yield* listProblem(binding, 'subjects', at);
  const { roleRef, kind, subjects } = binding;
  if (!isFields(roleRef) || textIn(roleRef.name) === '')
    yield { path: [...at, 'roleRef'], why: 'roleRef names no role' };
  else if (roleRef.kind !== 'ClusterRole' && (roleRef.kind !== 'Role' || kind === 'ClusterRoleBinding'))
    yield {
      path: [...at, 'roleRef', 'kind'],
      why: `a ${textIn(kind)} does not refer to a "${textIn(roleRef.kind)}"`,
    };
  const list: readonly unknown[] = Array.isArray(subjects) ? subjects : [];
  for (const [index, each] of list.entries()) yield* subjectProblems(each, [...at, 'subjects', index], kind);
}

function* subjectProblems(subject: unknown, path: ManifestProblem['path'], bindingKind: unknown): Problems {
  if (!isFields(subject) || textIn(subject.name) === '') {
    yield { path, why: 'the subject has no name' };
    return;
  }
  const { kind, namespace } = subject;
  if (kind !== 'User' && kind !== 'Group' && kind !== 'ServiceAccount')
    yield {
      path: [...path, 'kind'],
      why: `"${textIn(kind)}" is no kind of subject: User, Group, ServiceAccount are`,
    };
  if (kind === 'ServiceAccount' && bindingKind === 'ClusterRoleBinding' && textIn(namespace) === '')
    yield { path, why: 'a ServiceAccount in a ClusterRoleBinding needs its namespace' };
}
