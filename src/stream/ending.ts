/** What both readers of a stream make of its parts: its chunks, how it can end before its end, and how long one waits for it. */
import { RealtimeError } from "../errors.js";
import type { StreamPart } from "./types.js";

/** Milliseconds between two parts, at most, where a stream says nothing else. */
export const HEARTBEAT = 10_000;

/** It is no longer than so many milliseconds. */
export const LONGEST_HEARTBEAT = 600_000;

/** A stream is abandoned that is silent for so many heartbeats. */
export const PATIENCE = 3;

/** A part's chunks. One of a later version may be of a kind that isn't known here: no more than a sign of life. */
export const chunksOf = <T>(part: { readonly type: string; readonly chunks?: readonly T[] }): readonly T[] =>
  part.type === "chunks" ? (part.chunks ?? []) : [];

/** What the publisher said went wrong. */
export const failureOf = ({
  code,
  message,
}: StreamPart<unknown> & { readonly type: "error" }): RealtimeError =>
  // Another code is of a publisher that isn't this package, or of a later version.
  new RealtimeError(code === "STREAM_ABORTED" ? code : "STREAM_FAILED", message);

export const incomplete = (stream: string, why: string): RealtimeError =>
  new RealtimeError("STREAM_INCOMPLETE", `Stream "${stream}": ${why}.`);

/** The part after a hole. */
export const missing = (stream: string, from: number, to: number): RealtimeError =>
  incomplete(stream, `chunks ${from} to ${to - 1} didn't come`);
