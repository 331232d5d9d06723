// What the objects of a grant are called: predictable, valid everywhere, and told apart where short forms would meet.

import type { Rule } from './rule.ts';
import { formatSubject, type Subject } from './subject.ts';

const longest = 40;

/** The role for rules that no preset names: `get-list-pods-services-1x8kq2p`; the same rules, the same name. */
export function ruleSetName(rules: readonly Rule[]): string {
  const sorted = rules
    .map(({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }) =>
      [verbs, [...resources, ...nonResourceURLs], apiGroups, resourceNames].map((each) => each.toSorted()),
    )
    .toSorted((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
  const words = [sorted[0]?.[0] ?? [], ...sorted.map(([, resources = []]) => resources)].flat();
  return `${slug(words.join(' '))}-${digest(JSON.stringify(sorted))}`;
}

/** What a binding may be called, best first: as the preset says, with the subject, with the subject told apart. */
export function bindingNames(base: string | undefined, role: string, subject: Subject): readonly string[] {
  const stem = slug(base ?? role);
  const who = slug(subject.kind === 'ServiceAccount' ? `${subject.namespace} ${subject.name}` : subject.name);
  const apart = digest(`${role} ${formatSubject(subject)}`);
  return [...(base === undefined ? [] : [stem]), `${stem}-${who}`, `${stem}-${who}-${apart}`];
}

/** Lower-case letters, digits and single dashes, the first 40 of them; `x` where nothing is left. */
export function slug(text: string): string {
  const kept = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, longest)
    .replaceAll(/^-+|-+$/g, '');
  return kept === '' ? 'x' : kept;
}

/** 53 bits as letters (cyrb53): tells names apart; whoever forges one meets the refusal of a taken name. */
export function digest(text: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    high = Math.imul(high ^ code, 2_654_435_761);
    low = Math.imul(low ^ code, 1_597_334_677);
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
  return (4_294_967_296 * (2_097_151 & low) + (high >>> 0)).toString(36).padStart(11, '0').slice(-8);
}
