/** A client's line to one gateway: one connection at a time, for all subscriptions, and the waiting between two. */
import { RealtimeError, type RealtimeErrorCode } from "../errors.js";
import { failed } from "../handlers.js";
import { isNotAfter } from "../position.js";
import type { Wire, WireConnection } from "../wire.js";
import type { Backoff } from "./backoff.js";
import { type Entry, keep, type Request, requestOf, type Subscriber, tell } from "./entry.js";
import type { ServerFrame } from "./frames.js";

export interface Line {
  /** Whether it goes to this address, by these wires. */
  leads(address: string, list: readonly Wire[]): boolean;
  /** A subscriber doesn't need the line any more. With the last one, the connection goes. */
  leave(subscriber: Subscriber): void;
  /** Milliseconds until one may subscribe; 0 or less where there is a connection to join, or may be. */
  wait(): number;
  /** The network is back: drops a connection that may be dead, and has nobody wait. */
  wake(): void;
  /** Subscribes, or joins who has the same from there on. Connects if need be. */
  subscribe(subscriber: Subscriber, request: Request): Entry;
  /** As often as you like. */
  unsubscribe(entry: Entry, subscriber: Subscriber): void;
  /** Gives the subscription a fresh token. */
  refresh(entry: Entry, token: string): void;
}

/** What close codes mean. But for the last, and for what answers nowhere now but did before, the same would happen again. */
const CODES: Readonly<Record<number, RealtimeErrorCode>> = {
  1009: "FRAME_TOO_LARGE",
  4413: "FRAME_TOO_LARGE",
  4400: "BAD_FRAME",
  4409: "BAD_FRAME",
  4403: "ORIGIN_REFUSED",
  4406: "PROTOCOL_VERSION",
  4429: "RATE_LIMITED",
};

/**
 * Goes by the first of `wires` that works. A connection that ends before its first frame is followed by one over the next wire,
 * at once; after the last one the members are told, and after a wait it is the first one's turn. The wire that worked is stayed
 * with. Only where a connection over another than the first is lost, and the first last failed more than 5 minutes ago, is
 * the first tried again.
 *
 * `backoff` is of its own; `emptied` is called when the last member has left.
 */
