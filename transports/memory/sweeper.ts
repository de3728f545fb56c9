/** Setting a timer for longer makes Node fire it at once. */
const MAX_DELAY = 2 ** 31 - 1;

/** Milliseconds that a timer comes late, so that one sweep takes all that expired meanwhile. */
const SLACK = 1_000;

/**
 * One timer for everything that expires. Readers drop what has expired before they look, so the timer only frees memory
 * when nobody comes by; it doesn't keep the process running.
 */
export class Sweeper {
  readonly #sweep: (now: number) => number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #due = Number.POSITIVE_INFINITY;

  /** `sweep` drops what has expired and says when there will be more to drop; `Infinity` for never. */
  constructor(sweep: (now: number) => number) {
    this.#sweep = sweep;
  }

  get waiting(): boolean {
    return this.#timer !== undefined;
  }

  /** Makes sure that it sweeps soon after that time. */
  wakeAt(due: number): void {
    if (due >= this.#due) return;
    this.stop();
    this.#due = due;
    this.#timer = setTimeout(
      () => {
        this.stop();
        this.wakeAt(this.#sweep(performance.now()));
      },
      Math.min(due - performance.now() + SLACK, MAX_DELAY),
    );
    // Outside Node a timer is a number, and keeps nothing running.
    if (typeof this.#timer === "object") this.#timer.unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#due = Number.POSITIVE_INFINITY;
  }
}
