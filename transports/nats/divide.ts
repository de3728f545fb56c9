/** Frames as few messages for the server. */
import type { Frame } from "../../src/frame.js";
import { encodeEnvelope } from "./envelope.js";
import { MAX_FRAMES } from "./offsets.js";

/** What becomes one message at the server. */
export interface Part {
  readonly frames: readonly Frame[];
  readonly stamp: string;
  readonly data: Uint8Array;
}

/** Frames in order, in as few parts of at most `most` bytes as halving gives. A single frame may be larger. */
export function divide(frames: readonly Frame[], most: number, stamp: () => string): Part[] {
  if (frames.length === 0) return [];
  if (frames.length <= MAX_FRAMES) {
    const part = { frames, stamp: stamp() };
    const data = encodeEnvelope(frames, part.stamp);
    if (data.length <= most || frames.length === 1) return [{ ...part, data }];
  }
  const half = Math.ceil(frames.length / 2);
  return [frames.slice(0, half), frames.slice(half)].flatMap((some) => divide(some, most, stamp));
}
