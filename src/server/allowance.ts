/** Token buckets: so many at once, so many per second from then on. They need no timer. */

export class Allowance {
  readonly #perSecond: number;
  readonly #burst: number;
  #left: number;
  #filledAt = Date.now();

  /** Holds `burst`, and gains `perSecond`. */
  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#left = burst;
  }

  /**
   * Takes `count` where it has `least`: 0 where it had, else the milliseconds until it has, and nothing is taken. More than
   * it holds can be had of a whole one, which then owes the rest.
   */
  take(count = 1, least = count): number {
    this.#fill();
    const missing = Math.min(least, this.#burst) - this.#left;
    if (missing > 0) return Math.ceil((missing / this.#perSecond) * 1000);
    this.#left -= count;
    return 0;
  }

  /** Whether nothing is taken, so that a new one would be the same. */
  get isWhole(): boolean {
    this.#fill();
    return this.#left === this.#burst;
  }

  #fill(): void {
    const now = Date.now();
    // A clock that was set back gives nothing, and takes nothing.
    const passed = Math.max(0, now - this.#filledAt);
    this.#filledAt = now;
    this.#left = Math.min(this.#burst, this.#left + (passed * this.#perSecond) / 1000);
  }
}

/** They are dropped when they are whole again. Beyond so many, the one that was used longest ago goes before. */
const MAX_ALLOWANCES = 100_000;

/** An allowance for each key. */
export class Allowances {
  /** The one that was used longest ago stands first. */
  readonly #byKey = new Map<string, Allowance>();

  /** The one of a key. Made where there is none, with `perSecond` and `burst`. */
  of(key: string, perSecond: number, burst: number): Allowance {
    this.#sweep();
    const known = this.#byKey.get(key);
    if (known) this.#byKey.delete(key);
    const allowance = known ?? new Allowance(perSecond, burst);
    this.#byKey.set(key, allowance);
    return allowance;
  }

  /** How many are kept. */
  get size(): number {
    return this.#byKey.size;
  }

  /** Two for each that comes: so it shrinks again, and no call takes long. */
  #sweep(): void {
    let left = 2;
    for (const [key, allowance] of this.#byKey) {
      if (left-- === 0 || (!allowance.isWhole && this.#byKey.size < MAX_ALLOWANCES)) return;
      this.#byKey.delete(key);
    }
  }
}
