/** A page of a history while it is filled. */
import type { Delivery } from "../../src/frame.js";
import { formatPosition } from "../../src/position.js";
import type { HistoryQuery } from "../../src/transport.js";
import type { StoredMessage } from "./clients.js";
import { decodeEnvelope } from "./envelope.js";
import { lastOffset, offsetOf } from "./offsets.js";

export class Page {
  deliveries: Delivery[] = [];
  /** Up to where it is complete, as an offset. */
  offset: number;
  /** Nothing more fits. */
  isFull = false;
  /** Stored messages that are in it, or a part of them. */
  messages = 0;
  /** The last stored message that is in it. */
  newest: { seq: number; stamp: string } | undefined;
  readonly #epoch: string;
  readonly #limit: number;
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(epoch: string, offset: number, { limit, maxBytes }: HistoryQuery) {
    this.#epoch = epoch;
    this.offset = offset;
    this.#limit = limit;
    this.#maxBytes = maxBytes ?? Number.POSITIVE_INFINITY;
  }

  get position(): string {
    return formatPosition(this.#epoch, this.offset);
  }

  /** Messages that may be added yet. */
  get room(): number {
    return this.isFull ? 0 : this.#limit - this.deliveries.length;
  }

  /** Adds the last `remaining` frames of a stored message, or all. */
  add({ seq, data }: Pick<StoredMessage, "seq" | "data">, remaining?: number): void {
    // What somebody else stored here is no message.
    const { frames = [], stamp } = decodeEnvelope(data) ?? {};
    const { length } = frames;
    this.messages += 1;
    if (stamp !== undefined) this.newest = { seq, stamp };
    for (let i = Math.max(0, length - (remaining ?? length)); i < length; i++) {
      const frame = frames[i];
      if (!frame) break;
      const isFirst = this.deliveries.length === 0;
      if (this.room < 1 || (!isFirst && this.#bytes + frame.bytes > this.#maxBytes)) {
        this.isFull = true;
        return;
      }
      this.#bytes += frame.bytes;
      this.offset = offsetOf(seq, i, length);
      const { topic, payload } = frame;
      this.deliveries.push({ id: formatPosition(this.#epoch, this.offset), frame: { topic, payload } });
    }
    this.offset = lastOffset(seq);
  }
}
