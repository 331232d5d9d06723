// The evidence of a sign-off as a page for people.

import { cleanText } from '../foreign-text.ts';
import { counted } from '../number-words.ts';
import { nameWords, subjectWords } from '../rbac/access-words.ts';
import { markdownText } from '../rbac/markdown-text.ts';
import { describeGap, describeRef } from '../rbac/words.ts';
import {
  countsOf,
  type Evidence,
  entriesOf,
  goneFrom,
  goneWords,
  isWhole,
  timeOf,
} from './sign-off-evidence.ts';

const longestNote = 1000;

/** A page for a ticket. */
export function evidenceMarkdown(evidence: Evidence): string {
  const { pass, gaps, writtenAt } = evidence;
  const entries = entriesOf(evidence);
  const { grants = 0, keep = 0, revoke = 0, ask = 0, open = 0 } = countsOf(entries);
  const where = pass.namespace === '' ? 'all namespaces' : `namespace ${pass.namespace}`;
  const facts = [
    `Cluster: ${pass.cluster}${pass.server === '' ? '' : `, ${pass.server}`}; ${where}${pass.hidesSystem ? ', without what Kubernetes brings' : ''}`,
    `Begun by ${nameWords(pass.startedBy)} at ${timeOf(pass.startedAt)}; written at ${timeOf(writtenAt)}`,
    isWhole(evidence, open)
      ? 'Complete: every grant is decided, and everything was read'
      : 'Not complete: grants are open, or not everything could be read',
    `${counted(grants, 'grant')}: ${keep} kept, ${revoke} to revoke, ${ask} to ask about, ${open} open`,
    ...pass.readings.map(
      ({ sha256, takenAt, file }) => `Snapshot of ${takenAt}, SHA-256 ${sha256}, in ${file}`,
    ),
    ...gaps.map((gap) => `Not seen: ${describeGap(gap)}`),
    ...goneFrom(evidence).map(
      (each) => `Gone since it was decided: ${goneWords(each)} (${nameWords(each.by)}, ${timeOf(each.at)})`,
    ),
  ];
  const rows = entries.map(({ grant, decided }) => [
    decided?.decision ?? 'open',
    subjectWords(grant.subject),
    describeRef(grant.binding),
    `${grant.roleRef.kind} ${nameWords(grant.roleRef.name)}`,
    decided === undefined ? '' : `${nameWords(decided.by)}, ${timeOf(decided.at)}`,
    cleanText(decided?.note ?? '', longestNote),
  ]);
  const table = [
    ['Decision', 'Whom', 'Binding', 'Role', 'By', 'Note'],
    Array.from({ length: 6 }, () => '---'),
    ...rows,
  ];
  const lines = table.map(
    (row, index) => `| ${row.map(index === 1 ? String : markdownText).join(' | ')} |\n`,
  );
  return `# Access sign-off\n\n${facts.map((fact) => `- ${markdownText(cleanText(fact, longestNote))}\n`).join('')}\n${lines.join('')}`;
}
