/** One subscription: where it stands, and whether it has ended. */
import type { Delivery } from "../../src/frame.js";
import type { Gap, Sink } from "../../src/transport.js";
import type { FanOut, Listener } from "./fan-out.js";
import { Held } from "./held.js";
import { rest } from "./rest.js";

/** What a channel was told while a member read what it had missed. */
interface Collected {
  readonly batches: Held<readonly Delivery[]>;
  /** Too much came, or a gap: read again instead. */
  spoilt: boolean;
}

export class Member implements Listener {
  readonly sink: Sink;
  ended = false;
  /** What comes up to here, it has: from reading. Undefined once the channel has passed it. */
  #floor: string | undefined;
  #collected: Collected | undefined;
  readonly #fanOut: FanOut;
  readonly #signal: AbortSignal | undefined;
  readonly #onEnd: (member: Member) => void;
  #refuse: ((reason: unknown) => void) | undefined;

  constructor(sink: Sink, signal: AbortSignal | undefined, fanOut: FanOut, onEnd: (member: Member) => void) {
    this.sink = sink;
    this.#fanOut = fanOut;
    this.#signal = signal;
    this.#onEnd = onEnd;
    signal?.addEventListener("abort", this.#abort, { once: true });
  }

  /** Ends it: the sink isn't called any more. May be called again. */
  readonly end = (): void => {
    if (this.ended) return;
    this.ended = true;
    this.#collected = undefined;
    this.#signal?.removeEventListener("abort", this.#abort);
    this.#onEnd(this);
  };

  readonly #abort = (): void => {
    this.endWith(this.#signal?.reason);
  };

  /** Ends it; whoever waits for it to begin gets the reason. Whether somebody did. */
  endWith(reason: unknown): boolean {
    const refuse = this.#refuse;
    this.end();
    refuse?.(reason);
    return refuse !== undefined;
  }

  /** Runs what it begins with. Rejects as soon as it is ended, whatever that waits for. */
  begin<T>(task: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#refuse = reject;
      task().then(resolve, reject);
    }).finally(() => {
      this.#refuse = undefined;
    });
  }

  /** From now on, what the channel is told is kept for it. */
  collect(): void {
    this.#collected = { batches: new Held(), spoilt: false };
  }

  /**
   * Ends the collecting: it has read everything up to a position. Whether it can go on from there with what was kept;
   * if not, it must read on.
   */
  goLive(position: string): boolean {
    const collected = this.#collected;
    this.#collected = undefined;
    if (!collected || collected.spoilt) return false;
    this.#floor = position;
    for (const batch of collected.batches.take()) this.deliver(batch);
    return true;
  }

  /** What the channel is told. */
  deliver(deliveries: readonly Delivery[]): void {
    if (this.#collected) {
      if (!this.#collected.batches.add(deliveries, deliveries)) this.#collected.spoilt = true;
    } else if (this.#floor === undefined) this.tell(deliveries);
    else {
      const fresh = rest(this.#floor, deliveries);
      if (fresh.length === 0) return;
      this.#floor = undefined;
      this.tell(fresh);
    }
  }

  gap(gap: Gap): void {
    // It will find it, or another, by reading from where it stands itself.
    if (this.#collected) this.#collected.spoilt = true;
    else this.tell([], gap);
  }

  tell(deliveries: readonly Delivery[], gap?: Gap): void {
    this.#fanOut.tell([this], deliveries, gap);
  }
}
