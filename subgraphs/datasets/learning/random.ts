/** Returns the next pseudo-random number, from 0 (inclusive) to 1 (exclusive). */
export type Random = () => number;

/** Returns a generator whose numbers depend on the seed alone, on every machine: mulberry32 by Tommy Ettinger. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Shuffles the values in place (Fisher-Yates) and returns them. */
export function shuffle(values: Uint32Array, random: Random): Uint32Array {
  for (let last = values.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [values[last], values[other]] = [values[other]!, values[last]!];
  }
  return values;
}
