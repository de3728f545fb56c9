/** Frames to publish, made here so that a case knows every byte of them. */
import type { Frame } from "../../src/frame.js";

const encoder = new TextEncoder();

/** The bytes of a text in UTF-8. */
export const bytesOf = (text: string): number => encoder.encode(text).length;

/** What a frame may have beside its data. */
export interface FrameOptions {
  /** Default `"note"`. */
  readonly topic?: string;
  readonly key?: string | undefined;
  /** Default 0. */
  readonly createdAt?: number;
}

/** A frame as core makes it. */
export function frame(data: unknown, { topic = "note", key, createdAt = 0 }: FrameOptions = {}): Frame {
  const content = JSON.stringify({ topic, data });
  return rawFrame(`${content.slice(0, -1)},"createdAt":${createdAt}}`, { topic, key }, content);
}

/** A frame of any payload. */
export const rawFrame = (payload: string, options: FrameOptions = {}, content = payload): Frame => ({
  topic: options.topic ?? "note",
  payload,
  content,
  key: options.key,
  size: bytesOf(payload),
});

/** What messages are labelled that only push others out of a history. */
export const FILLER = "filler";

/** So many frames, all different. */
export const frames = (count: number, label = "message"): Frame[] =>
  Array.from({ length: count }, (_, i) => frame(`${label} ${i}`));

/** A frame whose payload has exactly so many bytes, in characters of one to four bytes. */
export function frameOfBytes(bytes: number, options: FrameOptions = {}): Frame {
  const room = bytes - bytesOf(frame("", options).payload);
  const mixed = "aé水🎏";
  const repeats = Math.floor(room / bytesOf(mixed));
  return frame(mixed.repeat(repeats) + "x".repeat(room - repeats * bytesOf(mixed)), options);
}

/** The payloads of frames, to compare with what arrived. */
export const payloadsOf = (list: readonly Frame[]): string[] => list.map(({ payload }) => payload);
