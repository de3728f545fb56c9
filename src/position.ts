/** Positions: where a message stands in its channel. A position is the message's id, and what a subscriber resumes from. */

/** A position, taken apart. Text form: `<epoch>.<offset>`, opaque to everybody but this package and its transports. */
export interface Position {
  /** Changes whenever offsets could be used twice. `A–Z a–z 0–9 _ -`, 1 to 64 characters. */
  readonly epoch: string;
  /** Strictly increasing per channel within an epoch; not necessarily by one. A safe integer, 0 or more. */
  readonly offset: number;
}

/** The text form of a position. */
export const formatPosition = (epoch: string, offset: number): string => `${epoch}.${offset}`;

/** Takes a position apart; `undefined` where the text is none (as the random ids of a transport without replay). */
export function parsePosition(text: string): Position | undefined {
  const match = /^([\w-]{1,64})\.(0|[1-9]\d{0,15})$/.exec(text);
  const offset = Number(match?.[2]);
  return match && Number.isSafeInteger(offset) ? { epoch: match[1] as string, offset } : undefined;
}

/**
 * Whether position `a` is known not to come after `b`: both are of one epoch, and `a` is no later.
 * This is how a subscriber recognizes what it already has.
 */
export function isNotAfter(a: string, b = ""): boolean {
  const [epoch, offset, more] = a.split(".");
  const [otherEpoch, otherOffset] = b.split(".");
  return a === b || (!more && epoch === otherEpoch && Number(offset) <= Number(otherOffset));
}
