// A saved cluster with more people than anybody looks through: what the keys of the screen are measured on.

import { writeFile } from 'node:fs/promises';
import type { Snapshot } from '../../src/rbac/snapshot.ts';
import { formatSnapshot } from '../../src/rbac/snapshot-file.ts';
import { rbacData, sizeB } from '../parts/rbac-data.ts';
import { generatedSnapshot } from '../parts/rbac-snapshot.ts';

/** Writes it as `--save-snapshot` would: B, and 50,000 users besides. */
export async function writeCrowd(path: string): Promise<void> {
  const text = formatSnapshot({
    takenAt: '2026-01-01T00:00:00Z',
    server: 'https://example.com',
    kubernetesVersion: 'v1.36.3',
    namespace: 'default',
    snapshot: crowded(),
  });
  await writeFile(path, text);
}

function crowded(): Snapshot {
  const base = generatedSnapshot(rbacData(sizeB, 1));
  const [first] = base.roleBindings;
  if (first === undefined) throw new Error('the generated cluster has no binding');
  const crowd = Array.from({ length: 50_000 }, (_, index) => ({
    ...first,
    name: `crowd-${index}`,
    subjects: [{ kind: 'User', name: `oidc:somebody-${index}@example.com` } as const],
  }));
  return { ...base, roleBindings: [...base.roleBindings, ...crowd] };
}
