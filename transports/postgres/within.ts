/** Waiting for an answer, but not for ever. */
import { noAnswer } from "./failures.js";

/** Something that is waited for. */
interface Wait {
  readonly due: number;
  readonly expire: () => void;
}

/**
 * What is waited for equally long, in the order in which that began, and one timer for all of it: one for each would cost as
 * much as sending the statement.
 */
class Waits {
  readonly #milliseconds: number;
  readonly #waits = new Set<Wait>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  add(expire: () => void): Wait {
    const wait = { due: performance.now() + this.#milliseconds, expire };
    this.#waits.add(wait);
    if (this.#timer === undefined) this.#timer = setTimeout(this.#look, this.#milliseconds);
    // While something is waited for, the process runs: PGlite has no connection that would see to that.
    else if (this.#waits.size === 1 && typeof this.#timer === "object") this.#timer.ref();
    return wait;
  }

  end(wait: Wait): void {
    this.#waits.delete(wait);
    // Outside Node a timer is a number.
    if (this.#waits.size === 0 && typeof this.#timer === "object") this.#timer.unref();
  }

  readonly #look = (): void => {
    this.#timer = undefined;
    const now = performance.now();
    for (const wait of this.#waits) {
      if (wait.due > now) {
        this.#timer = setTimeout(this.#look, wait.due - now + 1);
        return;
      }
      this.#waits.delete(wait);
      wait.expire();
    }
  };
}

/** By their length: there are as many as transports have different options. */
const waits = new Map<number, Waits>();

/** Rejects where a promise takes longer, and calls `late` then; whatever becomes of it after that isn't told. */
export function within<T>(
  promise: PromiseLike<T>,
  milliseconds: number | undefined,
  late?: () => void,
): Promise<T> {
  if (milliseconds === undefined) return Promise.resolve(promise);
  const alike = waits.get(milliseconds) ?? new Waits(milliseconds);
  waits.set(milliseconds, alike);
  return new Promise<T>((resolve, reject) => {
    const wait = alike.add(() => {
      reject(noAnswer(milliseconds));
      late?.();
    });
    promise.then(
      (value) => {
        alike.end(wait);
        resolve(value);
      },
      (error) => {
        alike.end(wait);
        reject(error);
      },
    );
  });
}
