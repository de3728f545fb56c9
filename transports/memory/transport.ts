/** The memory transport: history, keys and listeners of one process, joined to the contract. */
import { RealtimeError } from "../../src/errors.js";
import type { Delivery, Frame } from "../../src/frame.js";
import { formatPosition, parsePosition } from "../../src/position.js";
import type { Gap, GapReason, HistoryPage, Published, Transport } from "../../src/transport.js";
import { FanOut } from "../log/fan-out.js";
import { bytesOf, randomEpoch, whole } from "../log/limits.js";
import { closed, conflict, tooLarge } from "../log/refusals.js";
import { History } from "./history.js";
import { Keys } from "./keys.js";
import type { Limits } from "./options.js";
import { Sweeper } from "./sweeper.js";

const NAME = "memory";

/** What the memory transport can do. */
export interface MemorySupports {
  readonly replay: true;
  /** Milliseconds for which an idempotency key is remembered: the option `keyWindow`. */
  readonly keys: number;
  /** The option `maxBytes`. */
  readonly maxBytes: number;
  readonly shared: false;
}

/** The memory transport: unlike others, it always has a history. */
export interface MemoryTransport extends Transport<MemorySupports> {
  history: NonNullable<Transport["history"]>;
}

/** The transport, and how much it holds: tests count that. */
export function createMemory(limits: Limits) {
  const epoch = randomEpoch();
  const history = new History(limits);
  const keys = new Keys(limits.keyWindow, limits.totalBytes / 2);
  const fanOut = new FanOut();
  const sweeper = new Sweeper(sweep);
  // One count for all channels: an offset is then also a point in time, which unknown channels are measured by.
  let offset = 0;
  let isClosed = false;

  function sweep(now: number): number {
    history.expire(now);
    keys.expire(now);
    return Math.min(history.nextExpiry, keys.nextExpiry);
  }

  /** What every call begins with. The time, in milliseconds of a clock that nobody sets. */
  function enter(): number {
    if (isClosed) throw closed(NAME);
    const now = performance.now();
    sweep(now);
    return now;
  }

  function store(channel: string, frame: Frame, now: number, stored: Delivery[]): Published {
    const { key } = frame;
    const bytes = bytesOf(frame, limits.maxBytes);
    if (bytes > limits.maxBytes) return { error: tooLarge(NAME, channel, bytes, limits.maxBytes) };
    const used = key === undefined ? undefined : keys.find(channel, key);
    if (used) {
      return used.frame.content === frame.content
        ? { id: used.id, duplicate: true }
        : { error: conflict(NAME, channel, used.key) };
    }
    if (key !== undefined && !keys.hasRoom(key, bytes)) return { error: overloaded(channel) };

    offset += 1;
    const id = formatPosition(epoch, offset);
    const delivery = { id, frame };
    if (key !== undefined) keys.add(channel, key, id, frame, bytes, now);
    history.append(channel, offset, delivery, bytes, now);
    while (history.bytes + keys.bytes > limits.totalBytes && history.dropOldest());
    stored.push(delivery);
    return { id, duplicate: false };
  }

  /** The offset from which to read on after a position, and the gap that there may be. */
  function locate(channel: string, after: string | undefined): { from: number; gap: Gap | undefined } {
    const trimmedTo = history.trimmedTo(channel);
    if (after === undefined) return { from: trimmedTo, gap: undefined };
    const position = parsePosition(after);
    let reason: GapReason;
    if (!position) reason = "unknown";
    else if (position.epoch !== epoch) reason = "epoch";
    else if (position.offset > offset) reason = "unknown";
    else if (position.offset < trimmedTo) reason = "trimmed";
    else return { from: position.offset, gap: undefined };
    return { from: trimmedTo, gap: { reason, after } };
  }

  const transport: MemoryTransport = {
    name: NAME,
    supports: { replay: true, keys: limits.keyWindow, maxBytes: limits.maxBytes, shared: false },

    async publish(channel, frames) {
      const now = enter();
      const stored: Delivery[] = [];
      const results = frames.map((frame) => store(channel, frame, now, stored));
      sweeper.wakeAt(Math.min(history.nextExpiry, keys.nextExpiry));
      fanOut.tell(fanOut.listeners(channel), stored);
      return results;
    },

    async subscribe(channel, { after, signal }, sink) {
      enter();
      signal?.throwIfAborted();
      const { from, gap } = after === undefined ? { from: offset } : locate(channel, after);
      // Nothing comes between reading the history and listening: this function doesn't wait.
      const missed = history.read(channel, from).deliveries;
      const listener = fanOut.join(channel, sink, signal);
      fanOut.tell([listener], missed, gap);
      // The sink may have aborted while it was given the history.
      signal?.throwIfAborted();
      return { position: formatPosition(epoch, from), unsubscribe: listener.end };
    },

    async history(channel, { after, limit, maxBytes }): Promise<HistoryPage> {
      enter();
      whole(limit, "memory: limit");
      const { from, gap } = locate(channel, after);
      const { deliveries, more } = history.read(channel, from, limit, maxBytes);
      const last = more ? deliveries.at(-1) : undefined;
      return { deliveries, gap, more, position: last?.id ?? formatPosition(epoch, offset) };
    },

    async close() {
      if (isClosed) return;
      isClosed = true;
      sweeper.stop();
      fanOut.failAll(closed(NAME));
      sweep(Number.POSITIVE_INFINITY);
    },
  };

  const held = () => ({
    ...history.held,
    ...fanOut.held,
    ...keys.held,
    bytes: history.bytes + keys.bytes,
    timers: sweeper.waiting ? 1 : 0,
  });
  return { transport, held };
}

const overloaded = (channel: string) =>
  new RealtimeError(
    "OVERLOADED",
    `memory: no room to remember another idempotency key (channel "${channel}"). Raise totalBytes, or shorten keyWindow.`,
  );
