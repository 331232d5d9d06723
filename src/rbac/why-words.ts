// The answer of `why` for people and for scripts.

import { cleanText } from '../foreign-text.ts';
import { jsonDocument } from '../json-document.ts';
import {
  chainSteps,
  columns,
  danglingLines,
  gapLines,
  nameLines,
  nameWords,
  someOf,
  subjectWords,
} from './access-words.ts';
import { missingLines } from './can-words.ts';
import { deciderWords } from './forbidden-otherwise.ts';
import type { Granter, Granters } from './granters.ts';
import { ruleManifest } from './rule.ts';
import { anonymousUser, mastersGroup } from './subject.ts';
import {
  type Explained,
  type ExplainedAccess,
  type ExplainedEscalation,
  isAllowedNow,
  wantedRules,
} from './why.ts';
import { describeAttributes, describeRef, describeRule } from './words.ts';

const shown = 10;

/** Paragraphs, one a refusal; of many the first ten. */
export function whyText(explained: readonly Explained[]): string {
  const more = explained.length - shown;
  const paragraphs = explained.slice(0, shown).map((each) => linesOf(each).join('\n'));
  const rest = more > 0 ? [`… and ${more} more; -o json explains them all.`] : [];
  return `${[...paragraphs, ...rest].join('\n\n')}\n`;
}

function linesOf(explained: Explained): readonly string[] {
  switch (explained.kind) {
    case 'access':
      return isAllowedNow(explained) ? allowedLines(explained) : refusedLines(explained);
    case 'escalation':
      return escalationLines(explained);
    case 'otherwise':
      return [`Not RBAC: ${cleanText(explained.message, 600)}`, `  ${deciderWords[explained.by]}`];
  }
}

function allowedLines({ whom, refused, verdict }: ExplainedAccess): readonly string[] {
  const what = describeAttributes(refused.asked);
  const steps =
    verdict.by?.kind === 'chain'
      ? chainSteps(verdict.by.chain).map(
          (step, index) => `${'  '.repeat(index)}${index === 0 ? '' : '└ '}${step}`,
        )
      : [];
  return [`${whom.title} may ${what} by now: try again.`, ...steps.map((step) => `  ${step}`)];
}

function refusedLines(explained: ExplainedAccess): readonly string[] {
  const { whom, refused, missing, verdict } = explained;
  const lead = `${whom.title} may not ${describeAttributes(refused.asked)}.`;
  if (refused.user === anonymousUser) {
    return [lead, '  Nobody was signed in: the request carried no login. Sign in with "kubectl oidc login".'];
  }
  return [
    lead,
    ...(refused.reason === '' ? [] : [`The server added: ${cleanText(refused.reason, 300)}`]),
    ...missingLines(missing),
    ...granterLines(explained.granters),
    ...askingLines(explained),
    ...nameLines(refused.asked),
    ...danglingLines(verdict.dangling),
    ...doubtLines(explained),
  ].map((line, index) => (index === 0 ? line : `  ${line}`));
}

function askingLines({ command, ownGroups }: ExplainedAccess): readonly string[] {
  if (command === undefined) {
    return [
      'There is no "kubectl oidc grant" to ask for: it gives nothing to names of Kubernetes itself, and no "*".',
    ];
  }
  const instead =
    ownGroups.length === 0
      ? []
      : [
          `For a group that you are in instead of you alone: --group (${someOf(ownGroups.map(nameWords), 3)}).`,
        ];
  return [`Ask for: ${command}`, ...instead];
}

