/** What a process knows of a channel from its files: the place of every batch, and who had a key first. */
import { type Delivery, formatPosition, type Published } from "halyard/transport";
import { conflict } from "halyard/transports/log";
import type { Line } from "./line.js";

/** Where a batch stands. Message `i` of it has the offset `start + i`: a line has more bytes than messages. */
export interface Place {
  /** Where its file begins. */
  readonly segment: number;
  readonly start: number;
  readonly bytes: number;
  readonly messages: number;
}

export class Known {
  /** The offset of the last message; where there is none, the start of the oldest file. */
  last: number;
  places: Place[] = [];
  /** Offsets of messages that don't count: another had their key first. */
  readonly void = new Set<number>();
  readonly #keys = new Map<string, { readonly offset: number; readonly hash: string | undefined }>();
  readonly #channel: string;
  readonly #epoch: string;

  constructor(channel: string, epoch: string, start: number) {
    this.#channel = channel;
    this.#epoch = epoch;
    this.last = start;
  }

  /** The result for a key that was used before. */
  find(key: string | undefined, hash: () => string | undefined): Published | undefined {
    const used = key === undefined ? undefined : this.#keys.get(key);
    if (!used || key === undefined) return undefined;
    if (used.hash !== hash()) return { error: conflict("folder", this.#channel, key) };
    return { id: formatPosition(this.#epoch, used.offset), duplicate: true };
  }

  /** Takes a line. Who reads the files in their order comes to the same results, in whatever process. */
  store({ entries }: Line, place: Place, fresh: Delivery[]): Published[] {
    this.places.push(place);
    return entries.map(({ topic, payload, key, hash }, i) => {
      const offset = place.start + i;
      const known = this.find(key, () => hash);
      if (known) {
        this.void.add(offset);
        return known;
      }
      if (key !== undefined) this.#keys.set(key, { offset, hash });
      this.last = offset;
      const id = formatPosition(this.#epoch, offset);
      fresh.push({ id, frame: { topic, payload } });
      return { id, duplicate: false };
    });
  }

  /** Lets go of what was in files that are gone. */
  forget(oldest: number): void {
    this.places = this.places.filter(({ start }) => start >= oldest);
    for (const offset of this.void) if (offset < oldest) this.void.delete(offset);
    for (const [key, { offset }] of this.#keys) if (offset < oldest) this.#keys.delete(key);
  }
}
