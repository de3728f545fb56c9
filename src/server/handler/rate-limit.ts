/** A token bucket per key: so many at once, so many per second from then on. */

export interface RateLimit {
  /**
   * Takes `count` from the bucket of `key`: 0 where it had them, else the milliseconds until it has, and nothing is
   * taken. More than a whole bucket can be had of a full one, which then owes the rest.
   */
  take(key: string, count: number): number;
  /** How many buckets aren't full. */
  readonly size: number;
}

interface Bucket {
  level: number;
  at: number;
}

/** Buckets are dropped when they are full again. Beyond so many, the one that was used longest ago goes before. */
const MAX_BUCKETS = 100_000;

/** A bucket holds `burst`, and gains `perSecond`. */
export function createRateLimit(perSecond: number, burst: number): RateLimit {
  // The one that was used longest ago stands first.
  const buckets = new Map<string, Bucket>();
  const levelOf = ({ level, at }: Bucket, now: number) =>
    // A clock that was set back gives nothing, and takes nothing.
    Math.min(burst, level + (Math.max(0, now - at) / 1000) * perSecond);

  function sweep(now: number): void {
    // Two for each that comes: so it shrinks again, and no call takes long.
    let left = 2;
    for (const [key, bucket] of buckets) {
      if (left-- === 0 || (levelOf(bucket, now) < burst && buckets.size < MAX_BUCKETS)) return;
      buckets.delete(key);
    }
  }

  return {
    take(key, count) {
      const now = Date.now();
      sweep(now);
      const bucket = buckets.get(key);
      const level = bucket ? levelOf(bucket, now) : burst;
      const missing = Math.min(count, burst) - level;
      if (missing > 0) return Math.ceil((missing / perSecond) * 1000);
      buckets.delete(key);
      buckets.set(key, { level: level - count, at: now });
      return 0;
    },
    get size() {
      return buckets.size;
    },
  };
}
