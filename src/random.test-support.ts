/** A seeded source of chance, so that a test that fails fails again. */
export interface Random {
  /** An integer, 0 or more and below `limit`. */
  below(limit: number): number;
  pick<T>(items: readonly T[]): T;
  /** So many items, each made by `make`. */
  list<T>(length: number, make: () => T): T[];
}

/** The generator mulberry32. */
export function seeded(seed: number): Random {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    pick: <T>(items: readonly T[]) => items[below(items.length)] as T,
    list: (length, make) => Array.from({ length }, make),
  };
}
