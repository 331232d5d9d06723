// What a screen needs of the world, as functions that it is given.

import type { LiveEvent } from '../rbac/object-change.ts';
import type { Snapshot } from '../rbac/snapshot.ts';
import type { Subject } from '../rbac/subject.ts';
import type { View } from '../review/view.ts';

export type Size = { readonly columns: number; readonly rows: number };

/** The terminal: keys as text, and its size. Each `on…` returns what ends it. */
export type KeyTerminal = {
  readonly size: () => Size;
  readonly onText: (take: (text: string) => void) => () => void;
  readonly onResize: (take: (size: Size) => void) => () => void;
  /** Called when nothing of what was drawn is on the screen any more. */
  readonly onEmpty: (take: () => void) => () => void;
  /** Empties the screen, for what drew over it. */
  readonly wipe: () => void;
  /** Back to the shell for a while, which returns to where the person was; undefined where shells have no jobs. */
  readonly suspend: (() => void) | undefined;
};

/** What comes while the screen is open. */
export type FeedEvent =
  | LiveEvent
  /** It does not change: manifests, a saved snapshot. */
  | { readonly kind: 'static' };

export type Feed = { readonly reread: () => void; readonly stop: () => void };

/** Whom a plan is shown to, and who agrees to it. */
export type PlanPerson = {
  readonly say: (line: string) => void;
  readonly ask: (question: string) => Promise<'yes' | 'no' | 'nobody'>;
};

export type ReviewParts = {
  /** The end of a sentence: `the cluster of context "prod"`. */
  readonly name: string;
  /** What is seen first, of whom; undefined: of everybody. */
  readonly view: View;
  readonly whom: Subject | undefined;
  readonly color: boolean;
  readonly spoken: boolean;
  readonly terminal: KeyTerminal;
  readonly open: (take: (event: FeedEvent) => void) => Feed;
  /** Runs the command with these words; undefined where there is no cluster. Resolves with what it prints. */
  readonly plan:
    | ((verb: 'grant' | 'revoke', line: string, person: PlanPerson) => Promise<string>)
    | undefined;
  /** What was gained and lost from the snapshot in that file to this one, as text. */
  readonly diff: (path: string, now: Snapshot) => Promise<string>;
  /** An error as the line that a person reads. */
  readonly describe: (error: unknown) => string;
};
