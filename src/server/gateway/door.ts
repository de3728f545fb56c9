/** What one connection is let do: how often it may ask, and whether its tokens hold. */
import { Allowance } from "../allowance.js";
import type { Waiter } from "../revocations.js";
import { revokedError } from "../revoked.js";
import type { Claims } from "../tokens.js";
import type { GatewayContext } from "./context.js";
import { checkExpiry } from "./scope.js";
import type { Held, Subscribed } from "./subscribed.js";

export class Door implements Waiter {
  readonly #context: GatewayContext;
  readonly #allowance: Allowance;
  /** Subjects that this connection counts for; most have one, or none. */
  #subjects: readonly string[] = NONE;
  /** What is done once it is known which tokens were revoked: the latest of each subscription. Most never need it. */
  #waiting: Map<Subscribed, (error?: unknown) => void> | undefined;

  constructor(context: GatewayContext) {
    const { subscribesPerSecond, subscriptions } = context.limits;
    this.#context = context;
    this.#allowance = new Allowance(subscribesPerSecond, Math.max(subscribesPerSecond, subscriptions));
  }

  /** Whether this connection may ask for one more thing. */
  mayKnock(): boolean {
    return this.#allowance.take() === 0;
  }

  /** Whether the token's subject may, over all of its connections. `isFirst`: this one has nothing yet. */
  mayAsk({ subject }: Claims, isFirst: boolean): boolean {
    const { subjects, limits } = this.#context;
    return subjects.mayAsk(subject, isFirst, limits);
  }

  /** Whether a token is neither revoked nor expired, as soon as that is known. */
  vet(subscribed: Subscribed, claims: Held, good: () => void, bad: (error: unknown) => void): void {
    const { revocations, subjects, limits } = this.#context;
    if (!revocations.isLoaded(this)) {
      this.#waiting ??= new Map();
      this.#waiting.set(subscribed, (error) => {
        if (error === undefined) this.vet(subscribed, claims, good, bad);
        else bad(error);
      });
      return;
    }
    try {
      if (revocations.has(claims)) throw revokedError();
      // It may have taken a while until they were loaded.
      checkExpiry(claims);
      this.#subjects = subjects.count(claims.subject, this.#subjects, limits.connectionsPerSubject);
      good();
    } catch (error) {
      bad(error);
    }
  }

  /** The subscription is over: nobody waits for an answer. */
  forget(subscribed: Subscribed): void {
    this.#waiting?.delete(subscribed);
  }

  loaded(error?: unknown): void {
    const waiting = this.#waiting;
    for (const subscribed of [...(waiting?.keys() ?? NONE)]) {
      // One answer may end others, or all.
      const answer = waiting?.get(subscribed);
      waiting?.delete(subscribed);
      answer?.(error);
    }
  }

  /** The connection is over. */
  close(): void {
    const { revocations, subjects } = this.#context;
    this.#waiting?.clear();
    revocations.leave(this);
    for (const subject of this.#subjects) subjects.release(subject);
  }
}

const NONE: readonly never[] = [];
