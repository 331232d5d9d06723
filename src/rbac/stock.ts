// What a Kubernetes version brings by itself: for manifests without a cluster. The data beside is written by
// scripts/stock.ts from a real API server.

import { isFields } from '../json-fields.ts';
import type { Discovery } from './discovery.ts';
import { apiResourceIn } from './discovery-read.ts';
import { objectsIn, textIn } from './raw.ts';
import data from './stock-v1.36.json' with { type: 'json' };

export type Stock = {
  /** `v1.36.3` */
  readonly kubernetesVersion: string;
  readonly discovery: Discovery;
  /** Bootstrap roles and bindings as API objects: `snapshotOfObjects` takes them, before those of manifests. */
  readonly objects: readonly unknown[];
};

/** The one version that comes with this program. */
export function stock(): Stock {
  const read: unknown = data;
  const { kubernetesVersion, resources, objects } = isFields(read) ? read : {};
  return {
    kubernetesVersion: textIn(kubernetesVersion),
    discovery: { resources: objectsIn(resources).flatMap((each) => apiResourceIn(each) ?? []) },
    objects: objectsIn(objects),
  };
}
