/** One connection to a gateway: carries subscriptions by their ids, and notices when the other end is gone. */
import { RealtimeError, type RealtimeErrorCode } from "../errors.js";
import type { Wire, WireConnection, WireEvents } from "../wire.js";
import { readFrame, type SubscriptionFrame } from "./frames.js";

/** A subscription, as its connection sees it. */
export interface Subscriber {
  /** A frame of its id came. Throws where it isn't as the protocol says. */
  receive(frame: SubscriptionFrame, size: number): void;
  /** It has everything up to this position. */
  moved(position: string): void;
  /** The connection is gone, and this subscription with it. */
  lost(error: RealtimeError, isFatal: boolean): void;
}

/** What a `subscribe` frame says, less its type and id. */
export interface Request {
  readonly token: string;
  readonly topics: readonly string[] | undefined;
  readonly after: string | undefined;
}

export interface Connection {
  /** Subscribes as soon as the line is open. Gives what unsubscribes; throws what the wire throws. */
  subscribe(subscriber: Subscriber, request: Request): () => void;
  /** Nobody needs it any more. */
  close(): void;
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

/** Connects with the first subscription. `ended` is told how many milliseconds the line was open, unless `close` ended it. */
export function createConnection(wire: Wire, url: string, ended: (held: number) => void): Connection {
  const entries = new Map<number, { readonly subscriber: Subscriber; unsent: string | undefined }>();
  let line: WireConnection | undefined;
  let openedAt: number | undefined;
  let lastId = 0;
  let isOver = false;
  let seenAt = 0;
  let watch: ReturnType<typeof setInterval> | undefined;

  function flush(): void {
    if (openedAt === undefined || !line) return;
    for (const entry of entries.values()) {
      if (entry.unsent) line.send(entry.unsent);
      entry.unsent = undefined;
    }
  }

  /** By the clock, not by the timer alone: a machine that slept finds out when it wakes. */
  function watchOver(heartbeat: number): void {
    clearInterval(watch);
    seenAt = Date.now();
    watch = setInterval(() => {
      const silence = Date.now() - seenAt;
      // The clock was set back.
      if (silence < 0) seenAt += silence;
      if (silence < 2 * heartbeat) return;
      closed(4408, "no heartbeat");
      line?.close(4408, "No heartbeat");
    }, heartbeat / 2);
  }

  function stop(): void {
    isOver = true;
    clearInterval(watch);
  }

  function lose(error: RealtimeError, isFatal: boolean): void {
    if (isOver) return;
    stop();
    ended(openedAt === undefined ? 0 : Date.now() - openedAt);
    const lost = [...entries.values()];
    entries.clear();
    for (const { subscriber } of lost) subscriber.lost(error, isFatal);
  }

  function closed(code: number, reason: string): void {
    const fatal = FATAL[code];
    const wasOpen = openedAt !== undefined;
    const what = wasOpen ? "was lost" : "failed";
    lose(
      new RealtimeError(
        fatal ?? (wasOpen ? "CONNECTION_LOST" : "CONNECT_FAILED"),
        `The connection to ${url} ${what}: ${code} ${reason}`,
      ),
      fatal !== undefined,
    );
  }

  function receive(text: string): void {
    const frame = readFrame(text);
    switch (frame.type) {
      case "welcome":
        return watchOver(frame.heartbeat);
      case "heartbeat":
        for (const [id, position] of Object.entries(frame.positions ?? {})) {
          entries.get(Number(id))?.subscriber.moved(position);
        }
        return;
      default: {
        const entry = entries.get(frame.id);
        if (frame.type === "ended") entries.delete(frame.id);
        entry?.subscriber.receive(frame, text.length);
      }
    }
  }

  const events: WireEvents = {
    open() {
      openedAt = Date.now();
      flush();
    },
    frame(text) {
      seenAt = Date.now();
      try {
        receive(text);
      } catch (cause) {
        lose(new RealtimeError("BAD_FRAME", `${url} sent what is no frame: ${cause}`, { cause }), false);
        line?.close(4400, "Bad frame");
      }
    },
    closed,
  };

  return {
    subscribe(subscriber, request) {
      const id = ++lastId;
      const entry = { subscriber, unsent: JSON.stringify({ type: "subscribe", id, ...request }) };
      entries.set(id, entry);
      if (!line) {
        // Watched from here on: connecting may take no longer than a silence.
        watchOver(HEARTBEAT);
        line = wire.connect(url, events);
      }
      flush();
      return () => {
        if (entries.delete(id) && !entry.unsent) line?.send(JSON.stringify({ type: "unsubscribe", id }));
      };
    },
    close() {
      stop();
      line?.close(1000, "");
    },
  };
}
