/** What a subscriber receives. */
import type { OutputOf } from "./topic.js";

/** One message: of topic `Topic`, with its payload. */
export interface MessageOf<Name extends string, Topic, Data> {
  /** The channel's name. */
  readonly channel: Name;
  readonly topic: Topic;
  /** What the topic's schema made of the published value. */
  readonly data: Data;
  /** Unique in its channel. Where the transport replays, it is also the position to resume from (`after`). */
  readonly id: string;
  /** When the publisher sent it, by the publisher's clock. */
  readonly createdAt: Date;
}

// `any` would make every branch below "maybe"; what came untyped is received as unknown, never as never.
type IsAny<T> = 0 extends 1 & T ? true : false;

/** The messages of topics `K` of `M`: a union that narrows by `topic`. */
export type Message<Name extends string, M, K extends keyof M = keyof M> =
  IsAny<M> extends true
    ? MessageOf<string, string, unknown>
    : K extends unknown
      ? MessageOf<Name, K, OutputOf<M[K]>>
      : never;

/** A message of a channel that is known at run time only. */
export type AnyMessage = MessageOf<string, string, unknown>;
