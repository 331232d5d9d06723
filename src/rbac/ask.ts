// The order of steps of every question: which resource is meant, what has to be read for it, whether the namespace is
// there. Whom it is asked about, and what becomes of the answer, is the commands' business.

import { Failure } from '../failure.ts';
import { nearestName } from '../nearest-name.ts';
import { type Access, accessOf } from './access.ts';
import type { AccessSource, ReadWish } from './access-source.ts';
import { nameWords } from './access-words.ts';
import type { Discovery } from './discovery.ts';
import { isAboutUrl, type Question, type QuestionWords, resolveQuestion } from './question.ts';
import type { NamespaceWish } from './where-words.ts';

/** What was typed, against the source's resources. Fails as `resolveQuestion` does. */
export async function askedOf(
  source: AccessSource,
  words: QuestionWords,
  namespaces: NamespaceWish,
): Promise<Question> {
  const { namespace } = source;
  const resolve = (discovery: Discovery): Question =>
    resolveQuestion(words, { discovery, namespaces, namespace });
  if (isAboutUrl(words)) return resolve({ resources: [] });
  return resolve(await source.discovery((known) => isResolved(() => resolve(known))));
}

function isResolved(resolve: () => Question): boolean {
  try {
    resolve();
    return true;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

/** What is needed of it. Fails with `usage` for a namespace, named by a person, that the cluster does not have. */
export async function accessFor(
  source: AccessSource,
  needed: Pick<ReadWish, 'scope' | 'of'>,
  namespaces: NamespaceWish,
): Promise<Access> {
  const [snapshot] = await Promise.all([
    source.read({ ...needed, namespaces: false }),
    namespaces.kind === 'one' ? checkNamespace(source, namespaces.namespace) : undefined,
  ]);
  return accessOf(snapshot);
}

async function checkNamespace({ live, name }: AccessSource, namespace: string): Promise<void> {
  const others = await live?.namespacesUnless(namespace);
  if (others === undefined) return;
  const nearest = nearestName(namespace, others);
  throw new Failure('usage', `${name} has no namespace "${nameWords(namespace)}"`, {
    hint:
      nearest === undefined
        ? 'List them with "kubectl get namespaces".'
        : `Did you mean "${nameWords(nearest)}"?`,
  });
}
