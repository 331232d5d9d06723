// The command that would give somebody what they may not do, ready to be typed.

import { cleanText } from '../foreign-text.ts';
import { shellQuoted } from '../shell-quote.ts';
import { resourceName } from './discovery.ts';
import type { Attributes } from './rule.ts';
import type { Subject } from './subject.ts';

/** undefined where `grant` would refuse it: names of Kubernetes itself, wildcards, lists with a name. */
export function grantCommand(subject: Subject, asked: Attributes): string | undefined {
  const words = [...subjectFlags(subject), ...askedFlags(asked)];
  const isFit =
    !subject.name.startsWith('system:') &&
    words.every((word) => !word.includes('*') && cleanText(word) === word) &&
    !(asked.kind === 'resource' && asked.name !== '' && /^(list|watch|deletecollection)$/.test(asked.verb));
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
  const { verb, name, namespace } = asked;
  return [
    ...(namespace === '' ? ['--cluster'] : ['-n', namespace]),
    ...['--verb', verb, '--resource', resourceName(asked)],
    ...(name === '' ? [] : ['--name', name]),
  ];
}
