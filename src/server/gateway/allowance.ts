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

  /** Takes one, if there is one. */
  take(): boolean {
    const now = Date.now();
    // A clock that was set back gives nothing, and takes nothing.
    const passed = Math.max(0, now - this.#filledAt);
    this.#filledAt = now;
    this.#left = Math.min(this.#burst, this.#left + (passed * this.#perSecond) / 1000);
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}
