// `can`: whether somebody may do something, with the whole way from the person to the rule; without a question,
// everything they may do.

import { Failure } from '../failure.ts';
import type { Host } from '../host.ts';
import { mappedClaims } from '../oidc/seen-by-cluster.ts';
import type { Access } from '../rbac/access.ts';
import type { AccessSource } from '../rbac/access-source.ts';
import { subjectWords } from '../rbac/access-words.ts';
import { accessFor, askedOf } from '../rbac/ask.ts';
import { type CanOutcome, disagree, type EverythingOutcome, isAllowed, verdictOn } from '../rbac/can.ts';
import { verdictDocument, verdictText } from '../rbac/can-words.ts';
import { claimedWhom } from '../rbac/claimed-whom.ts';
import { effectiveAccess } from '../rbac/effective-access.ts';
import { everythingDocument, everythingText } from '../rbac/everything-words.ts';
import { parseQuestion, type QuestionWords } from '../rbac/question.ts';
import type { Identity } from '../rbac/subject.ts';
import {
  type NamespaceWish,
  namespaceOptions,
  parseNamespaceWish,
  parseWhere,
  type Where,
  whereOptions,
} from '../rbac/where-words.ts';
import type { Scope } from '../rbac/who-can.ts';
import {
  parseWhom,
  unboundNote,
  type Whom,
  type WhomWords,
  whomNamed,
  whomOf,
  whomOptions,
} from '../rbac/whom.ts';
import { choiceOf, type TypedWords, textsOf } from '../typed-words.ts';

export const options = {
  ...namespaceOptions,
  verify: { type: 'boolean', describe: 'ask the API server too (SubjectAccessReview), and compare' },
  ...whomOptions,
  output: { alias: 'o', type: 'string', completes: ['text', 'json'], describe: 'text (default) or json' },
  ...whereOptions,
  'as-group': {
    type: 'string',
    describe: 'group that the subject is in besides, or with --as: to act as; several times',
  },
} as const;

export const positionals = [
  { name: 'subject' },
  { name: 'verb' },
  { name: 'resource' },
  { name: 'name' },
] as const;

export type CanRequest = {
  readonly whom: WhomWords;
  /** undefined: everything. */
  readonly question: QuestionWords | undefined;
  readonly namespaces: NamespaceWish;
  readonly where: Where;
  readonly verify: boolean;
  readonly output: 'text' | 'json';
};

/** Words → request. Fails with `usage`. */
export function parse(words: TypedWords): CanRequest {
  const typed = [...textsOf(words, 'subject'), ...textsOf(words, 'question')];
  const { whom, question } = parseWhom(words, typed);
  // Groups of the subject are nobody to act as.
  const where = parseWhere(words.as === undefined ? { ...words, 'as-group': undefined } : words);
  const request = {
    whom,
    question: question.length === 0 ? undefined : parseQuestion(question),
    namespaces: parseNamespaceWish(words),
    where,
    verify: words.verify === true,
    output: choiceOf(words, 'output', ['text', 'json']),
  };
  refuseOffline(request);
  return request;
}

function refuseOffline({ whom, where, verify, question }: CanRequest): void {
  if (verify && question === undefined)
    throw new Failure('usage', '--verify is for a question', { hint: 'Add VERB RESOURCE.' });
  if (where.kind === 'live') return;
  if (whom.kind === 'me')
    throw new Failure('usage', 'who "me" is, only a cluster knows', {
      hint: 'Name a user:NAME or group:NAME.',
    });
  if (verify) throw new Failure('usage', '--verify asks a cluster', { hint: 'Leave -f and --snapshot out.' });
}

export type CanDeps = {
  readonly open: (where: Where) => Promise<AccessSource>;
  /** The claims of an ID token, or of a JSON file. Fails with `usage`, `file`. */
  readonly readClaims: (file: {
    readonly kind: 'token' | 'claims';
    readonly path: string;
  }) => Promise<Readonly<Record<string, unknown>>>;
};

