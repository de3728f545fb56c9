/** What the subjects of tokens do at this process: their connections, and how often they ask for something. */
import { RealtimeError } from "../../errors.js";
import { Allowances } from "../allowance.js";
import type { GatewayLimits } from "./limits.js";

/** Connections that may all ask at once for what each may: a user's tabs, after a server's restart. */
const CONNECTIONS_AT_ONCE = 10;

export class Subjects {
  readonly #counts = new Map<string, number>();
  readonly #allowances = new Allowances();

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

  /**
   * Whether a subject may ask for one more thing, over all of its connections. A connection that has nothing yet is let
   * begin only where there is enough for all that it may ask for: it would else take what is left, be closed, and come back
   * for the same, and so would the others, and none would ever be whole.
   */
  mayAsk(subject: string | undefined, isFirst: boolean, limits: GatewayLimits): boolean {
    if (subject === undefined) return true;
    const { subscribesPerSecond, subscriptions } = limits;
    const one = Math.max(subscribesPerSecond, subscriptions);
    const allowance = this.#allowances.of(subject, subscribesPerSecond, one * CONNECTIONS_AT_ONCE);
    return allowance.take(1, isFirst ? one : 1) === 0;
  }

  /** Subjects that have a connection. */
  get size(): number {
    return this.#counts.size;
  }

  /** Subjects whose allowance is kept. */
  get asking(): number {
    return this.#allowances.size;
  }
}
