/** A token bucket: what may be done per second, with a burst. It needs no timer. */
export class Allowance {
  readonly #perSecond: number;
  readonly #burst: number;
  #left: number;
  #filledAt = Date.now();

  /** `atOnce` where that is more than a second's. */
  constructor(perSecond: number, atOnce: number) {
    this.#perSecond = perSecond;
    this.#burst = Math.max(perSecond, atOnce);
    this.#left = this.#burst;
  }

  /** Takes one, if there are `least`. */
  take(least = 1): boolean {
    this.#fill();
    if (this.#left < least) return false;
    this.#left--;
    return true;
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
