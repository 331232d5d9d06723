// A grant as a person reads it: before it is written, and after.

import { cleanText } from '../foreign-text.ts';
import { describeTime } from '../moments.ts';
import { flagWords, shellQuoted } from '../shell-quote.ts';
import type { GrantPlan } from './grant-plan.ts';
import { grantHead, outlivingWords, rulesGranted, rulesOfPlans, stepWords } from './grant-words.ts';
import { expiryOf } from './managed.ts';
import { placed } from './places.ts';
import { presets } from './presets.ts';
import type { Wanted } from './wanted-grants.ts';
import type { AnyStep } from './write-steps.ts';

type GoodPlan = Exclude<GrantPlan, { kind: 'refused' }>;

type Shown = { readonly wanted: Wanted; readonly plans: readonly GoodPlan[]; readonly now: number };

/** Who may what, where, until when; then each write in a line. */
export function planText({ wanted, plans, cluster, now }: Shown & { readonly cluster: string }): string {
  const steps = plans.flatMap((plan) => plan.steps);
  const todo =
    steps.length === 0
      ? ['Nothing to do: all of it is there.']
      : [`In ${cluster} this would`, ...steps.map((step) => `  ${stepWords(step)}`)];
  return [...body({ wanted, plans, now }), ...todo].join('\n');
}

/** What holds now, through which binding, and how it is taken back. */
export function grantedText({
  wanted,
  plans,
  steps,
  now,
}: Shown & { readonly steps: readonly AnyStep[] }): string {
  const head = steps.length === 0 ? ['Nothing to do: this was granted before.'] : [];
  const [only] = plans;
  const through =
    only !== undefined && plans.length === 1
      ? [`Through ${placed(only.binding, only.binding.namespace)}.`]
      : [`Through ${plans.length} bindings, one a namespace.`];
  return `${[...head, ...body({ wanted, plans, now }), ...through, `Taken back by: ${revokeCommand({ wanted, plans })}`].join('\n')}\n`;
}

function body({ wanted, plans, now }: Shown): readonly string[] {
  const [first] = plans;
  const notes = plans.flatMap(({ notes: each }) => each);
  return [
    grantHead(wanted.known, wanted.grants),
    ...rulesGranted(first?.role).map((each) => `  ${each}`),
    ...endWords(plans, now),
    ...warningWords(wanted),
    ...[...new Set(notes)],
  ];
}

function endWords(plans: readonly GoodPlan[], now: number): readonly string[] {
  const [first] = plans;
  const expiry = first === undefined ? undefined : expiryOf(first.binding);
  if (expiry?.kind !== 'at') return [];
  const outliving = outlivingWords(rulesOfPlans(plans));
  return [
    `Until ${describeTime(expiry.at, now)}; "kubectl oidc prune" removes it then.`,
    ...(outliving === undefined ? [] : [outliving]),
  ];
}

function warningWords({ grants }: Wanted): readonly string[] {
  const role = grants[0]?.role;
  const preset = role?.kind === 'own' ? presets.find(({ name }) => name === role.preset) : undefined;
  return preset === undefined || preset.warning === '' ? [] : [`Mind: ${preset.warning}`];
}

/** What takes this back, for a POSIX shell. */
export function revokeCommand({ wanted, plans }: Pick<Shown, 'wanted' | 'plans'>): string {
  const { subject } = wanted.known;
  const prefixFlag = subject.kind === 'Group' ? '--groups-prefix=' : '--username-prefix=';
  const who =
    subject.kind === 'ServiceAccount'
      ? ['--serviceaccount', `${subject.namespace}/${subject.name}`]
      : [
          ...flagWords(`--${subject.kind.toLowerCase()}`, subject.name),
          ...(wanted.known.applied.from === 'flag' ? [prefixFlag] : []),
        ];
  const [first = ''] = wanted.places;
  const where = first === '' ? ['--cluster'] : ['-n', wanted.places.join(',')];
  const ref = plans[0]?.binding.roleRef;
  const role = ref === undefined ? [] : flagWords(`--${ref.kind.toLowerCase()}`, ref.name);
  const words = ['kubectl', 'oidc', 'revoke', ...who, ...where, ...role];
  return words.map((word) => shellQuoted(cleanText(word, 2000))).join(' ');
}