function doubtLines({ groups, server, verdict, whom }: ExplainedAccess): readonly string[] {
  const disagree =
    server !== undefined && !server.allowed && verdict.allowed
      ? ['RBAC as it was read allows this, and the server still says no: another authorizer refuses it.']
      : [];
  return [
    ...disagree,
    ...(groups === 'known'
      ? []
      : [`The message does not say in which groups ${whom.title} is; --as-group adds one that you know of.`]),
    ...(verdict.complete || server !== undefined
      ? []
      : [
          'Whether it is allowed by now is not certain: not all could be read.',
          ...indented(gapLines(verdict.gaps)),
        ]),
  ];
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

function escalationLines(explained: ExplainedEscalation): readonly string[] {
  const { refused, namespace } = explained;
  const where = namespace === '' ? 'for the whole cluster' : `in namespace ${nameWords(namespace)}`;
  const what = [refused.resource, refused.name === '' ? '' : `"${nameWords(refused.name)}"`].join(' ').trim();
  return [
    `User ${nameWords(refused.user)} may write ${what || 'roles or bindings'}, but not hand out what they do not hold ${where}.`,
    'They would have to hold this, or be allowed to "bind" that role (to "escalate", for a role):',
    ...indented(refused.rules.map((rule) => describeRule(rule))),
    ...granterLines(explained.granters),
    ...(namespace === '' ? [] : ['The message does not name the namespace; -n says another.']),
  ].map((line, index) => (index === 0 ? line : `  ${line}`));
}

const shownGranters = 6;

function granterLines({ granters, complete, gaps }: Granters): readonly string[] {
  const doubts = complete ? [] : ['Not all could be read:', ...indented(gapLines(gaps))];
  const always = `Members of the group ${mastersGroup} could, as always.`;
  if (granters.length === 0) {
    const lead = complete
      ? 'Nobody whom a binding names could grant it.'
      : 'Nobody was found who could grant it.';
    return [lead, always, ...doubts];
  }
  const rows = granters
    .slice(0, shownGranters)
    .map((each) => [subjectWords(each.subject), throughWords(each)]);
  const more = granters.length - rows.length;
  return [
    complete ? 'Could grant it:' : 'Could grant it, at least:',
    ...indented(columns(rows).trimEnd().split('\n')),
    ...(more > 0 ? [`  … and ${more} more; -o json lists them`] : []),
    always,
    ...doubts,
  ];
}

function throughWords({ through, role }: Granter): string {
  const [first] = through;
  const way = first === undefined ? '' : `${describeRef(first.binding)} → ${describeRef(first.role)}`;
  return role === undefined ? way : `${way}, by binding ${describeRef(role)}`;
}

/** `kind: Refusals`. */
export function whyDocument(explained: readonly Explained[]): string {
  const complete = explained.every((each) => each.kind === 'otherwise' || each.granters.complete);
  return jsonDocument('Refusals', { complete, refusals: explained.map(fieldsOf) });
}

function fieldsOf(explained: Explained): object {
  if (explained.kind === 'otherwise') return explained;
  const { granters } = explained;
  const common = {
    rules: wantedRules(explained).map(ruleManifest),
    granters: granters.granters.map(({ subject, through, role }) => ({
      ...subject,
      through: through.map(({ binding, role: by }) => ({ binding, role: by })),
      ...(role !== undefined && { binds: role }),
    })),
    ...(!granters.complete && { gaps: granters.gaps }),
  };
  if (explained.kind === 'escalation') {
    const { refused, namespace } = explained;
    const { user, groups, resource, name } = refused;
    return { kind: 'escalation', user, groups, resource, name, namespace, ...common };
  }
  const { whom, refused, missing, command, verdict, groups } = explained;
  const { kind: _, ...request } = refused.asked;
  return {
    kind: 'access',
    subject: whom.identity,
    groups,
    request,
    ...(refused.reason !== '' && { reason: refused.reason }),
    allowedNow: isAllowedNow(explained),
    ...(verdict.by?.kind === 'chain' && {
      chain: { ...verdict.by.chain, rule: ruleManifest(verdict.by.chain.rule) },
    }),
    namespace: missing.namespace,
    roles: missing.roles,
    ...common,
    ...(command !== undefined && { grant: command }),
  };
}