/** Reads what the question needs and answers it. Fails with `usage` for what the cluster does not have. */
export async function run(request: CanRequest, deps: CanDeps): Promise<CanOutcome> {
  const { namespaces, verify } = request;
  const source = await deps.open(request.where);
  if (request.question === undefined) return everything(request, source, deps);
  const question = await askedOf(source, request.question, namespaces);
  const access = await accessFor(source, { scope: question.scope }, namespaces);
  const whom = await whomFor(request.whom, { source, access, scope: question.scope }, deps);
  const isMe = request.whom.kind === 'me';
  return verdictOn({ access, whom, question }, { live: source.live, isMe, verify });
}

async function everything(
  { namespaces, whom }: CanRequest,
  source: AccessSource,
  deps: CanDeps,
): Promise<CanOutcome> {
  const namespace = namespaces.kind === 'one' ? namespaces.namespace : undefined;
  const scope =
    namespace === undefined ? ({ kind: 'all' } as const) : ({ kind: 'namespace', namespace } as const);
  const of = await identityKnown(whom, source);
  const access = await accessFor(source, { scope, ...(of && { of }) }, namespaces);
  const found = await whomFor(whom, { source, access, scope, ...(of && { known: of }) }, deps);
  const effective = effectiveAccess(access, found.identity, namespace);
  const isUncertain = whom.kind === 'me' && !effective.complete && !effective.master;
  const server = isUncertain ? await serversRules(source, namespace ?? source.namespace) : undefined;
  return { kind: 'everything', whom: found, access: effective, namespace, server };
}

/** Before anything is read: whom claims mean is told by bindings. */
async function identityKnown(whom: WhomWords, { live }: AccessSource): Promise<Identity | undefined> {
  if (whom.kind === 'named') return whomNamed('', whom.subject, whom.groups).identity;
  return whom.kind === 'me' ? live?.whoAmI() : undefined;
}

async function serversRules({ live }: AccessSource, namespace: string): Promise<EverythingOutcome['server']> {
  return live && { namespace, rules: await live.ownRules(namespace) };
}

type Around = {
  readonly source: AccessSource;
  readonly access: Access;
  readonly scope: Scope;
  /** As `identityKnown` found it, where that was asked before. */
  readonly known?: Identity;
};

async function whomFor(
  words: WhomWords,
  { source, access, scope, known }: Around,
  deps: CanDeps,
): Promise<Whom> {
  if (words.kind === 'me') {
    const identity = known ?? (await source.live?.whoAmI());
    if (identity === undefined) throw new TypeError('"me" was asked about offline');
    return whomOf(`${subjectWords({ kind: 'User', name: identity.user })} (you)`, identity);
  }
  if (words.kind === 'named') {
    const { subject, groups } = words;
    const whom = whomNamed(subjectWords(subject), subject, groups);
    return { ...whom, notes: unboundNote(access, subject, scope) };
  }
  const claims = await deps.readClaims(words);
  const bare = { ...words.mapping, usernamePrefix: '', groupsPrefix: '' };
  return claimedWhom(words, { ...mappedClaims(bare, claims), claims: Object.keys(claims) }, access.snapshot);
}

/** Text for people; `kind: AccessVerdict` or `kind: EffectiveAccess` for scripts. */
export function describe(outcome: CanOutcome, { output }: Pick<CanRequest, 'output'>): string {
  if (outcome.kind === 'everything')
    return output === 'json' ? everythingDocument(outcome) : everythingText(outcome);
  return output === 'json' ? verdictDocument(outcome) : verdictText(outcome);
}

/** Fails with `no`, without another word, where the answer is no, and with `conflict` where the server disagrees. */
export function insistOnYes(outcome: CanOutcome): void {
  if (outcome.kind === 'everything') return;
  if (disagree(outcome)) {
    throw new Failure('conflict', 'the API server and the RBAC that was read here disagree', {
      hint: 'Ask again: it may have been changed meanwhile. Otherwise another authorizer decides beside RBAC.',
    });
  }
  if (!isAllowed(outcome)) throw new Failure('no', '');
}

/** The real parts. */
export async function realDeps(host: Host): Promise<CanDeps> {
  const { openAccess } = await import('../edge/access/open-access.ts');
  const { readClaims } = await import('../edge/access/claims-file.ts');
  return { open: (where) => openAccess(where, host), readClaims: async (file) => readClaims(file) };
}
