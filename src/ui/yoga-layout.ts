// yoga-layout, as the build gives it to Ink: the package waits for its WebAssembly while it is imported, which a script
// (the release executable's form) cannot do. Here the same object is filled by whoever mounts, before Ink draws.

import { loadYoga, type Yoga } from 'yoga-layout/load';

const layout = {} as Yoga;

/** Resolves when Ink can lay out. Costs the start of a few hundredths of a second, once. */
export async function readyLayout(): Promise<void> {
  Object.assign(layout, await loadYoga());
}

export * from 'yoga-layout/load';
/** Empty before `readyLayout`. */
export default layout;
