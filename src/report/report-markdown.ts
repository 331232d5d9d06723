// A review as Markdown, for a ticket or a pull request.

import { markdownText } from '../rbac/markdown-text.ts';
import type { Reviewed } from '../review/reviewed.ts';
import { reportNotes, tableRows } from './report-table.ts';

/** A heading, a table, and what it does not say by itself. */
export function reportMarkdown(reviewed: Reviewed): string {
  const { heading, rows } = tableRows(reviewed);
  const titles = heading.map((title) => title.charAt(0) + title.slice(1).toLowerCase());
  const cells = [titles, titles.map(() => '---'), ...rows.map((row) => row.map(markdownText))];
  const table = rows.length === 0 ? '' : cells.map((row) => `| ${row.join(' | ')} |\n`).join('');
  const notes = reportNotes(reviewed).map((note) => `- ${markdownText(note.trim())}\n`);
  const readAt = new Date(reviewed.readAt * 1000).toISOString();
  return `## Access review\n\nRead at ${readAt}.\n\n${table}${table === '' ? '' : '\n'}${notes.join('')}`;
}
