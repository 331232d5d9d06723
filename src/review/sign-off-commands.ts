// The revocations of a sign-off as commands of kubectl for a shell. Each looks first whether the binding still is what
// was signed off, so that nothing is removed but what was marked.

import { withoutRisk } from '../json-document.ts';
import { subjectManifest } from '../rbac/manifest.ts';
import type { Binding, Snapshot } from '../rbac/snapshot.ts';
import { shellQuoted } from '../shell-quote.ts';
import type { SignOffGrant } from './sign-off.ts';
import { type TouchedBinding, touchedBindings } from './sign-off-bindings.ts';

/** Which cluster the commands are for. `context` '' is whatever kubectl takes by itself; `kubeconfig` is absolute. */
export type CommandsPlace = { readonly context: string; readonly kubeconfig: string | undefined };

/** A script. Its status is 1 where a command did not do its part. */
export function revokeCommands(
  revoked: readonly SignOffGrant[],
  snapshot: Snapshot,
  place: CommandsPlace,
): string {
  const lines = touchedBindings(revoked, snapshot).map((each) => commandFor(each, place));
  if (lines.length === 0) return '#!/bin/sh\n# A sign-off revoked nothing.\n';
  return `#!/bin/sh\n# What a sign-off revoked. Each command first tests that the binding is as it was then.\nset -u\nfailed=0\n${lines.join('\n')}\nexit $failed\n`;
}

function commandFor({ binding, removed, left }: TouchedBinding, place: CommandsPlace): string {
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
  // The last first: each removal moves those behind it.
  const removals = removed.map((index) => ({ op: 'remove', path: `/subjects/${index}` })).toReversed();
  const todo =
    left.length === 0
      ? `${patch(testsOf(binding))} && ${line(['delete', ...object])}`
      : patch([...testsOf(binding), ...removals]);
  return `${todo} || failed=1`;
}

function testsOf({ roleRef, subjects }: Binding): readonly object[] {
  return [
    { op: 'test', path: '/roleRef/kind', value: roleRef.kind },
    { op: 'test', path: '/roleRef/name', value: roleRef.name },
    { op: 'test', path: '/subjects', value: subjects.map(subjectManifest) },
  ];
}
