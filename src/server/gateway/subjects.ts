/** How many connections each subject has to this process. */
import { RealtimeError } from "../../errors.js";

export class Subjects {
  readonly #counts = new Map<string, number>();

  /**
   * Counts a connection for a subject, once: `counted` is what it counts for already. Gives what it counts for then.
   * Throws `TOO_MANY_CONNECTIONS` where there are `most`.
   */
  count(subject: string | undefined, counted: readonly string[], most: number): readonly string[] {
    if (subject === undefined || counted.includes(subject)) return counted;
    const count = this.#counts.get(subject) ?? 0;
    if (count >= most) {
      const message = `The token's subject has ${most} connections, and may have no more.`;
      throw new RealtimeError("TOO_MANY_CONNECTIONS", message);
    }
    this.#counts.set(subject, count + 1);
    return [...counted, subject];
  }

  release(subject: string): void {
    const count = this.#counts.get(subject) ?? 0;
    if (count > 1) this.#counts.set(subject, count - 1);
    else this.#counts.delete(subject);
  }

  /** Subjects that have a connection. */
  get size(): number {
    return this.#counts.size;
  }
}
