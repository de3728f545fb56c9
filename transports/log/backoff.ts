/** Waiting before the next attempt, longer each time, so that a broker that comes back isn't overrun. */

const FIRST = 100;
const LONGEST = 5_000;

export class Backoff {
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wake: (() => void) | undefined;

  /** Whether it isn't the first failure in a row. */
  get isLasting(): boolean {
    return this.#attempt > 0;
  }

  get waiting(): boolean {
    return this.#wake !== undefined;
  }

  /** Resolves after 50 to 100 ms, after twice that the next time, up to 5 s; or at once when it is woken. */
  wait(): Promise<void> {
    const most = Math.min(FIRST * 2 ** this.#attempt++, LONGEST);
    return new Promise((resolve) => {
      this.#wake = resolve;
      // At random, so that servers that lost a broker together don't ask again together.
      this.#timer = setTimeout(() => this.wake(), most * (0.5 + Math.random() / 2));
    });
  }

  /** Ends the waiting. */
  wake(): void {
    clearTimeout(this.#timer);
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  /** An attempt went well: the next failure is a first one. */
  reset(): void {
    this.#attempt = 0;
  }
}
