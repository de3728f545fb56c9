/** Streams over a topic, as types. */
import type { RealtimeError } from "../errors.js";
import type { AnySchema } from "../schema.js";

/**
 * One message of a topic that carries streams ({@link ./schema.js streamOf}). A stream is its `"begin"`, `"chunks"` in order, and one of
 * `"end"` and `"error"`; several may be under way on one topic, told apart by `stream`.
 */
export type StreamPart<T> =
  | {
      readonly type: "begin";
      /** The stream's id. */
      readonly stream: string;
      /** A part comes at least every so many milliseconds. A stream that is silent for thrice as long is abandoned. */
      readonly heartbeat: number;
      /** Random: tells one attempt to publish this stream from another. */
      readonly run?: string | undefined;
    }
  | {
      readonly type: "chunks";
      readonly stream: string;
      /** How many chunks came before these. */
      readonly index: number;
      /** None: the stream is still alive. */
      readonly chunks: readonly T[];
    }
  | {
      readonly type: "end";
      readonly stream: string;
      /** How many chunks there were. */
      readonly index: number;
    }
  | {
      readonly type: "error";
      readonly stream: string;
      /** How many chunks there were. */
      readonly index: number;
      /** `STREAM_FAILED`: its source did. `STREAM_ABORTED`: it was stopped. */
      readonly code: string;
      readonly message: string;
    };

/**
 * The schema of a topic that carries streams, as {@link ./schema.js streamOf} makes it. It holds types and no validator's name, so
 * that declarations stay short.
 */
export interface StreamSchema<In, Out = In> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: "halyard";
    readonly validate: AnySchema["~standard"]["validate"];
    readonly types?: { readonly input: StreamPart<In>; readonly output: StreamPart<Out> } | undefined;
  };
  /** The schema of a chunk, for who publishes streams, and for tools. */
  readonly "~chunk": AnySchema;
}

/** How a stream stands, as {@link ./fold.js foldStream} makes it of its parts. Never changed: each part gives another one. */
export interface StreamState<T> {
  /** The stream's id. */
  readonly stream: string;
  /** `"error"`: see `error`. It has ended, and so has `"done"`. */
  readonly status: "streaming" | "done" | "error";
  /** What has come so far, in order, each once. Made when first read. */
  readonly chunks: readonly T[];
  /** The chunks that are text, joined. */
  readonly text: string;
  /** How many chunks have come. */
  readonly count: number;
  /** `STREAM_FAILED`, `STREAM_ABORTED`, or `STREAM_INCOMPLETE` where parts are missing. */
  readonly error: RealtimeError | undefined;
  /** At least every so many milliseconds a part comes. */
  readonly heartbeat: number;
  /** When the last part came, in milliseconds since the Unix epoch. */
  readonly at: number;
}
