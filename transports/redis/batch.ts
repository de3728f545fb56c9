/** Batches, as they lie in a stream and are told: text that is joined without being read. */
import type { Frame } from "../../src/frame.js";

/** Messages as a batch. Lengths are of UTF-16 units, as `length` gives them. */
export function encodeFrames(frames: readonly Pick<Frame, "topic" | "payload">[]): string {
  let text = "";
  for (const { topic, payload } of frames) text += `${topic.length},${payload.length}:${topic}${payload}`;
  return text;
}

/** The messages of a batch; `undefined` where it is none. */
export function decodeBatch(text: string): Pick<Frame, "topic" | "payload">[] | undefined {
  const frames: Pick<Frame, "topic" | "payload">[] = [];
  for (let at = 0; at < text.length; ) {
    const comma = text.indexOf(",", at);
    const colon = text.indexOf(":", comma);
    const topicEnd = colon + 1 + Number(text.slice(at, comma));
    const end = topicEnd + Number(text.slice(comma + 1, colon));
    // NaN fails this too. A length below 0 would have it read the same again, for ever.
    const isWhole = comma > at && colon > comma && topicEnd > colon && end >= topicEnd && end <= text.length;
    if (!isWhole) return undefined;
    frames.push({ topic: text.slice(colon + 1, topicEnd), payload: text.slice(topicEnd, end) });
    at = end;
  }
  return frames;
}
