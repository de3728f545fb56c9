/**
 * Offsets: a stream's sequence number times 1,024, and a place among the frames of that stored message. They are counted
 * from the end, so that the last has place 1,023 however many there are: a message's successor names it by its
 * sequence alone. Place 0 is no frame's: it stands right before whatever is stored under that number.
 */
import { RealtimeError } from "../../src/errors.js";

const PLACES = 1_024;

/** Frames that one stored message has at most. */
export const MAX_FRAMES = 1_000;

function safe(offset: number): number {
  if (Number.isSafeInteger(offset)) return offset;
  throw new RealtimeError(
    "TRANSPORT_FAILED",
    "nats: the stream has stored more than 2^43 messages: positions can't count further. Make another stream.",
  );
}

/** The offset of the frame `index` of `count`, stored as the message `seq`. */
export const offsetOf = (seq: number, index: number, count: number): number =>
  safe(seq * PLACES + PLACES - count + index);

/** The offset of the last frame of the message `seq`. */
export const lastOffset = (seq: number): number => offsetOf(seq, 0, 1);

/** The offset right before the message `seq`, which may be one that is yet to come. */
export const offsetBefore = (seq: number): number => safe(seq * PLACES);

/** What an offset says. */
export interface Place {
  readonly seq: number;
  /** Frames that come after it in the message `seq`; `undefined` where it stands before that message. */
  readonly remaining: number | undefined;
}

export function placeOf(offset: number): Place {
  const place = offset % PLACES;
  return { seq: Math.floor(offset / PLACES), remaining: place === 0 ? undefined : PLACES - 1 - place };
}
