// The command that would give somebody what they may not do, ready to be typed.

import { cleanText } from '../foreign-text.ts';
import { flagWords, shellQuoted } from '../shell-quote.ts';
import { resourceName } from './discovery.ts';
import type { Attributes } from './rule.ts';
import type { Subject } from './subject.ts';
import { collectionVerbs } from './verbs.ts';

/**
 * undefined where `grant` would refuse it, or read another thing: names of Kubernetes itself, wildcards, characters that a
 * terminal obeys, and a comma, which separates values, in what an error names.
 */
export function grantCommand(subject: Subject, asked: Attributes): string | undefined {
  const words = [...subjectFlags(subject), ...askedFlags(asked)];
  const isFit =
    !subject.name.startsWith('system:') &&
    words.every((word) => !word.includes('*') && cleanText(word) === word) &&
    !askedFlags(asked).some((word) => word.includes(','));
  return isFit ? ['kubectl oidc grant', ...words.map(shellQuoted)].join(' ') : undefined;
}

function subjectFlags(subject: Subject): readonly string[] {
  switch (subject.kind) {
    case 'Group':
      return flagWords('--group', subject.name);
    case 'User':
      return flagWords('--user', subject.name);
    case 'ServiceAccount':
      return flagWords('--serviceaccount', `${subject.namespace}/${subject.name}`);
  }
}

function askedFlags(asked: Attributes): readonly string[] {
  if (asked.kind === 'non-resource')
    return ['--cluster', ...flagWords('--verb', asked.verb), '--resource', asked.path];
  const { verb, namespace } = asked;
  // A POST carries no name (requestinfo.go), whatever the error calls the object.
  const name = verb === 'create' && asked.subresource === '' ? '' : asked.name;
  return [
    ...(namespace === '' ? ['--cluster'] : flagWords('-n', namespace)),
    ...flagWords('--verb', verb),
    ...flagWords('--resource', resourceName(asked)),
    ...(name === '' ? [] : flagWords('--name', name)),
    ...(name !== '' && collectionVerbs.includes(verb) ? ['--names-with-list'] : []),
  ];
}
