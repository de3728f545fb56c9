/** How long to wait before the next attempt: a random time, within a bound that doubles. */

/** What held for so many milliseconds was no failure. */
const HELD = 10_000;

export interface Backoff {
  /** Milliseconds until the next attempt may be made. */
  wait(): number;
  /** An attempt failed, or what it gave at the time `since` has ended; where that held, `bound` is the wait's. */
  missed(since?: number, bound?: number): void;
  /** Whatever was the matter may be over: there is nothing to wait for. */
  reset(): void;
}

/** `random` gives numbers from 0 to 1; the bound is `first` milliseconds, then twice that, and so on, and never above `max`. */
export function createBackoff(random: () => number, first: number, max: number): Backoff {
  let attempts = 0;
  let until = 0;
  return {
    // No longer than the longest pause, even where the clock was set back meanwhile.
    wait: () => Math.min(until - Date.now(), max),
    missed(since = Date.now(), bound = first) {
      attempts = Date.now() - since < HELD ? attempts + 1 : 0;
      until = Date.now() + random() * Math.min(max, attempts ? first * 2 ** attempts : bound);
    },
    reset() {
      until = 0;
    },
  };
}
