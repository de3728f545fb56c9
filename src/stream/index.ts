/** Streams over a topic: declare one, read one. */
export type { StreamPart } from "./types.js";
