// `why`: a Forbidden error of kubectl, pasted or piped: what is missing, who could grant it, and what to ask them for.

import { Failure } from '../failure.ts';
import type { Host } from '../host.ts';
import type { AccessSource } from '../rbac/access-source.ts';
import { accessFor } from '../rbac/ask.ts';
import { isUnauthenticated, type Refused, refusalsIn } from '../rbac/forbidden-message.ts';
import {
  type NamespaceWish,
  namespaceOptions,
  parseNamespaceWish,
  parseWhere,
  type Where,
  whereOptions,
} from '../rbac/where-words.ts';
import { type Explained, explain, scopeOf } from '../rbac/why.ts';
import { whyDocument, whyText } from '../rbac/why-words.ts';
import { choiceOf, type TypedWords, textOf, textsOf } from '../typed-words.ts';

export const options = {
  namespace: {
    ...namespaceOptions.namespace,
    describe: "of a role or binding that was refused (default: the context's)",
  },
  output: { alias: 'o', type: 'string', completes: ['text', 'json'], describe: 'text (default) or json' },
  ...whereOptions,
  'as-group': {
    type: 'string',
    describe: 'group that the refused are in besides, or with --as: to act as; several times',
  },
} as const;

export const positionals = [{ name: 'message', many: true }] as const;

export type WhyRequest = {
  /** What was typed; '' where it is to be read from stdin. */
  readonly message: string;
  readonly groups: readonly string[];
  readonly namespaces: NamespaceWish;
  readonly where: Where;
  readonly output: 'text' | 'json';
};

/** Words → request. Fails with `usage`. */
export function parse(words: TypedWords): WhyRequest {
  const isActing = textOf(words, 'as') !== undefined;
  const where = parseWhere(isActing ? words : { ...words, 'as-group': undefined });
  const message = textsOf(words, 'message').join(' ');
  if (message === '' && where.kind === 'manifests' && where.paths.includes('-')) {
    throw new Failure('usage', 'stdin cannot be both the message and the manifests', {
      hint: 'Give the message as a word, in quotes.',
    });
  }
  return {
    message,
    groups: isActing ? [] : textsOf(words, 'as-group'),
    namespaces: parseNamespaceWish(words),
    where,
    output: choiceOf(words, 'output', ['text', 'json']),
  };
}

export type WhyDeps = {
  readonly open: (where: Where) => Promise<AccessSource>;
  /** What is piped or pasted. Fails with `usage`, `cancelled`. */
  readonly readMessage: () => Promise<string>;
};

/** Fails with `usage` where the text holds no Forbidden error, `sign-in-required` where it tells of a 401. */
export async function run(request: WhyRequest, deps: WhyDeps): Promise<readonly Explained[]> {
  const refused = insistOnRefusals(request.message === '' ? await deps.readMessage() : request.message);
  const source = await deps.open(request.where);
  const { namespaces } = request;
  const namespace = namespaces.kind === 'one' ? namespaces.namespace : source.namespace;
  const [me, access] = await Promise.all([
    source.live?.whoAmI(),
    accessFor(source, { scope: scopeOf(refused, namespace) }, { kind: 'default' }),
  ]);
  const asking = { me, groups: request.groups, live: source.live, namespace };
  return Promise.all(refused.map((each) => explain(each, access, asking)));
}

function insistOnRefusals(text: string): readonly Refused[] {
  const refused = refusalsIn(text);
  if (refused.length > 0) return refused;
  if (isUnauthenticated(text)) {
    throw new Failure(
      'sign-in-required',
      'the server did not accept the login (401), so it never looked at access',
      {
        hint: 'Sign in with "kubectl oidc login"; "kubectl oidc status" shows what is stored.',
      },
    );
  }
  throw new Failure('usage', 'there is no Forbidden error in that text', {
    hint: 'Paste the line of kubectl in single quotes, or pipe it: kubectl … 2>&1 | kubectl oidc why',
  });
}

/** Text, or `kind: Refusals`. */
export function describe(explained: readonly Explained[], { output }: Pick<WhyRequest, 'output'>): string {
  return output === 'json' ? whyDocument(explained) : whyText(explained);
}

/** The real parts. */
export async function realDeps(host: Host): Promise<WhyDeps> {
  const { openAccess } = await import('../edge/access/open-access.ts');
  const { pastedText } = await import('../edge/person/pasted-text.ts');
  return { open: (where) => openAccess(where, host), readMessage: () => pastedText(host) };
}
