/** What a connection tells the hooks of its app. There is none of it where no hook is given. */
import type { RealtimeErrorCode } from "../../errors.js";
import type { GapReason } from "../../transport.js";
import type { Observer } from "./observer.js";

/** A subscription, as far as events name it. */
export interface Observed {
  readonly claims: { readonly channel: string; readonly subject: string | undefined };
  readonly topics: { readonly topics: readonly string[] };
}

/** A refusal, as the client is told it. */
export interface Told {
  readonly code: RealtimeErrorCode;
  readonly message: string;
}

export class ConnectionObserver {
  readonly #on: Observer;
  readonly #connection: number;
  readonly #wire: string;
  readonly #openedAt: number;
  /** Of the first token that had one. */
  #subject: string | undefined;
  #isOver = false;

  constructor(on: Observer, connection: number, wire: string, origin: string | undefined) {
    this.#on = on;
    this.#connection = connection;
    this.#wire = wire;
    this.#openedAt = on.disconnected ? performance.now() : 0;
    on.connected?.({ type: "connected", ...this.#of(undefined), ...(origin !== undefined && { origin }) });
  }

  subscribed({ claims, topics }: Observed, after: string | undefined): void {
    this.#subject ??= claims.subject;
    this.#on.subscribed?.({
      type: "subscribed",
      ...this.#of(claims.subject),
      channel: claims.channel,
      topics: Object.freeze([...topics.topics]),
      after,
    });
  }

  unsubscribed({ claims }: Observed, code?: RealtimeErrorCode): void {
    this.#on.unsubscribed?.({
      type: "unsubscribed",
      ...this.#of(claims.subject),
      channel: claims.channel,
      ...(code && { code }),
    });
  }

  delivered({ claims }: Observed, count: number, frames: readonly { readonly text: Uint8Array }[]): void {
    this.#on.delivered?.({
      type: "delivered",
      ...this.#of(claims.subject),
      channel: claims.channel,
      count,
      bytes: frames.reduce((sum, { text }) => sum + text.length, 0),
    });
  }

  /** `count` is asked for where somebody listens. */
  overflowed({ claims }: Observed, count: () => number): void {
    if (!this.#on.dropped) return;
    const dropped = count();
    if (dropped === 0) return;
    this.#on.dropped({
      type: "dropped",
      ...this.#of(claims.subject),
      channel: claims.channel,
      reason: "overflow",
      count: dropped,
    });
  }

  gap({ claims }: Observed, reason: GapReason, after: string | undefined): void {
    this.#on.gap?.({ type: "gap", ...this.#of(claims.subject), channel: claims.channel, reason, after });
  }

  slow(unwritten: number): void {
    this.#on.slow?.({ type: "slow", ...this.#of(this.#subject), unwritten });
  }

  refused(
    what: "subscribe" | "refresh",
    { code, message }: Told,
    claims?: Partial<Observed["claims"]>,
  ): void {
    // What it asked for besides is no news once it was turned away, and it isn't told either.
    if (this.#isOver) return;
    this.#on.refused?.({
      type: "refused",
      what,
      ...this.#of(claims?.subject ?? this.#subject),
      code,
      message,
      ...(claims?.channel !== undefined && { channel: claims.channel }),
    });
  }

  closed(code: number, reason: string): void {
    this.#isOver = true;
    this.#on.disconnected?.({
      type: "disconnected",
      ...this.#of(this.#subject),
      durationMs: performance.now() - this.#openedAt,
      code,
      reason,
    });
  }

  #of(subject: string | undefined) {
    return { connection: this.#connection, wire: this.#wire, ...(subject !== undefined && { subject }) };
  }
}
