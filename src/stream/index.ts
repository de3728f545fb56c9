/** Streams over a topic: declare one, read one. */
export { isRealtimeError, RealtimeError, type RealtimeErrorCode } from "../errors.js";
export { foldStream, isAbandoned } from "./fold.js";
export {
  type ChunkOf,
  type MessageSource,
  type ReadStreamOptions,
  readStream,
  type StreamTopic,
} from "./read.js";
export { streamOf } from "./schema.js";
export type { Source } from "./source.js";
export type { StreamPart, StreamSchema, StreamState } from "./types.js";
