// The results of `check`: what did not hold, with the chain that allowed it; everything as JSON or JUnit.

import { cleanText } from '../foreign-text.ts';
import { jsonDocument } from '../json-document.ts';
import { counted } from '../number-words.ts';
import { chainSteps, columns, gapLines, nameWords, serverReason, unrealNote } from './access-words.ts';
import type { Check, CheckResult } from './checks.ts';
import { ruleManifest } from './rule.ts';
import type { Gap } from './snapshot.ts';
import { mastersGroup } from './subject.ts';
import { describeAttributes } from './words.ts';

/** `place`: the file, and the line where that is known. */
export type PlacedResult = CheckResult & { readonly place: string };

const shownNames = 3;

function who({ identity: { user, groups } }: Check): string {
  const own = groups.filter((group) => !group.startsWith('system:'));
  const named = own.slice(0, shownNames).map((group) => `group ${nameWords(group)}`);
  const more = own.length > shownNames ? [`${own.length - shownNames} more groups`] : [];
  return [...(user === '' ? [] : [nameWords(user)]), ...named, ...more].join(', ') || 'somebody';
}

/** `oidc:ann, group oidc:devs get pods in namespace shop`. */
function titleOf(check: Check): string {
  return check.description === ''
    ? `${who(check)}: ${describeAttributes(check.asked)}`
    : cleanText(check.description, 120);
}

/** What was expected and did not hold; `wide`: every check. */
export function checksText(results: readonly PlacedResult[], form: 'table' | 'wide'): string {
  const failed = results.filter(({ result }) => result === 'fail');
  const unsure = results.filter(({ result }) => result === 'unsure');
  const table =
    form === 'wide' ? [columns([['RESULT', 'EXPECTED', 'CHECK', 'PLACE'], ...results.map(rowOf)])] : [];
  const parts = [
    ...table,
    ...failed.map(failureText),
    ...unsure.map(
      ({ place, check }) => `${place}: ${titleOf(check)}\n  is not allowed by what could be read\n`,
    ),
    ...(unsure.length === 0 ? [] : [`Not all could be read:\n${gapsOf(unsure)}`]),
    ...unrealText(results),
    summary(results.length, failed.length, unsure.length),
  ];
  return parts.join('\n');
}

function rowOf({ check, result, place }: PlacedResult): readonly string[] {
  return [result, check.expect, titleOf(check), place];
}

function failureText({ place, check, verdict }: PlacedResult): string {
  const head = `${place}: ${titleOf(check)}\n  expected ${check.expect}, but it is ${verdict.allowed ? 'allowed' : 'denied'}\n`;
  if (verdict.by?.kind === 'masters')
    return `${head}    Group ${mastersGroup}: let pass before RBAC is asked\n`;
  if (verdict.by === undefined) return head;
  const steps = chainSteps(verdict.by.chain);
  return `${head}${steps.map((step, index) => `    ${index === 0 ? '' : `${'  '.repeat(index - 1)}└ `}${step}\n`).join('')}`;
}

function gapsOf(results: readonly PlacedResult[]): string {
  const gaps = new Map<string, Gap>();
  for (const { verdict } of results) for (const gap of verdict.gaps) gaps.set(JSON.stringify(gap), gap);
  return gapLines([...gaps.values()])
    .map((line) => `  ${line}\n`)
    .join('');
}

/** A check of what can't be asked holds or not for no reason that matters. */
function unrealText(results: readonly PlacedResult[]): readonly string[] {
  const unreal = results.filter(({ verdict }) => verdict.unreal !== undefined);
  const lines = unreal
    .slice(0, shownNames)
    .map(
      ({ place, check, verdict }) =>
        `${place}: ${titleOf(check)}\n  ${unrealNote(verdict.unreal ?? 'unknown-resource')}\n`,
    );
  const more = unreal.length - shownNames;
  return more > 0 ? [...lines, `… and ${more} more such checks.\n`] : lines;
}

function summary(total: number, failed: number, unsure: number): string {
  const checks = counted(total, 'check');
  if (failed + unsure === 0) return `${checks}: all as expected.\n`;
  const parts = [
    ...(failed > 0 ? [`${failed} not as expected`] : []),
    ...(unsure > 0 ? [`${unsure} not certain`] : []),
  ];
  return `${checks}: ${parts.join(', ')}.\n`;
}

/** `kind: AccessCheckResults`. */
export function checksDocument(results: readonly PlacedResult[]): string {
  const count = (wanted: CheckResult['result']): number =>
    results.filter(({ result }) => result === wanted).length;
  return jsonDocument('AccessCheckResults', {
    complete: results.every(({ verdict }) => verdict.complete),
    checks: results.length,
    failed: count('fail'),
    unsure: count('unsure'),
    results: results.map(resultValue),
  });
}

function resultValue({ check, verdict, result, place }: PlacedResult): object {
  const { kind: _, ...request } = check.asked;
  const chain = verdict.by?.kind === 'chain' ? verdict.by.chain : undefined;
  return {
    place,
    ...(check.description !== '' && { description: check.description }),
    subject: check.identity,
    request,
    expect: check.expect,
    allowed: verdict.allowed,
    result,
    reason: verdict.by?.kind === 'masters' ? mastersGroup : chain === undefined ? '' : serverReason(chain),
    ...(chain && result === 'fail' && { chain: { ...chain, rule: ruleManifest(chain.rule) } }),
    ...(verdict.unreal && { unreal: verdict.unreal }),
  };
}

/** JUnit's XML, as CI systems show it: a test case a check. */
export function checksJunit(results: readonly PlacedResult[]): string {
  const failures = results.filter(({ result }) => result !== 'pass');
  const cases = results.map((each) => {
    const open = `    <testcase classname="${xml(each.place)}" name="${xml(titleOf(each.check))}"`;
    if (each.result === 'pass') return `${open}/>`;
    const text = each.result === 'fail' ? failureText(each) : 'not all could be read';
    const message = `expected ${each.check.expect}`;
    return `${open}><failure message="${xml(message)}">${xml(text)}</failure></testcase>`;
  });
  const counts = `tests="${results.length}" failures="${failures.length}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="access" ${counts}>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function xml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
