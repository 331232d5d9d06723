// The evidence of a sign-off, for whoever audits it: who decided what, when, on which reading of which cluster.

import { cleanText } from '../foreign-text.ts';
import { jsonDocument } from '../json-document.ts';
import { compact } from '../rbac/covers.ts';
import { csvLine } from '../rbac/csv-text.ts';
import { ruleManifest } from '../rbac/rule.ts';
import type { Gap } from '../rbac/snapshot.ts';
import { describeGap, describeRule } from '../rbac/words.ts';
import { type Decided, decisions, progressOf, type SignOff, type SignOffGrant } from './sign-off.ts';

/** A pass, beside the grants as they were read last and what could not be read. */
export type Evidence = {
  readonly pass: SignOff;
  readonly grants: readonly SignOffGrant[];
  readonly gaps: readonly Gap[];
  readonly writtenAt: number;
};

type Entry = { readonly grant: SignOffGrant; readonly decided: Decided | undefined };

/** Each grant with the decision on it that holds. */
export function entriesOf({ pass, grants }: Evidence): readonly Entry[] {
  const { holding } = progressOf(pass, grants);
  return grants.map((grant) => ({ grant, decided: holding.get(grant.id) }));
}

/** How many there are, of each decision, and `open`. */
export function countsOf(entries: readonly Entry[]): Readonly<Record<string, number>> {
  const count = (decision: string | undefined): number =>
    entries.filter(({ decided }) => decided?.decision === decision).length;
  return {
    grants: entries.length,
    ...Object.fromEntries(decisions.map((each) => [each, count(each)])),
    open: count(undefined),
  };
}

/** Whether nothing is open, and nothing was not read. */
export function isWhole({ gaps }: Evidence, open: number | undefined): boolean {
  return open === 0 && gaps.length === 0;
}

/** RFC 3339, of epoch seconds. */
export function timeOf(at: number): string {
  return new Date(at * 1000).toISOString();
}

/** `kind: AccessSignOffEvidence`. */
export function evidenceJson(evidence: Evidence): string {
  const { pass, gaps, writtenAt } = evidence;
  const entries = entriesOf(evidence);
  const counts = countsOf(entries);
  return jsonDocument('AccessSignOffEvidence', {
    complete: isWhole(evidence, counts.open),
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
    gone: goneFrom(evidence).map(({ id, decision, note, by, at, snapshot }) => ({
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

/**
 * A line a grant (RFC 4180); an open one has no decision. What was decided and is `gone` by now, and what was `not-read`,
 * have lines of their own, told by their note.
 */
export function evidenceCsv(evidence: Evidence): string {
  const { cluster, server } = evidence.pass;
  const lines = entriesOf(evidence).map(({ grant, decided }) =>
    csvLine([...decidedCells(decided), ...grantCells(grant), cluster, server, decided?.snapshot ?? '']),
  );
  const besides = (cells: readonly string[], snapshot: string): string =>
    csvLine([...cells, ...emptyGrant, cluster, server, snapshot]);
  const gone = goneFrom(evidence).map((decided) =>
    besides(['gone', goneWords(decided), decided.by, timeOf(decided.at)], decided.snapshot),
  );
  const notRead = evidence.gaps.map((gap) => besides(['not-read', describeGap(gap), '', ''], ''));
  return [csvLine(heading), ...lines, ...gone, ...notRead].join('');
}

const emptyGrant = Array.from({ length: 9 }, () => '');

/** What was decided on grants that are not there any more. */
export function goneFrom({ pass, grants }: Evidence): readonly Decided[] {
  return progressOf(pass, grants).gone;
}

/** `revoke: RoleBinding shop/devs user:bob: left the team`. */
export function goneWords({ id, decision, note }: Decided): string {
  return `${decision}: ${cleanText(id)}${note === '' ? '' : `: ${note}`}`;
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
