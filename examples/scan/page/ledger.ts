/** Keeps the books of what arrives: from the numbers in the messages alone, it says whether all came, once and in order. */

export interface Numbered {
  /** 1 for the first, and one more for each. */
  readonly seq: number;
}

export interface Ledger {
  /** How many came, repeats included. */
  readonly received: number;
  /** The highest number that is known of. */
  readonly expected: number;
  /** Numbers below that which haven't come. */
  readonly missing: number;
  readonly duplicates: number;
  /** How many came after one with a higher number. */
  readonly disorder: number;
  add(item: Numbered): void;
  /** There are this many in all. */
  complete(count: number): void;
}

export function createLedger(): Ledger {
  const missing = new Set<number>();
  let received = 0;
  let expected = 0;
  let duplicates = 0;
  let disorder = 0;

  function expectUpTo(seq: number): void {
    for (let next = expected + 1; next <= seq; next++) missing.add(next);
    expected = Math.max(expected, seq);
  }

  return {
    get received() {
      return received;
    },
    get expected() {
      return expected;
    },
    get missing() {
      return missing.size;
    },
    get duplicates() {
      return duplicates;
    },
    get disorder() {
      return disorder;
    },
    add({ seq }) {
      received++;
      const isLate = seq <= expected;
      expectUpTo(seq);
      if (!missing.delete(seq)) duplicates++;
      else if (isLate) disorder++;
    },
    complete: expectUpTo,
  };
}