export function createLine(wires: readonly Wire[], url: string, backoff: Backoff, emptied: () => void): Line {
  // Who has subscribed, and didn't leave since.
  const members = new Set<Subscriber>();
  // What is tried: a wire that throws never is again.
  const usable = [...wires];
  let index = 0;
  // When the first wire last failed.
  let failedAt = 0;
  let hasWorked = false;
  // Of the present connection, by id.
  const entries = new Map<number, Entry>();
  let connection: WireConnection | undefined;
  // When the first frame came.
  let openedAt: number | undefined;
  let lastId = 0;
  let seenAt = 0;
  let watch: ReturnType<typeof setInterval> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOurs = false;

  /** Sends a frame, which a wire ignores before it is open; on a one-way wire, soon a request with all that is wanted. */
  function send(type: string, body: object): void {
    if (usable[index]?.oneWay) timer ??= setTimeout(flush, 10);
    else connection?.send(JSON.stringify({ type, ...body }));
  }

  function open(): void {
    if (!usable[index]?.oneWay) for (const entry of entries.values()) send("subscribe", requestOf(entry));
  }

  /** Connects where that is to be done; over a one-way wire, asks for all that is wanted. */
  function flush(): void {
    let error = new RealtimeError("CONNECT_FAILED", `No connection to ${url}`);
    clearTimeout(timer);
    timer = undefined;
    if (!entries.size) {
      connection?.close(1000, "");
      return;
    }
    while (!connection) {
      const wire = usable[index];
      if (!wire) {
        lose(error, usable.length > 0);
        return;
      }
      try {
        connection = wire.connect(url, { open, frame, closed });
        isOurs = false;
        seenAt = Date.now();
        // Half of what it may take to the first frame.
        watchOver(5_000);
      } catch (cause) {
        usable.splice(index, 1);
        if (!usable.length) error = failed("CONNECT_FAILED", "The wire", cause);
      }
    }
    if (usable[index]?.oneWay) {
      connection.send(
        JSON.stringify({ versions: ["halyard.v1"], subscriptions: Array.from(entries.values(), requestOf) }),
      );
    }
  }

  /** By the clock, not by the timer alone: a machine that slept finds out when it wakes. */
  function watchOver(heartbeat: number): void {
    // A timer for more than 31 bits would fire at once.
    if (!(heartbeat > 0 && heartbeat < 2 ** 31)) throw new TypeError();
    clearInterval(watch);
    watch = setInterval(() => {
      // Either way: a clock that was set back tells nothing any more.
      if (Math.abs(Date.now() - seenAt) >= 2 * heartbeat) connection?.close(4408, "heartbeat");
    }, heartbeat / 2);
  }

  function frame(text: string): void {
    seenAt = Date.now();
    openedAt ??= seenAt;
    hasWorked = true;
    try {
      const frame: ServerFrame = JSON.parse(text);
      const { type } = frame;
      if (type === "welcome") watchOver(frame.heartbeat);
      else if (type === "close") connection?.close(+frame.code, `${frame.reason}`);
      else if (type === "heartbeat") {
        for (const id in frame.positions) {
          const entry = entries.get(+id);
          if (entry) keep(entry, frame.positions[+id]);
        }
      } else {
        const entry = entries.get(frame.id);
        if (!entry) return;
        if (type === "messages") {
          for (const pair of frame.messages) {
            if (isNotAfter(pair[0], entry.after)) continue;
            if (entry.after) keep(entry, pair[0]);
            tell(entry, frame, pair, text.length / frame.messages.length);
          }
          return;
        }
        if (type === "subscribed") {
          entry.opened = frame;
          const { after } = entry;
          keep(entry, frame.position);
          // What came of an earlier answer, while this one was on its way, may be further on.
          if (entry.after && isNotAfter(entry.after, after)) entry.after = after;
        }
        if ("expires" in frame) entry.until = seenAt + frame.expires;
        // Without a position, what there is stays good to resume from.
        if (type === "gap") keep(entry, frame.position ?? entry.after);
        if (type === "ended") entries.delete(frame.id);
        tell(entry, frame);
      }
    } catch {
      // Neither JSON nor what the protocol says. Both ends learn so from the code.
      isOurs = true;
      connection?.close(4400, "Bad frame");
    }
  }

  function closed(code: number, reason: string): void {
    const since = openedAt;
    const known = CODES[code];
    const isFatal = known && code !== 4429 && !isOurs;
    connection = openedAt = undefined;
    clearInterval(watch);
    clearTimeout(timer);
    timer = undefined;
    if (!entries.size) lastId = 0;
    else if (since && code === 1000 && usable[index]?.oneWay) {
      backoff.missed(since, 0);
      timer = setTimeout(flush, backoff.wait());
    } else {
      if (!since && !isFatal) {
        if (!index) failedAt = Date.now();
        if (usable[++index]) {
          flush();
          return;
        }
      }
      lose(
        new RealtimeError(
          known ?? (since ? "CONNECTION_LOST" : "CONNECT_FAILED"),
          `No connection to ${url}: ${code} ${reason}`,
        ),
        !isFatal && (hasWorked || (code !== 4404 && code !== 4405)),
        since,
      );
    }
  }

  /** Lets go of everybody; who wants to comes back after the wait. */
  function lose(error: RealtimeError, retry: boolean, since?: number): void {
    const told = [...entries.values()];
    if (!usable[index] || Date.now() - failedAt > 300_000) index = 0;
    backoff.missed(since);
    entries.clear();
    lastId = 0;
    for (const entry of told) tell(entry, { type: "lost", error, retry });
  }

  return {
    // The end of the list counts, too.
    leads: (address, list) => address === url && [...list, undefined].every((wire, i) => wire === wires[i]),
    wait: backoff.wait,
    wake() {
      if (connection) {
        // No failure of the wire's, which the next one would have to make good.
        openedAt ??= 1;
        connection.close(4408, "online");
      } else flush();
      backoff.reset();
    },
    leave(subscriber) {
      members.delete(subscriber);
      if (members.size) return;
      emptied();
      flush();
    },
    subscribe(subscriber, request) {
      let entry: Entry | undefined;
      for (const other of entries.values()) {
        if (other.key === request.key && (other.after === request.after || (!request.after && other.opened)))
          entry = other;
      }
      if (!entry) {
        entry = { ...request, id: ++lastId, subscribers: new Set() };
        entries.set(lastId, entry);
        send("subscribe", requestOf(entry));
      }
      members.add(subscriber);
      entry.subscribers.add(subscriber);
      if (!connection && !timer) flush();
      return entry;
    },
    unsubscribe(entry, subscriber) {
      entry.subscribers.delete(subscriber);
      const { id } = entry;
      // On a later connection the id may be another's.
      if (!entry.subscribers.size && entries.get(id) === entry) {
        entries.delete(id);
        send("unsubscribe", { id });
      }
    },
    refresh(entry, token) {
      if (entry.token !== token) send("refresh", { id: entry.id, token });
      entry.token = token;
    },
  };
}
