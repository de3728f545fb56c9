/** Streams over a topic, as types. */

/**
 * One message of a topic that carries streams ({@link ./schema.js streamOf}). A stream is its `"begin"`, `"chunks"` in order, and one of
 * `"end"` and `"error"`; several may be under way on one topic, told apart by `stream`.
 */
export type StreamPart<T> =
  | {
      readonly type: "begin";
      /** The stream's id. */
      readonly stream: string;
      /** At least every so many milliseconds a part comes, be it of no chunks. What is silent for thrice as long is abandoned. */
      readonly heartbeat: number;
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
