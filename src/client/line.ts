/** A client's line to one gateway: one connection at a time, for all subscriptions, and the waiting between two. */
import { RealtimeError, type RealtimeErrorCode } from "../errors.js";
import type { Wire, WireConnection } from "../wire.js";
import { createBackoff } from "./backoff.js";
import { readFrame, type SubscriptionFrame } from "./frames.js";

/** A subscription, as its line sees it. */
export interface Subscriber {
  /** A frame of its id came. */
  receive(frame: SubscriptionFrame, size: number): void;
  /** It has everything up to this position. */
  moved(position: string): void;
  /** The connection is gone, and the subscription with it. */
  lost(error: RealtimeError, isFatal: boolean): void;
}

/** What a `subscribe` frame says, beside its type and id. */
export interface Request {
  readonly token: string;
  readonly topics: readonly string[] | undefined;
  readonly after: string | undefined;
}

export interface Line {
  readonly wire: Wire;
  readonly url: string;
  /** Who needs the line. With the last one, the connection goes: see `leave`. */
  readonly members: Set<Subscriber>;
  leave(member: Subscriber): void;
  /** Milliseconds until one may subscribe; 0 while there is a connection to join. */
  wait(): number;
  /** Subscribes, and connects if need be. Gives what unsubscribes. Throws what the wire throws. */
  subscribe(subscriber: Subscriber, request: Request): () => void;
}

/** Until `welcome` says otherwise: milliseconds. Two of them are the time that connecting may take. */
const HEARTBEAT = 10_000;

/** Close codes after which the same would happen again. */
const FATAL: Readonly<Record<number, RealtimeErrorCode>> = {
  1009: "FRAME_TOO_LARGE",
  4400: "BAD_FRAME",
  4406: "PROTOCOL_VERSION",
  4409: "BAD_FRAME",
};

/** `random` spreads the waiting; `emptied` is called when the last member has left. */
export function createLine(wire: Wire, url: string, random: () => number, emptied: () => void): Line {
  const members = new Set<Subscriber>();
  const backoff = createBackoff(random);
  // Of the present connection, by id.
  const entries = new Map<number, { readonly subscriber: Subscriber; readonly request: Request }>();
  let connection: WireConnection | undefined;
  let openedAt: number | undefined;
  let lastId = 0;
  let seenAt = 0;
  let watch: ReturnType<typeof setInterval> | undefined;
  // Why this end closes the connection.
  let trouble: RealtimeError | undefined;

  /** Before the connection is open there is nothing to send: `open` does. */
  function send(frame: object): void {
    if (openedAt !== undefined) connection?.send(JSON.stringify(frame));
  }

  function open(): void {
    openedAt = Date.now();
    for (const [id, { request }] of entries) send({ type: "subscribe", id, ...request });
  }

  /** By the clock, not by the timer alone: a machine that slept finds out when it wakes. */
  function watchOver(heartbeat: number): void {
    clearInterval(watch);
    seenAt = Date.now();
    watch = setInterval(() => {
      // The clock may have been set back.
      seenAt = Math.min(seenAt, Date.now());
      if (Date.now() - seenAt >= 2 * heartbeat) connection?.close(4408, "No heartbeat");
    }, heartbeat / 2);
  }

  function closed(code: number, reason: string): void {
    const fatal = trouble ? undefined : FATAL[code];
    const usual = openedAt === undefined ? "CONNECT_FAILED" : "CONNECTION_LOST";
    const error = trouble ?? new RealtimeError(fatal ?? usual, `No connection to ${url}: ${code} ${reason}`);
    backoff.missed(openedAt);
    const lost = [...entries.values()];
    reset();
    for (const { subscriber } of lost) subscriber.lost(error, fatal !== undefined);
  }

  function reset(): void {
    clearInterval(watch);
    connection = openedAt = trouble = undefined;
    lastId = 0;
    entries.clear();
  }

  function frame(text: string): void {
    seenAt = Date.now();
    try {
      receive(text);
    } catch (cause) {
      trouble = new RealtimeError("BAD_FRAME", `${url} sent what is no frame: ${cause}`, { cause });
      connection?.close(4400, "Bad frame");
    }
  }

  function receive(text: string): void {
    const frame = readFrame(text);
    if (frame.type === "welcome") watchOver(frame.heartbeat);
    else if (frame.type === "heartbeat") {
      for (const [id, position] of Object.entries(frame.positions ?? {})) {
        entries.get(Number(id))?.subscriber.moved(position);
      }
    } else {
      const entry = entries.get(frame.id);
      if (frame.type === "ended") entries.delete(frame.id);
      entry?.subscriber.receive(frame, text.length);
    }
  }

  return {
    wire,
    url,
    members,
    wait: () => (connection ? 0 : backoff.wait()),
    leave(member) {
      members.delete(member);
      if (members.size > 0) return;
      const last = connection;
      reset();
      emptied();
      last?.close(1000, "");
    },
    subscribe(subscriber, request) {
      if (!connection) {
        connection = wire.connect(url, { open, frame, closed });
        watchOver(HEARTBEAT);
      }
      const id = ++lastId;
      const entry = { subscriber, request };
      entries.set(id, entry);
      send({ type: "subscribe", id, ...request });
      return () => {
        // The id may be another's, on a later connection.
        if (entries.get(id) === entry && entries.delete(id)) send({ type: "unsubscribe", id });
      };
    },
  };
}
