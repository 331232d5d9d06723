// What of RBAC and of namespaces access depends on, as the API's own protocol buffers hold it, under the names that it
// has in JSON. The numbers are those of Kubernetes' generated.proto files, and never change.

import type { Field, Message } from './protobuf.ts';

const text = (name: string): Field => ({ name, kind: 'text' });
const texts = (name: string): Field => ({ name, kind: 'text', many: true });
const one = (name: string, of: Message): Field => ({ name, kind: 'message', of });
/** The same in many objects. */
const alike = (field: Field): Field => (field.kind === 'message' ? { ...field, alike: true } : field);
const many = (name: string, of: Message): Field => ({ name, kind: 'message', of, many: true });
const byName = (name: string): Field => ({ name, kind: 'texts by name' });

// apimachinery/pkg/apis/meta/v1
const objectMeta: Message = {
  1: text('name'),
  3: text('namespace'),
  6: text('resourceVersion'),
  11: byName('labels'),
  12: byName('annotations'),
};
export const listMeta: Message = {
  2: text('resourceVersion'),
  3: text('continue'),
  4: { name: 'remainingItemCount', kind: 'number' },
};
const requirement: Message = { 1: text('key'), 2: text('operator'), 3: texts('values') };
const labelSelector: Message = { 1: byName('matchLabels'), 2: many('matchExpressions', requirement) };
/** TypeMeta of the envelope (apimachinery/pkg/runtime). */
export const typeMeta: Message = { 1: text('apiVersion'), 2: text('kind') };
const status: Message = {
  1: one('metadata', listMeta),
  2: text('status'),
  3: text('message'),
  4: text('reason'),
  6: { name: 'code', kind: 'number' },
};

// api/rbac/v1
const rule: Message = {
  1: texts('verbs'),
  2: texts('apiGroups'),
  3: texts('resources'),
  4: texts('resourceNames'),
  5: texts('nonResourceURLs'),
};
const subject: Message = { 1: text('kind'), 2: text('apiGroup'), 3: text('name'), 4: text('namespace') };
const roleRef: Message = { 1: text('apiGroup'), 2: text('kind'), 3: text('name') };
const aggregationRule: Message = { 1: many('clusterRoleSelectors', labelSelector) };
const role: Message = { 1: one('metadata', objectMeta), 2: alike(many('rules', rule)) };
const clusterRole: Message = { ...role, 3: one('aggregationRule', aggregationRule) };
const binding: Message = {
  1: one('metadata', objectMeta),
  2: many('subjects', subject),
  3: alike(one('roleRef', roleRef)),
};

// api/core/v1
const namespace: Message = { 1: one('metadata', objectMeta) };

/** An item of a list, by the list's kind. */
export const itemOf: Readonly<Record<string, Message>> = {
  RoleList: role,
  ClusterRoleList: clusterRole,
  RoleBindingList: binding,
  ClusterRoleBindingList: binding,
  NamespaceList: namespace,
};

/** An answer that is no list. */
export const messageOf: Readonly<Record<string, Message>> = { Status: status };
