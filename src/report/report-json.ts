// A review for scripts: one document (`kind: Review`), or a line each (`kind: ReviewRow`).

import { withoutRisk } from '../json-document.ts';
import { ruleManifest } from '../rbac/rule.ts';
import type { Grant, RoleEntry } from '../review/review.ts';
import { riskSentences, rowNote } from '../review/review-words.ts';
import {
  gapsOf,
  isComplete,
  isRead,
  type ReadCluster,
  type Reviewed,
  type ReviewedCluster,
} from '../review/reviewed.ts';
import { type ReviewRow, rowGrants } from '../review/rows.ts';
import { grantsIn } from '../review/view.ts';

const apiVersion = 'kubectl-oidc/v1';

/** `kind: Review`: each row with its grants, and each role that they give with its rules once. An object a line. */
export function* reportJson(reviewed: Reviewed): Generator<string> {
  const head = { apiVersion, kind: 'Review', ...headOf(reviewed) };
  yield `{\n${fieldsOf(head)},\n"clusters": [\n`;
  for (const [index, cluster] of reviewed.clusters.entries()) {
    yield index === 0 ? '' : ',\n';
    yield* clusterJson(cluster, reviewed);
  }
  yield '\n]}\n';
}

function headOf(reviewed: Reviewed): object {
  const { readAt, view } = reviewed;
  const complete = isComplete(reviewed);
  return {
    readAt: new Date(readAt * 1000).toISOString(),
    ...viewJson(view),
    complete,
    ...(!complete && { gaps: gapsOf(reviewed) }),
    marks: riskSentences,
  };
}

/** From which side, and what was left out. */
function viewJson(view: Reviewed['view']): object {
  return {
    by: view.pivot,
    ...(view.namespace !== undefined && { namespace: view.namespace }),
    ...(view.text !== '' && { search: view.text }),
    ...(view.risky && { risky: true }),
    ...(view.hidesSystem && { hidesSystem: true }),
  };
}

function* clusterJson(cluster: ReviewedCluster, { view }: Reviewed): Generator<string> {
  if (cluster.kind === 'failed') {
    yield textOf({ context: cluster.context, complete: false, error: cluster.message });
    return;
  }
  const { rows, roles } = contentOf(cluster, view);
  yield `{${fieldsOf(originOf(cluster))},\n"rows": [`;
  yield* lines(rows);
  yield '],\n"roles": [';
  yield* lines(roles);
  yield ']}';
}

function originOf({ source, context, server, review, person, serverRules }: ReadCluster): object {
  const { complete, gaps } = review;
  return {
    source,
    ...(context !== '' && { context }),
    ...(server !== '' && { server }),
    ...(person && { subject: person.identity, notes: person.notes }),
    complete,
    ...(!complete && { gaps }),
    ...(serverRules && { serverRules: { ...serverRules, rules: serverRules.rules.map(ruleManifest) } }),
  };
}

function* lines(values: Iterable<object>): Generator<string> {
  let separator = '\n';
  for (const value of values) {
    yield `${separator}${textOf(value)}`;
    separator = ',\n';
  }
}

function fieldsOf(fields: object): string {
  return Object.entries(fields)
    .map(([name, value]) => `"${name}": ${textOf(value)}`)
    .join(',\n');
}

function textOf(value: unknown): string {
  return withoutRisk(JSON.stringify(value));
}

/** `kind: ReviewRow` a line for each row, `ReviewRole` for each role, `ReviewCluster` before those of a cluster. */
export function* reportNdjson(reviewed: Reviewed): Generator<string> {
  const { readAt, view } = reviewed;
  for (const cluster of reviewed.clusters) {
    const at = { ...(cluster.context !== '' && { context: cluster.context }) };
    const line = (kind: string, fields: object): string =>
      `${textOf({ apiVersion, kind, ...at, ...fields })}\n`;
    if (!isRead(cluster)) {
      yield line('ReviewCluster', { complete: false, error: cluster.message });
      continue;
    }
    const read = { readAt: new Date(readAt * 1000).toISOString(), ...viewJson(view) };
    yield line('ReviewCluster', { ...read, ...originOf(cluster) });
    const { rows, roles } = contentOf(cluster, view);
    for (const row of rows) yield line('ReviewRow', { row });
    for (const role of roles) yield line('ReviewRole', { role });
  }
}

type Content = { readonly rows: Iterable<object>; readonly roles: Iterable<object> };

function contentOf({ review, within, rows }: ReadCluster, view: Reviewed['view']): Content {
  const grants = grantsIn(view, within);
  return {
    rows: rowsJson(rows, rowGrants(review, view.pivot, grants)),
    roles: rolesJson(new Set(grants.map(({ role }) => role))),
  };
}

function* rowsJson(rows: readonly ReviewRow[], grantsOfRow: ReturnType<typeof rowGrants>): Generator<object> {
  for (const row of rows) yield rowJson(row, grantsOfRow(row));
}

function* rolesJson(roles: Iterable<RoleEntry>): Generator<object> {
  for (const { ref, role, isUnread } of roles) {
    const state = isUnread ? 'unread' : 'missing';
    yield { ...named(ref), ...(role === undefined ? { state } : { rules: role.rules.map(ruleManifest) }) };
  }
}

function rowJson(row: ReviewRow, grants: readonly Grant[] | undefined): object {
  const { everywhere, namespaces, subjects, roles, bindings, unknownRoles, marks } = row;
  const note = rowNote(row);
  return {
    ...identityOf(row),
    everywhere,
    namespaces,
    ...(row.of.pivot !== 'subject' && { subjects }),
    ...(row.of.pivot !== 'role' && { roles }),
    bindings,
    ...(row.of.pivot !== 'role' && { unknownRoles }),
    marks,
    ...(note !== undefined && { note }),
    ...(grants && { grants: grants.map((grant) => grantJson(row, grant)) }),
  };
}

function identityOf({ of, name }: ReviewRow): object {
  switch (of.pivot) {
    case 'subject':
      return { ...of.subject };
    case 'role':
      return { ...named(of.role), ...(of.state !== 'read' && { state: of.state }) };
    case 'namespace':
      return { namespace: of.namespace };
    case 'resource':
      return of.target.kind === 'url'
        ? { url: of.target.url }
        : { name, group: of.target.group, resource: of.target.resource };
  }
}

/** What the row does not say itself. */
function grantJson({ of }: ReviewRow, { subject: { subject }, binding, role: { ref } }: Grant): object {
  return {
    ...(of.pivot !== 'subject' && { subject }),
    binding: named(binding),
    ...(of.pivot !== 'role' && { role: named(ref) }),
  };
}

function named({ kind, namespace, name }: { kind: string; namespace: string; name: string }): object {
  return { kind, ...(namespace !== '' && { namespace }), name };
}
