// Label selectors as kubectl's --selector has them: `team=shop,env!=prod,tier in (web,api),!legacy`.

import { Failure } from '../failure.ts';
import { cleanText } from '../foreign-text.ts';
import type { LabelSelector } from './labels.ts';

type Requirement = LabelSelector[number];

/** The requirements, all of which must be met. Fails with `usage`; a selector of nothing is none. */
export function parseSelector(typed: string): LabelSelector {
  const parts = typed.split(/,(?![^(]*\))/).map((each) => each.trim());
  return parts.map((part) => requirementIn(part) ?? unreadable(typed));
}

const key = '[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?';
const value = '([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?';

function requirementIn(part: string): Requirement | undefined {
  const compared = new RegExp(`^(?<key>${key})\\s*(?<sign>==?|!=)\\s*(?<value>${value})$`).exec(part)?.groups;
  if (compared !== undefined) {
    const operator = compared.sign === '!=' ? 'NotIn' : 'In';
    return { key: compared.key ?? '', operator, values: [compared.value ?? ''] };
  }
  const listed = new RegExp(`^(?<key>${key})\\s+(?<word>in|notin)\\s+\\((?<values>[^()]+)\\)$`).exec(
    part,
  )?.groups;
  if (listed !== undefined) {
    const values = (listed.values ?? '').split(',').map((each) => each.trim());
    const operator = listed.word === 'in' ? 'In' : 'NotIn';
    return values.every((each) => new RegExp(`^${value}$`).test(each))
      ? { key: listed.key ?? '', operator, values }
      : undefined;
  }
  const there = new RegExp(`^(?<not>!)?\\s*(?<key>${key})$`).exec(part)?.groups;
  if (there === undefined) return undefined;
  return { key: there.key ?? '', operator: there.not === undefined ? 'Exists' : 'DoesNotExist', values: [] };
}

function unreadable(typed: string): never {
  throw new Failure('usage', `the selector "${cleanText(typed, 120)}" cannot be read`, {
    hint: 'Write it as for kubectl: team=shop, env!=prod, tier in (web,api), !legacy, joined by commas.',
  });
}
