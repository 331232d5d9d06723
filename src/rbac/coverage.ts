// How far an answer can be trusted: what was not read, and what decides beside RBAC, as far as it could change it.

import type { Gap, Snapshot } from './snapshot.ts';

/** What is true of every answer. */
export type Coverage = {
  /** Whether nothing that was not read, and no authorizer beside RBAC, could change it. */
  readonly complete: boolean;
  /** What could. */
  readonly gaps: readonly Gap[];
};

/** Of a yes: rules only ever add, so nothing that was not read takes it back. */
export const certain: Coverage = { complete: true, gaps: [] };

/** What could change an answer about these scopes; 'all' for every namespace. */
export function coverageOf({ gaps }: Snapshot, namespaces: readonly string[] | 'all'): Coverage {
  const relevant = gaps.filter(
    ({ what, namespace }) =>
      what !== 'namespaces' &&
      what !== 'discovery' &&
      (what === 'authorizers' || what.startsWith('cluster') || touches(namespace, namespaces)),
  );
  return { complete: relevant.length === 0, gaps: relevant };
}

/** A gap in all namespaces touches whoever looks at one. */
function touches(namespace: string, namespaces: readonly string[] | 'all'): boolean {
  if (namespaces === 'all') return true;
  return namespace === '' ? namespaces.some((each) => each !== '') : namespaces.includes(namespace);
}
