/** One connection to a gateway: carries subscriptions by their ids, and notices when the other end is gone. */
import { RealtimeError, type RealtimeErrorCode } from "../errors.js";
import type { Wire, WireConnection } from "../wire.js";

/** A frame from the gateway (`docs/PROTOCOL.md`, section 3). Each member is checked where it is used. */
export interface ServerFrame {
  readonly [member: string]: unknown;
}

/** A subscription, as its connection sees it. */
export interface Subscriber {
  /** A frame of its id came. Throws where it isn't as the protocol says. */
  receive(frame: ServerFrame, size: number): void;
  /** It has everything up to this position. */
  moved(position: unknown): void;
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
  const entries = new Map<unknown, { readonly subscriber: Subscriber; unsent: string | undefined }>();
  let line: WireConnection | undefined;
  let openedAt: number | undefined;
  let lastId = 0;
  let isOver = false;
  let seenAt = 0;
  let watch: ReturnType<typeof setInterval> | undefined;

  const send = (frame: object) => line?.send(JSON.stringify(frame));

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
    watch = setInterval(() => {
      const silence = Date.now() - seenAt;
      // The clock was set back.
      if (silence < 0) seenAt += silence;
      if (silence >= 2 * heartbeat) lose(4408, "No heartbeat");
    }, heartbeat / 2);
  }

  function stop(): void {
    isOver = true;
    clearInterval(watch);
  }

  function lose(code: number, reason: string, cause?: unknown): void {
    if (isOver) return;
    stop();
  }

  return {} as Connection;
}
