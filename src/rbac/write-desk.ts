// What a command that writes access needs of a cluster, as a value that it can be handed.

import type { Scene } from './grant-scene.ts';
import type { PlaceWish } from './grant-wishes.ts';
import type { Attributes } from './rule.ts';
import type { AnyStep } from './write-steps.ts';

export type WriteDesk = {
  /** The end of a sentence: `the cluster of context "prod"`. */
  readonly name: string;
  /** Reads everything that a plan about these places rests on. Fails with `forbidden` where that may not be read. */
  readonly read: (place: PlaceWish) => Promise<Scene>;
  /** What the authorizers say for the caller, those beside RBAC included. */
  readonly mayI: (asked: Attributes) => Promise<boolean>;
  readonly write: (step: AnyStep) => Promise<'done' | 'lost-race'>;
};
