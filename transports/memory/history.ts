/** What the channels keep for replay, within its bounds. */
import type { Delivery } from "../../src/frame.js";
import { Queue } from "../../src/queue.js";
import { Chain, type Link } from "./chain.js";
import { KEEPING, type Limits } from "./options.js";
import { TrimMarks } from "./trim-marks.js";

/** A message that is kept. */
interface Entry extends Link<Entry> {
  readonly offset: number;
  readonly delivery: Delivery;
  /** Of its payload. */
  readonly bytes: number;
  /** When it expires, in milliseconds. */
  readonly until: number;
  readonly log: Log;
}

/** What one channel keeps. A channel that keeps nothing has no log, only a trim mark. */
interface Log {
  readonly channel: string;
  readonly entries: Queue<Entry>;
  /** Of its payloads. */
  bytes: number;
  /** The offset of the last message that was dropped. */
  trimmedTo: number;
}

/** A part of what a channel keeps. */
interface Reading {
  readonly deliveries: readonly Delivery[];
  /** Whether more is kept after it. */
  readonly more: boolean;
}

export class History {
  readonly #limits: Pick<Limits, "count" | "bytes" | "age">;
  readonly #logs = new Map<string, Log>();
  readonly #marks = new TrimMarks();
  readonly #byAge = new Chain<Entry>();
  #bytes = 0;

  constructor(limits: Pick<Limits, "count" | "bytes" | "age">) {
    this.#limits = limits;
  }

  /** Bytes of all channels, with the keeping. */
  get bytes(): number {
    return this.#bytes;
  }

  /** When the oldest message expires; `Infinity` where nothing is kept. */
  get nextExpiry(): number {
    return this.#byAge.oldest?.until ?? Number.POSITIVE_INFINITY;
  }

  /** How much is held, for tests. */
  get held(): { channels: number; messages: number; marks: number } {
    let messages = 0;
    for (const log of this.#logs.values()) messages += log.entries.length;
    return { channels: this.#logs.size, messages, marks: this.#marks.size };
  }

  append(channel: string, offset: number, delivery: Delivery, bytes: number, now: number): void {
    const log = this.#logs.get(channel) ?? this.#open(channel);
    const until = now + this.#limits.age;
    const entry: Entry = { offset, delivery, bytes, until, log, older: undefined, newer: undefined };
    log.entries.push(entry);
    this.#byAge.append(entry);
    log.bytes += bytes;
    this.#bytes += bytes + KEEPING;
    while (log.entries.length > this.#limits.count || log.bytes > this.#limits.bytes) this.#drop(log);
  }

  /** The offset of the last message of a channel that may have been dropped; 0 where none was. */
  trimmedTo(channel: string): number {
    return this.#logs.get(channel)?.trimmedTo ?? this.#marks.get(channel);
  }

  /** What is kept after an offset, oldest first. */
  read(channel: string, after: number, limit = Infinity, maxBytes = Infinity): Reading {
    const deliveries: Delivery[] = [];
    const entries = this.#logs.get(channel)?.entries;
    if (!entries) return { deliveries, more: false };
    let bytes = 0;
    for (let i = firstAfter(entries, after); ; i++) {
      const entry = entries.at(i);
      if (!entry) return { deliveries, more: false };
      bytes += entry.bytes;
      const isFull = deliveries.length >= limit || bytes > maxBytes;
      if (isFull && deliveries.length > 0) return { deliveries, more: true };
      deliveries.push(entry.delivery);
    }
  }

  /** Drops the oldest message of all. Whether there was one. */
  dropOldest(): boolean {
    // The oldest of all is also the oldest of its channel.
    const { oldest } = this.#byAge;
    if (oldest) this.#drop(oldest.log);
    return oldest !== undefined;
  }

  expire(now: number): void {
    while (this.nextExpiry <= now && this.dropOldest());
  }

  #open(channel: string): Log {
    const log: Log = { channel, entries: new Queue(), bytes: 0, trimmedTo: this.#marks.get(channel) };
    this.#marks.delete(channel);
    this.#logs.set(channel, log);
    return log;
  }

  #drop(log: Log): void {
    const entry = log.entries.shift();
    if (!entry) return;
    this.#byAge.remove(entry);
    log.bytes -= entry.bytes;
    this.#bytes -= entry.bytes + KEEPING;
    log.trimmedTo = entry.offset;
    if (log.entries.length > 0) return;
    this.#logs.delete(log.channel);
    this.#marks.set(log.channel, log.trimmedTo);
  }
}

/** The index of the first entry after an offset, by bisection: entries stand in the order of their offsets. */
function firstAfter(entries: Queue<Entry>, offset: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries.at(middle) as Entry).offset > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}
