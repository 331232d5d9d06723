// Numbers that look random and are the same for the same seed: for generated data.

export type Random = {
  /** 0 ≤ n < below. */
  readonly below: (below: number) => number;
  readonly pick: <Value>(from: readonly Value[]) => Value;
  /** True in `percent` of a hundred cases. */
  readonly chance: (percent: number) => boolean;
};

/** mulberry32: 32 bits of state, fast, good enough for data. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    pick: (from) => {
      const found = from[below(from.length)];
      if (found === undefined) throw new RangeError('nothing to pick from');
      return found;
    },
    chance: (percent) => next() * 100 < percent,
  };
}
