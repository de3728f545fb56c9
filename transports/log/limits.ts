/** What options may be, and how large a message is. */
import { type Duration, toMilliseconds } from "../../src/duration.js";
import { RealtimeError } from "../../src/errors.js";
import type { Frame } from "../../src/frame.js";

/** A count. `what` names the option, such as `"redis: history.count"`. Throws `INVALID_OPTIONS`. */
export function whole(value: number, what: string): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new RealtimeError("INVALID_OPTIONS", `${what} is ${value}: give a whole number, 1 or more.`);
}

/** A duration, in milliseconds. Throws `INVALID_OPTIONS`. */
export function lasting(value: Duration, what: string): number {
  const milliseconds = toMilliseconds(value, what);
  if (milliseconds > 0) return milliseconds;
  throw new RealtimeError("INVALID_OPTIONS", `${what} is ${value}: give a duration above 0.`);
}

const encoder = new TextEncoder();

/**
 * The bytes of a payload: as the frame says, or counted where that is within a factor of eight of the limit. What a
 * frame says is too low where characters take several bytes (up to six), and too high for short numbers.
 */
export function bytesOf(frame: Frame, maxBytes: number): number {
  const { size } = frame;
  return size * 8 < maxBytes || size > maxBytes * 8 ? size : encoder.encode(frame.payload).length;
}

/** 64 random bits as an epoch: no two have the same. */
export const randomEpoch = (): string =>
  Array.from(crypto.getRandomValues(new Uint32Array(2)), (part) => part.toString(36)).join("");
