/** The options of the memory transport: their defaults, and what is allowed. */
import type { Duration } from "../../src/duration.js";
import { lasting, whole } from "../log/limits.js";

/** What the memory transport may hold, and for how long. Every bound has a default, so it never grows without one. */
export interface MemoryOptions {
  /** What each channel keeps for replay. What goes beyond is dropped, oldest first. */
  readonly history?:
    | {
        /** Messages. Default 10,000. */
        readonly count?: number | undefined;
        /** Bytes of payload. Default 4 MiB. */
        readonly bytes?: number | undefined;
        /** How long a message is kept at most: milliseconds, or such as `"10m"`. Default `"10m"`. */
        readonly age?: Duration | undefined;
      }
    | undefined;
  /**
   * Bytes of all channels together: payloads, and 512 for the keeping of each message. The oldest of all goes first.
   * A message with a key counts a second time, for as long as the key is remembered. Keys may take half of the bytes;
   * beyond that, a message with a key is refused with `OVERLOADED`. Default 64 MiB.
   */
  readonly totalBytes?: number | undefined;
  /** How long an idempotency key is remembered: milliseconds, or such as `"10m"`. Default `"10m"`. */
  readonly keyWindow?: Duration | undefined;
  /** Bytes of payload that one message may have; a larger one is refused. Default 1 MiB. */
  readonly maxBytes?: number | undefined;
}

/** The options, read: bytes and milliseconds. */
export interface Limits {
  readonly count: number;
  readonly bytes: number;
  readonly age: number;
  readonly totalBytes: number;
  readonly keyWindow: number;
  readonly maxBytes: number;
}

const MiB = 1_048_576;

/** What a small message takes beside its payload, in bytes, measured. */
export const KEEPING = 512;

/** Throws `INVALID_OPTIONS`, naming the option, the value and what is allowed. */
export function readOptions(options: MemoryOptions): Limits {
  const { history = {}, totalBytes = 64 * MiB, keyWindow = "10m", maxBytes = MiB } = options;
  const { count = 10_000, bytes = 4 * MiB, age = "10m" } = history;
  return {
    count: whole(count, "memory: history.count"),
    bytes: whole(bytes, "memory: history.bytes"),
    age: lasting(age, "memory: history.age"),
    totalBytes: whole(totalBytes, "memory: totalBytes"),
    keyWindow: lasting(keyWindow, "memory: keyWindow"),
    maxBytes: whole(maxBytes, "memory: maxBytes"),
  };
}
