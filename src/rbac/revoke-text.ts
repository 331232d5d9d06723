// A revocation as a person reads it: before it is written, and after.

import { cleanText } from '../foreign-text.ts';
import { subjectWords } from './access-words.ts';
import type { KnownSubject } from './grant-scene.ts';
import { outlivingWords, placesWords, placeWords, prefixWords, stepWords } from './grant-words.ts';
import { type RemainingWay, remainingWords } from './remaining-access.ts';
import type { RevokePlan } from './revoke-plan.ts';
import type { Rule } from './rule.ts';
import { describeRule } from './words.ts';
import type { AnyStep } from './write-steps.ts';

/** What is left in one place of what was taken there. */
export type LeftAccess = {
  readonly namespace: string;
  readonly ways: readonly RemainingWay[];
  readonly taken: readonly Rule[];
};

type Shown = {
  readonly known: KnownSubject;
  readonly places: readonly string[];
  readonly plans: readonly RevokePlan[];
  readonly steps: readonly AnyStep[];
  readonly left: readonly LeftAccess[];
};

/** What would be removed, what stays, and what access is left. */
export function revokePlanText({ cluster, ...shown }: Shown & { readonly cluster: string }): string {
  const todo =
    shown.steps.length === 0
      ? nothing(shown)
      : [`In ${cluster} this would`, ...shown.steps.map((step) => `  ${stepWords(step)}`)];
  return [...head(shown), ...todo, ...rest(shown)].join('\n');
}

/** What was done; the plan's words on what is left hold still. */
export function revokedText(shown: Shown): string {
  const done = shown.steps.length === 0 ? nothing(shown) : takenLines(shown);
  return `${[...head(shown), ...done, ...rest(shown)].join('\n')}\n`;
}

function head({ known, places }: Shown): readonly string[] {
  const prefix = prefixWords(known);
  return [`${subjectWords(known.subject)}${prefix === '' ? '' : ` (${prefix})`} in ${placesWords(places)}:`];
}

const fewRules = 3;
const shownRules = 8;

/** Few in a line, many below each other. */
function takenLines({ left }: Shown): readonly string[] {
  const rules = [...new Set(left.flatMap(({ taken }) => taken.map(describeRule)))];
  if (rules.length === 0) return ['Revoked: a role that nothing referred to.'];
  if (rules.length <= fewRules) return [`Revoked: ${rules.join('; ')}.`];
  const hidden = rules.length - shownRules;
  return [
    'Revoked:',
    ...rules.slice(0, shownRules).map((rule) => `  ${rule}`),
    ...(hidden > 0 ? [`  and ${hidden} more rules`] : []),
  ];
}

function nothing({ plans }: Shown): readonly string[] {
  const foreign = plans.flatMap((plan) => plan.foreign).length;
  return foreign === 0
    ? ['Nothing to do: kubectl-oidc granted nothing like that there.']
    : ['Nothing was done: what is there was not granted by kubectl-oidc.'];
}

function rest({ plans, left, known }: Shown): readonly string[] {
  const foreign = plans.flatMap((plan) => plan.foreign);
  const names = foreign.slice(0, 5).map(({ kind, name }) => `${kind} "${cleanText(name, 80)}"`);
  const more = foreign.length > 5 ? ` and ${foreign.length - 5} more` : '';
  const ways = left.flatMap(({ namespace, ways: those }) =>
    those.map((way) => `Still allowed in ${placeWords(namespace)}: ${remainingWords(way)}.`),
  );
  const outliving = outlivingWords(left.flatMap(({ taken }) => taken));
  return [
    ...(foreign.length === 0
      ? []
      : [
          `Others made ${names.join(', ')}${more}: --adopt takes ${subjectWords(known.subject)} out there too.`,
        ]),
    ...ways.slice(0, 10),
    ...(ways.length > 10 ? [`And ${ways.length - 10} more ways.`] : []),
    ...(known.subject.kind === 'User' && left.some(({ taken }) => taken.length > 0)
      ? ['What the groups of this user give is not looked at here.']
      : []),
    ...(outliving === undefined ? [] : [outliving]),
  ];
}
