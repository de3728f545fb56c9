/** Removes what isn't kept any more, every now and then. */
import { textOf } from "./answers.js";
import type { Run } from "./database.js";
import type { Settings } from "./options.js";
import { call } from "./sql.js";

/** Rows removed in one statement: few enough that a publisher who waits for one doesn't notice. */
const BATCH = 1_000;

/** Milliseconds for which a channel without messages and keys is remembered, at least. */
const IDLE = 3_600_000;

export class Retention {
  readonly #run: Run;
  readonly #sql: string;
  readonly #interval: number | false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;
  /** Hears of a sweep that failed. */
  failed: (error: unknown) => void = () => {};

  constructor(run: Run, schema: string, { count, age, keyWindow, retention }: Settings) {
    this.#run = run;
    const args = [count, age, keyWindow, Math.max(IDLE, keyWindow), BATCH];
    this.#sql = `SELECT ${call(`${schema}.trim`, args)}::text`;
    this.#interval = retention;
  }

  /** Begins, if it hasn't. */
  start(): void {
    if (this.#timer !== undefined || this.#isOver || this.#interval === false) return;
    // At random, so that servers which started together don't all come at once.
    const delay = Math.min(this.#interval * (0.5 + Math.random()), 2 ** 31 - 1);
    this.#timer = setTimeout(() => void this.#again(), delay);
    // Outside Node a timer is a number, and keeps nothing running.
    if (typeof this.#timer === "object") this.#timer.unref?.();
  }

  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  async #again(): Promise<void> {
    try {
      await this.sweep();
    } catch (error) {
      // Nothing is lost by removing it later; but where that never works, the disk fills up.
      if (!this.#isOver) this.failed(error);
    }
    this.#timer = undefined;
    this.start();
  }

  /** Removes all that is to be removed, unless another server is at it. */
  async sweep(): Promise<void> {
    let done = 1;
    while (done > 0 && !this.#isOver) done = Number(textOf((await this.#run(this.#sql))[0], 0));
  }
}
