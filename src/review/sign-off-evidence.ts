// The evidence of a sign-off, for whoever audits it: who decided what, when, on which reading of which cluster.

import { jsonDocument } from '../json-document.ts';
import { nameWords, subjectWords } from '../rbac/access-words.ts';
import { compact } from '../rbac/covers.ts';
import { csvLine } from '../rbac/csv-text.ts';
import { markdownText } from '../rbac/markdown-text.ts';
import { ruleManifest } from '../rbac/rule.ts';
import type { Gap } from '../rbac/snapshot.ts';
import { describeGap, describeRef, describeRule } from '../rbac/words.ts';
import { type Decided, decisions, progressOf, type SignOff, type SignOffGrant } from './sign-off.ts';

/** A pass, beside the grants as they were read last and what could not be read. */
export type Evidence = {
  readonly pass: SignOff;
  readonly grants: readonly SignOffGrant[];
  readonly gaps: readonly Gap[];
  readonly writtenAt: number;
};

type Entry = { readonly grant: SignOffGrant; readonly decided: Decided | undefined };

function entriesOf({ pass, grants }: Evidence): readonly Entry[] {
  const { holding } = progressOf(pass, grants);
  return grants.map((grant) => ({ grant, decided: holding.get(grant.id) }));
}

function countsOf(entries: readonly Entry[]): Readonly<Record<string, number>> {
  const count = (decision: string | undefined): number =>
    entries.filter(({ decided }) => decided?.decision === decision).length;
  return {
    grants: entries.length,
    ...Object.fromEntries(decisions.map((each) => [each, count(each)])),
    open: count(undefined),
  };
}

/** RFC 3339, of epoch seconds. */
function timeOf(at: number): string {
  return new Date(at * 1000).toISOString();
}

/** `kind: AccessSignOffEvidence`. */
export function evidenceJson(evidence: Evidence): string {
  const { pass, gaps, writtenAt } = evidence;
  const entries = entriesOf(evidence);
  const counts = countsOf(entries);
  return jsonDocument('AccessSignOffEvidence', {
    complete: counts.open === 0 && gaps.length === 0,
    cluster: pass.cluster,
    server: pass.server,
    namespace: pass.namespace,
    hidesSystem: pass.hidesSystem,
    startedBy: pass.startedBy,
    startedAt: timeOf(pass.startedAt),
    writtenAt: timeOf(writtenAt),
    counts,
    snapshots: pass.readings.map(({ sha256, takenAt, file }) => ({ sha256, takenAt, file })),
    gaps,
    grants: entries.map(({ grant: { subject, binding, roleRef, rules, fingerprint }, decided }) => ({
      subject,
      binding,
      role: roleRef,
      ...(rules !== undefined && { rules: compact(rules).map(ruleManifest) }),
      fingerprint,
      ...(decided !== undefined && {
        decision: decided.decision,
        note: decided.note,
        decidedBy: decided.by,
        decidedAt: timeOf(decided.at),
        snapshot: decided.snapshot,
      }),
    })),
    gone: progressOf(pass, evidence.grants).gone.map(({ id, decision, note, by, at, snapshot }) => ({
      id,
      decision,
      note,
      decidedBy: by,
      decidedAt: timeOf(at),
      snapshot,
    })),
  });
}

const heading = [
  'decision',
  'note',
  'decided_by',
  'decided_at',
  'subject_kind',
  'subject_namespace',
  'subject_name',
  'binding_kind',
  'binding_namespace',
  'binding_name',
  'role_kind',
  'role_name',
  'rules',
  'cluster',
  'server',
  'snapshot_sha256',
];

/** A line a grant (RFC 4180); an open one has no decision. */
export function evidenceCsv(evidence: Evidence): string {
  const { cluster, server } = evidence.pass;
  const lines = entriesOf(evidence).map(({ grant, decided }) =>
    csvLine([...decidedCells(decided), ...grantCells(grant), cluster, server, decided?.snapshot ?? '']),
  );
  return csvLine(heading) + lines.join('');
}

function decidedCells(decided: Decided | undefined): readonly string[] {
  if (decided === undefined) return ['', '', '', ''];
  return [decided.decision, decided.note, decided.by, timeOf(decided.at)];
}

function grantCells({ subject, binding, roleRef, rules }: SignOffGrant): readonly string[] {
  return [
    subject.kind,
    subject.kind === 'ServiceAccount' ? subject.namespace : '',
    subject.name,
    binding.kind,
    binding.namespace,
    binding.name,
    roleRef.kind,
    roleRef.name,
    rulesWords(rules),
  ];
}

function rulesWords(rules: SignOffGrant['rules']): string {
  return rules === undefined
    ? 'the role is not there or could not be read'
    : compact(rules).map(describeRule).join('; ');
}

/** A page for a ticket. */
export function evidenceMarkdown(evidence: Evidence): string {
  const { pass, gaps, writtenAt } = evidence;
  const entries = entriesOf(evidence);
  const { grants = 0, keep = 0, revoke = 0, ask = 0, open = 0 } = countsOf(entries);
  const where = pass.namespace === '' ? 'all namespaces' : `namespace ${pass.namespace}`;
  const facts = [
    `Cluster: ${pass.cluster}${pass.server === '' ? '' : `, ${pass.server}`}; ${where}${pass.hidesSystem ? ', without what Kubernetes brings' : ''}`,
    `Begun by ${nameWords(pass.startedBy)} at ${timeOf(pass.startedAt)}; written at ${timeOf(writtenAt)}`,
    `${grants} grants: ${keep} kept, ${revoke} to revoke, ${ask} to ask about, ${open} open`,
    ...pass.readings.map(
      ({ sha256, takenAt, file }) => `Snapshot of ${takenAt}, SHA-256 ${sha256}, in ${file}`,
    ),
    ...gaps.map((gap) => `Not seen: ${describeGap(gap)}`),
  ];
  const rows = entries.map(({ grant, decided }) => [
    decided?.decision ?? 'open',
    subjectWords(grant.subject),
    describeRef(grant.binding),
    `${grant.roleRef.kind} ${nameWords(grant.roleRef.name)}`,
    decided === undefined ? '' : `${nameWords(decided.by)}, ${timeOf(decided.at)}`,
    decided?.note ?? '',
  ]);
  const table = [
    ['Decision', 'Whom', 'Binding', 'Role', 'By', 'Note'],
    Array.from({ length: 6 }, () => '---'),
    ...rows,
  ];
  const lines = table.map(
    (row, index) => `| ${row.map(index === 1 ? String : markdownText).join(' | ')} |\n`,
  );
  return `# Access sign-off\n\n${facts.map((fact) => `- ${markdownText(fact)}\n`).join('')}\n${lines.join('')}`;
}
