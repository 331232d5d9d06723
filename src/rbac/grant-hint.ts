// The command that would give somebody what they may not do, ready to be typed.

import { cleanText } from '../foreign-text.ts';
import { shellQuoted } from '../shell-quote.ts';
import { resourceName } from './discovery.ts';
import type { Attributes } from './rule.ts';
import type { Subject } from './subject.ts';
import { collectionVerbs } from './verbs.ts';

/** undefined where `grant` would refuse it: names of Kubernetes itself, wildcards, characters that a terminal obeys. */
export function grantCommand(subject: Subject, asked: Attributes): string | undefined {
  const words = [...subjectFlags(subject), ...askedFlags(asked)];
  const isFit =
    !subject.name.startsWith('system:') &&
    words.every((word) => !word.includes('*') && cleanText(word) === word);
  return isFit ? ['kubectl oidc grant', ...words.map(shellQuoted)].join(' ') : undefined;
}

function subjectFlags(subject: Subject): readonly string[] {
  switch (subject.kind) {
    case 'Group':
      return ['--group', subject.name];
    case 'User':
      return ['--user', subject.name];
    case 'ServiceAccount':
      return ['--serviceaccount', `${subject.namespace}/${subject.name}`];
  }
}

function askedFlags(asked: Attributes): readonly string[] {
  if (asked.kind === 'non-resource') return ['--cluster', '--verb', asked.verb, '--resource', asked.path];
  const { verb, namespace } = asked;
  // A POST carries no name (requestinfo.go), whatever the error calls the object.
  const name = verb === 'create' && asked.subresource === '' ? '' : asked.name;
  return [
    ...(namespace === '' ? ['--cluster'] : ['-n', namespace]),
    ...['--verb', verb, '--resource', resourceName(asked)],
    ...(name === '' ? [] : ['--name', name]),
    ...(name !== '' && collectionVerbs.includes(verb) ? ['--names-with-list'] : []),
  ];
}
