// The revocations of a sign-off as commands of kubectl for a shell. Each looks first whether the binding still is what
// was signed off, so that nothing is removed but what was marked.

import { withoutRisk } from '../json-document.ts';
import { subjectManifest } from '../rbac/manifest.ts';
import type { Binding, Snapshot } from '../rbac/snapshot.ts';
import { formatSubject, type Subject } from '../rbac/subject.ts';
import { shellQuoted } from '../shell-quote.ts';
import type { SignOffGrant } from './sign-off.ts';

/** Which cluster the commands are for. `context` '' is whatever kubectl takes by itself; `kubeconfig` is absolute. */
export type CommandsPlace = { readonly context: string; readonly kubeconfig: string | undefined };

/** A script. Its status is 1 where a command did not do its part. */
export function revokeCommands(
  revoked: readonly SignOffGrant[],
  snapshot: Snapshot,
  place: CommandsPlace,
): string {
  const byBinding = Map.groupBy(
    revoked,
    ({ binding: { kind, namespace, name } }) => `${kind} ${namespace}/${name}`,
  );
  const lines = [...snapshot.clusterRoleBindings, ...snapshot.roleBindings].flatMap((binding) => {
    const { kind, namespace, name } = binding;
    const marked = byBinding.get(`${kind} ${namespace}/${name}`) ?? [];
    return marked.length === 0 ? [] : commandsFor(binding, marked, place);
  });
  if (lines.length === 0) return '#!/bin/sh\n# A sign-off revoked nothing.\n';
  return `#!/bin/sh\n# What a sign-off revoked. Each command first tests that the binding is as it was then.\nset -u\nfailed=0\n${lines.join('\n')}\nexit $failed\n`;
}

function commandsFor(
  binding: Binding,
  marked: readonly SignOffGrant[],
  place: CommandsPlace,
): readonly string[] {
  const names = new Set(marked.map(({ subject }) => formatSubject(subject)));
  const { context, kubeconfig } = place;
  const kubectl = [
    'kubectl',
    ...(kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`]),
    ...(context === '' ? [] : [`--context=${context}`]),
  ];
  // With its kind before it a name that begins with "-" is no flag.
  const object = [
    `${binding.kind.toLowerCase()}/${binding.name}`,
    ...(binding.namespace === '' ? [] : ['-n', binding.namespace]),
  ];
  const line = (words: readonly string[]): string => [...kubectl, ...words].map(shellQuoted).join(' ');
  const patch = (operations: readonly object[]): string =>
    line(['patch', ...object, '--type=json', '-p', withoutRisk(JSON.stringify(operations))]);
  const isWhole = binding.subjects.every((each) => names.has(formatSubject(each)));
  const todo = isWhole
    ? `${patch(testsOf(binding))} && ${line(['delete', ...object])}`
    : patch([...testsOf(binding), ...removalsOf(binding.subjects, names)]);
  return [`${todo} || failed=1`];
}

function testsOf({ roleRef, subjects }: Binding): readonly object[] {
  return [
    { op: 'test', path: '/roleRef/kind', value: roleRef.kind },
    { op: 'test', path: '/roleRef/name', value: roleRef.name },
    { op: 'test', path: '/subjects', value: subjects.map(subjectManifest) },
  ];
}

/** The last first: each removal moves those behind it. */
function removalsOf(subjects: readonly Subject[], names: ReadonlySet<string>): readonly object[] {
  return subjects
    .flatMap((each, index) =>
      names.has(formatSubject(each)) ? [{ op: 'remove', path: `/subjects/${index}` }] : [],
    )
    .toReversed();
}
