// `who-can`: who may do something, each with the ways by which they may.

import type { Host } from '../host.ts';
import type { AccessSource } from '../rbac/access-source.ts';
import { accessFor, askedOf } from '../rbac/ask.ts';
import { parseQuestion, type Question, type QuestionWords } from '../rbac/question.ts';
import {
  type NamespaceWish,
  namespaceOptions,
  parseNamespaceWish,
  parseWhere,
  type Where,
  whereOptions,
} from '../rbac/where-words.ts';
import { type WhoCan, whoCan } from '../rbac/who-can.ts';
import { whoCanDocument, whoCanTable } from '../rbac/who-can-words.ts';
import { choiceOf, type TypedWords, textsOf } from '../typed-words.ts';

export const options = {
  ...namespaceOptions,
  output: {
    alias: 'o',
    type: 'string',
    completes: ['table', 'wide', 'json'],
    describe: 'table (default), wide (every binding and rule) or json',
  },
  ...whereOptions,
} as const;

export const positionals = [{ name: 'verb' }, { name: 'resource' }, { name: 'name' }] as const;

export type WhoCanRequest = {
  readonly question: QuestionWords;
  readonly namespaces: NamespaceWish;
  readonly where: Where;
  readonly output: 'table' | 'wide' | 'json';
};

/** Words → request. Fails with `usage`. */
export function parse(words: TypedWords): WhoCanRequest {
  const typed = ['verb', 'resource', 'name'].flatMap((word) => textsOf(words, word));
  return {
    question: parseQuestion(typed),
    namespaces: parseNamespaceWish(words),
    where: parseWhere(words),
    output: choiceOf(words, 'output', ['table', 'wide', 'json']),
  };
}

export type WhoCanDeps = { readonly open: (where: Where) => Promise<AccessSource> };
export type WhoCanOutcome = { readonly question: Question; readonly answer: WhoCan };

/** Reads what the question needs and answers it. Fails with `usage` for what the cluster does not have. */
export async function run(request: WhoCanRequest, deps: WhoCanDeps): Promise<WhoCanOutcome> {
  const source = await deps.open(request.where);
  const question = await askedOf(source, request.question, request.namespaces);
  const access = await accessFor(source, { scope: question.scope }, request.namespaces);
  return { question, answer: whoCan(access, question.asked, question.scope) };
}

/** A table, or `kind: WhoCan`. */
export function describe(
  { question, answer }: WhoCanOutcome,
  { output }: Pick<WhoCanRequest, 'output'>,
): string {
  return output === 'json' ? whoCanDocument(answer) : whoCanTable(answer, question, output);
}

/** The real parts. */
export async function realDeps(host: Host): Promise<WhoCanDeps> {
  const { openAccess } = await import('../edge/access/open-access.ts');
  return { open: (where) => openAccess(where, host) };
}
