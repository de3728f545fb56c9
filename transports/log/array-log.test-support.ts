/** A broker that keeps its logs in arrays, and can be told to tell too little, too much, or nothing for a while. */
import { RealtimeError } from "../../src/errors.js";
import type { Delivery, Frame } from "../../src/frame.js";
import { formatPosition, parsePosition } from "../../src/position.js";
import type { GapReason, HistoryPage, HistoryQuery, Published } from "../../src/transport.js";
import { bytesOf } from "../conformance/frames.js";
import type { Log, Watcher } from "./log.js";
import { conflict } from "./refusals.js";

/** What a watcher of the broker is told, or isn't. */
export interface Telling {
  readonly after: string;
  readonly deliveries: readonly Delivery[];
  readonly watcher: Watcher;
}

export class ArrayBroker {
  epoch = "first";
  /** Messages that a channel keeps. */
  keeps = 1_000;
  /** Waits before and after whatever a log does: a way to the broker and back. */
  travel: (what: keyof Log) => Promise<void> = async () => {};
  /** How a watcher is told. */
  tell = ({ after, deliveries, watcher }: Telling): void => watcher.stored(after, deliveries);
  readonly watchers = new Map<string, Set<Watcher>>();
  readonly calls: string[] = [];
  readonly #logs = new Map<string, { readonly kept: Delivery[]; last: number; trimmedTo: number }>();
  readonly #keys = new Map<string, { readonly id: string; readonly content: string }>();

  of(channel: string) {
    const log = this.#logs.get(channel) ?? { kept: [], last: 0, trimmedTo: 0 };
    this.#logs.set(channel, log);
    return log;
  }

  /** As a broker that lost everything. */
  reset(epoch: string): void {
    this.epoch = epoch;
    this.#logs.clear();
  }

  append(channel: string, frames: readonly Frame[]): Published[] {
    const log = this.of(channel);
    const after = formatPosition(this.epoch, log.last);
    const stored: Delivery[] = [];
    const results = frames.map((frame): Published => {
      const used = frame.key === undefined ? undefined : this.#keys.get(`${channel}\0${frame.key}`);
      if (used && used.content !== frame.content)
        return { error: conflict("array", channel, frame.key ?? "") };
      if (used) return { id: used.id, duplicate: true };
      log.last += 1;
      const id = formatPosition(this.epoch, log.last);
      const { topic, payload } = frame;
      stored.push({ id, frame: { topic, payload } });
      if (frame.key !== undefined) this.#keys.set(`${channel}\0${frame.key}`, { id, content: frame.content });
      return { id, duplicate: false };
    });
    log.kept.push(...stored);
    const dropped = log.kept.splice(0, Math.max(0, log.kept.length - this.keeps));
    log.trimmedTo += dropped.length;
    for (const watcher of this.watchers.get(channel) ?? []) {
      if (stored.length > 0) this.tell({ after, deliveries: stored, watcher });
    }
    return results;
  }

  read(channel: string, { after, limit, maxBytes = Number.POSITIVE_INFINITY }: HistoryQuery): HistoryPage {
    const { kept, last, trimmedTo } = this.of(channel);
    let from = trimmedTo;
    let reason: GapReason | undefined;
    const position = after === undefined ? undefined : parsePosition(after);
    if (after !== undefined) {
      if (!position || (position.epoch === this.epoch && position.offset > last)) reason = "unknown";
      else if (position.epoch !== this.epoch) reason = "epoch";
      else if (position.offset < trimmedTo) reason = "trimmed";
      else from = position.offset;
    }
    const all = kept.slice(from - trimmedTo);
    let bytes = 0;
    const fits = ({ frame }: Delivery, i: number) =>
      i === 0 || (i < limit && bytes + bytesOf(frame.payload) <= maxBytes);
    const end = all.findIndex((delivery, i) => {
      if (!fits(delivery, i)) return true;
      bytes += bytesOf(delivery.frame.payload);
      return false;
    });
    const deliveries = end === -1 ? all : all.slice(0, end);
    return {
      deliveries,
      gap: reason && { reason, after },
      more: all.length > deliveries.length,
      position: formatPosition(this.epoch, from + deliveries.length),
    };
  }
}

/** One server's end of the broker. */
export function arrayLog(broker: ArrayBroker): Log {
  const travelling = async <T>(what: keyof Log, task: () => T): Promise<T> => {
    broker.calls.push(what);
    await broker.travel(what);
    const result = task();
    await broker.travel(what);
    return result;
  };
  return {
    append: (channel, frames) => travelling("append", () => broker.append(channel, frames)),
    read: (channel, query) => travelling("read", () => broker.read(channel, query)),
    end: (channel) => travelling("end", () => formatPosition(broker.epoch, broker.of(channel).last)),
    watch: (channel, watcher) =>
      travelling("watch", () => {
        const watchers = broker.watchers.get(channel) ?? new Set();
        broker.watchers.set(channel, watchers.add(watcher));
        return () => {
          watchers.delete(watcher);
          if (watchers.size === 0) broker.watchers.delete(channel);
        };
      }),
    close: () => travelling("close", () => {}),
  };
}

export const gone = () => new RealtimeError("TRANSPORT_FAILED", "array: the broker is gone.");
