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

/** The messages of topics `K` of `M`: a union that narrows by `topic`. */
export type Message<Name extends string, M, K extends keyof M = keyof M> =
  // Only `any` passes this: what came untyped is received as unknown, never as never.
  0 extends 1 & M
    ? MessageOf<string, string, unknown>
    : K extends unknown
      ? MessageOf<Name, K, OutputOf<M[K]>>
      : never;

/** `T`, from which nothing is inferred; unlike `NoInfer<T>`, declarations and editors show nothing but `T`. */
export type Fixed<T> = [T][T extends unknown ? 0 : never];

/** A message of a channel that is known at run time only. */
export type AnyMessage = MessageOf<string, string, unknown>;

/** What takes messages: a function for all of them, or one for each topic. A promise is awaited before the next message. */
export type MessageHandler<Msg> = ((message: Msg) => unknown) | TopicHandlers<Msg> | undefined;

/** A function for each topic: `{ status: (m) => …, tokens: (m) => … }`. */
export type TopicHandlers<Msg> = {
  readonly [K in TopicOf<Msg>]: (message: OfTopic<Msg, K>) => unknown;
};

type ByTopic<Msg> = { readonly [topic: string]: ((message: Msg) => unknown) | undefined };

/** One function for all messages, of whichever was given. */
export const toHandler = <Msg>(given: NonNullable<MessageHandler<Msg>>): ((message: Msg) => unknown) =>
  typeof given === "function"
    ? given
    : // Every message has a topic; and no topic has the name of what any object has.
      (message) => (given as unknown as ByTopic<Msg>)[(message as { topic: string }).topic]?.(message);

type TopicOf<Msg> = Msg["topic" & keyof Msg] & string;
// Not `Extract`: of messages whose topic is any text, each is one of this topic.
type OfTopic<Msg, K> = Msg extends { readonly topic: infer T } ? (K extends T ? Msg : never) : never;
