// Permissions gained and lost, for people, for pull requests and for scripts.

import { jsonDocument } from '../json-document.ts';
import { counted } from '../number-words.ts';
import { gapLines, nameWords, someOf, subjectWords } from './access-words.ts';
import type { BindingRef } from './chain.ts';
import { markdownText } from './markdown-text.ts';
import type { PermissionChange, PermissionDiff } from './permission-diff.ts';
import { type Rule, ruleManifest } from './rule.ts';
import { describeRef, describeRule } from './words.ts';

type Line = { readonly sign: '+' | '-'; readonly rule: Rule; readonly by: readonly BindingRef[] };

function linesOf({ gained, gainedBy, lost, lostBy }: PermissionChange): readonly Line[] {
  return [
    ...gained.map((rule) => ({ sign: '+', rule, by: gainedBy }) as const),
    ...lost.map((rule) => ({ sign: '-', rule, by: lostBy }) as const),
  ];
}

function placeWords({ namespace }: PermissionChange): string {
  return namespace === '' ? 'everywhere' : `in namespace ${nameWords(namespace)}`;
}

const shownBindings = 2;

function byWords(by: readonly BindingRef[]): string {
  return someOf(by.map(describeRef), shownBindings);
}

/** A block a subject, `+` before what is gained and `-` before what is lost. */
export function diffText(diff: PermissionDiff): string {
  const blocks = diff.subjects.map(({ subject, changes }) => {
    const places = changes.map(
      (change) =>
        `  ${placeWords(change)}\n${linesOf(change)
          .map(({ sign, rule, by }) => `    ${sign} ${describeRule(rule)}  (${byWords(by)})\n`)
          .join('')}`,
    );
    return `${subjectWords(subject)}\n${places.join('')}`;
  });
  return [...blocks, ...gapText(diff), `${summary(diff)}\n`].join('\n');
}

function gapText({ complete, gaps }: PermissionDiff): readonly string[] {
  if (complete) return [];
  const lines = gapLines(gaps).map((line) => `  ${line}\n`);
  return [`Not all could be read, so a difference may be missing, or be none:\n${lines.join('')}`];
}

function summary({ subjects, complete }: PermissionDiff): string {
  if (subjects.length === 0)
    return `Nobody gains or loses anything${complete ? '' : ' by what could be read'}.`;
  const lines = subjects.flatMap(({ changes }) => changes.flatMap(linesOf));
  const gained = lines.filter(({ sign }) => sign === '+').length;
  const lost = lines.length - gained;
  return `${counted(subjects.length, 'subject')}: ${counted(gained, 'rule')} gained, ${counted(lost, 'rule')} lost.`;
}

/** A table for a pull request. */
export function diffMarkdown(diff: PermissionDiff): string {
  const rows = diff.subjects.flatMap(({ subject, changes }) =>
    changes.flatMap((change) =>
      linesOf(change).map(({ sign, rule, by }) =>
        [
          subjectWords(subject),
          placeWords(change),
          sign === '+' ? 'gains' : 'loses',
          describeRule(rule),
          byWords(by),
        ].map(markdownText),
      ),
    ),
  );
  const head = [
    ['Who', 'Where', '', 'What', 'Through'],
    ['---', '---', '---', '---', '---'],
  ];
  const table = rows.length === 0 ? '' : [...head, ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('');
  const gaps = gapText(diff).map((text) => `\n> ${markdownText(text.trim()).replaceAll('\n', '\n> ')}\n`);
  return `**Access:** ${summary(diff)}\n${table === '' ? '' : `\n${table}`}${gaps.join('')}`;
}

/** `kind: AccessDiff`. */
export function diffDocument({ subjects, complete, gaps }: PermissionDiff): string {
  return jsonDocument('AccessDiff', {
    complete,
    ...(!complete && { gaps }),
    subjects: subjects.map(({ subject, changes }) => ({
      ...subject,
      changes: changes.map(({ namespace, gained, gainedBy, lost, lostBy }) => ({
        namespace,
        gained: gained.map(ruleManifest),
        gainedBy,
        lost: lost.map(ruleManifest),
        lostBy,
      })),
    })),
  });
}
