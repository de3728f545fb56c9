/** Topics: the types that a channel carries for each of them, and the reference that one publishes to. */
import type { AnySchema } from "./schema.js";

/** What one topic takes and gives. A type only; it carries data, never a schema, so that declarations stay short. */
export interface Topic<In, Out = In> {
  readonly input: In;
  readonly output: Out;
}

/** The topics of a channel, by name. */
export type TopicMap = { readonly [topic: string]: Topic<unknown, unknown> };

/** What a publisher of topic `T` gives. */
export type InputOf<T> = T["input" & keyof T];

/** What a subscriber of topic `T` gets. */
export type OutputOf<T> = T["output" & keyof T];

/**
 * A reference to one topic of one channel: `channel.status`. It is invariant in its payload, so a function that takes
 * a `TopicRef<Status>` can be given no reference of a wider or a narrower topic.
 *
 * @example
 * ```ts
 * const notify = (ref: Realtime.TopicRef<{ message: string }>) => app.publish(ref, { message: "Hello" });
 * ```
 */
// biome-ignore-start lint/suspicious/noExplicitAny: the bare `TopicRef` means "of whatever payload".
export interface TopicRef<In = any, Out = any, Name extends string = string, Topic extends string = string> {
  // biome-ignore-end lint/suspicious/noExplicitAny: as above
  /** The channel's name. */
  readonly channel: Name;
  readonly topic: Topic;
  /** Types only: not there at run time. */
  readonly "~in": (data: In) => In;
  /** Types only: not there at run time. */
  readonly "~out": (data: Out) => Out;
}

/** What a reference carries at run time, beside its name and topic. Not enumerable, so that it never becomes JSON. */
export interface RefInternals {
  readonly "~schema": AnySchema;
}
