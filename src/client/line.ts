/** A client's line to one gateway: one connection at a time, for all subscriptions, and the waiting between two. */
import type { RealtimeErrorCode } from "../errors.js";
import type { Wire, WireConnection } from "../wire.js";
import { createBackoff } from "./backoff.js";
import type { ServerFrame, SubscriptionFrame } from "./frames.js";

/** A subscription, as its line sees it: takes frames, with their size. */
export type Subscriber = (frame: SubscriptionFrame, size: number) => void;

/** What a `subscribe` frame says, beside its type and id. */
export interface Request {
  readonly token: string;
  /** The channel that is meant, where that is known. */
  readonly channel: string | undefined;
  readonly topics: readonly string[] | undefined;
  readonly after: string | undefined;
}

export interface Line {
  readonly wire: Wire;
  readonly url: string;
  /** Somebody needs the line. */
  join(): void;
  /** Somebody doesn't any more. With the last one, the connection goes. */
  leave(): void;
  /** Milliseconds until one may subscribe; 0 or less where there is a connection to join, or may be. */
  wait(): number;
  /** Subscribes, and connects if need be. Gives what unsubscribes, as often as you like. Throws what the wire throws. */
  subscribe(subscriber: Subscriber, request: Request): () => void;
}

/** Close codes of the gateway after which the same would happen again. */
const FATAL: Readonly<Record<number, RealtimeErrorCode>> = {
  1009: "FRAME_TOO_LARGE",
  4400: "BAD_FRAME",
  4406: "PROTOCOL_VERSION",
  4409: "BAD_FRAME",
};

/** `random` spreads the waiting; `emptied` is called when the last member has left. */
export function createLine(wire: Wire, url: string, random: () => number, emptied: () => void): Line {
  let members = 0;
  const backoff = createBackoff(random);
  // Of the present connection, by id.
  const entries = new Map<number, readonly [Subscriber, Request]>();
  let connection: WireConnection | undefined;
  let openedAt: number | undefined;
  let lastId = 0;
  let seenAt = 0;
  let watch: ReturnType<typeof setInterval> | undefined;
  let isOurs = false;

  /** Before the connection is open nothing can be sent: `open` does it then. */
  function send(type: string, id: number, request?: Request): void {
    if (openedAt !== undefined) connection?.send(JSON.stringify({ type, id, ...request }));
  }

  function open(): void {
    openedAt = Date.now();
    for (const [id, [, request]] of entries) send("subscribe", id, request);
  }

  /** This end gives the connection up; then `closed` is called. */
  function drop(code: number, reason: string): void {
    isOurs = true;
    connection?.close(code, reason);
  }

  /** By the clock, not by the timer alone: a machine that slept finds out when it wakes. */
  function watchOver(heartbeat = 10_000): void {
    // A timer for more than 31 bits would fire at once.
    if (!(heartbeat > 0 && heartbeat < 2 ** 31)) throw new TypeError("heartbeat");
    clearInterval(watch);
    watch = setInterval(() => {
      // Either way: a clock that was set back tells nothing any more.
      if (Math.abs(Date.now() - seenAt) >= 2 * heartbeat) drop(4408, "heartbeat");
    }, heartbeat / 2);
  }

  function frame(text: string): void {
    seenAt = Date.now();
    try {
      const frame: ServerFrame = JSON.parse(text);
      if (frame.type === "welcome") watchOver(frame.heartbeat);
      else if (frame.type === "heartbeat") {
        for (const [id, position] of Object.entries(frame.positions ?? {})) {
          entries.get(+id)?.[0]({ type: "moved", position }, 0);
        }
      } else {
        const [subscriber] = entries.get(frame.id) ?? [];
        if (frame.type === "ended") entries.delete(frame.id);
        subscriber?.(frame, text.length);
      }
    } catch {
      // Neither JSON nor what the protocol says. Both ends learn so from the code.
      drop(4400, "Bad frame");
    }
  }

  function closed(code: number, reason: string): void {
    const known = FATAL[code];
    const lost: SubscriptionFrame = {
      type: "lost",
      code: known ?? (openedAt === undefined ? "CONNECT_FAILED" : "CONNECTION_LOST"),
      message: `No connection to ${url}: ${code} ${reason}`,
      retry: isOurs || !known,
    };
    const subscribers = [...entries.values()];
    backoff.missed(openedAt);
    clearInterval(watch);
    connection = openedAt = undefined;
    isOurs = false;
    lastId = 0;
    entries.clear();
    for (const [subscriber] of subscribers) subscriber(lost, 0);
  }

  return {
    wire,
    url,
    wait: backoff.wait,
    join() {
      members++;
    },
    leave() {
      if (--members > 0) return;
      emptied();
      connection?.close(1000, "");
    },
    subscribe(subscriber, request) {
      if (!connection) {
        connection = wire.connect(url, { open, frame, closed });
        seenAt = Date.now();
        watchOver();
      }
      const id = ++lastId;
      const entry = [subscriber, request] as const;
      entries.set(id, entry);
      send("subscribe", id, request);
      return () => {
        // On a later connection the id may be another's.
        if (entries.get(id) === entry && entries.delete(id)) send("unsubscribe", id);
      };
    },
  };
}
