/** The idempotency keys of the last while. */
import type { Frame } from "../../src/frame.js";
import { Queue } from "../../src/queue.js";
import { KEEPING } from "./options.js";

/** A key that was used. */
interface Used {
  readonly channel: string;
  readonly key: string;
  /** The id of the message that has it. */
  readonly id: string;
  /** What was published under it. */
  readonly frame: Frame;
  readonly bytes: number;
  /** When it is forgotten, in milliseconds. */
  readonly until: number;
}

/**
 * Keys by channel. All are remembered equally long, so they are forgotten in the order in which they came, and none
 * before its time: where there is no room, it is a new one that is refused.
 */
export class Keys {
  readonly #window: number;
  readonly #maxBytes: number;
  readonly #channels = new Map<string, Map<string, Used>>();
  readonly #byAge = new Queue<Used>();
  #bytes = 0;

  /** `window` in milliseconds; `maxBytes` of what is remembered. */
  constructor(window: number, maxBytes: number) {
    this.#window = window;
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** How much is held, for tests. */
  get held(): { keys: number; keyedChannels: number } {
    return { keys: this.#byAge.length, keyedChannels: this.#channels.size };
  }

  /** When the oldest key is forgotten; `Infinity` where there is none. */
  get nextExpiry(): number {
    return this.#byAge.peek()?.until ?? Number.POSITIVE_INFINITY;
  }

  find(channel: string, key: string): Used | undefined {
    return this.#channels.get(channel)?.get(key);
  }

  hasRoom(key: string, bytes: number): boolean {
    return this.#bytes + bytes + key.length + KEEPING <= this.#maxBytes;
  }

  /** Remembers a key that is not yet known. `bytes`: of its message's payload. */
  add(channel: string, key: string, id: string, frame: Frame, bytes: number, now: number): void {
    const used = { channel, key, id, frame, bytes: bytes + key.length + KEEPING, until: now + this.#window };
    const ofChannel = this.#channels.get(channel) ?? new Map<string, Used>();
    ofChannel.set(key, used);
    this.#channels.set(channel, ofChannel);
    this.#byAge.push(used);
    this.#bytes += used.bytes;
  }

  expire(now: number): void {
    while (this.nextExpiry <= now) {
      const used = this.#byAge.shift();
      if (!used) return;
      this.#bytes -= used.bytes;
      const ofChannel = this.#channels.get(used.channel);
      ofChannel?.delete(used.key);
      if (ofChannel?.size === 0) this.#channels.delete(used.channel);
    }
  }
}
