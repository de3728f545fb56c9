/** Publishing, as a type. */
import type { Refused } from "../refused.js";
import type { TopicRef } from "../topic.js";
import type { PayloadFor, PayloadOf } from "../topic-checks.js";
import type { Supports } from "../transport.js";

/** Options of publishing where the transport keeps idempotency keys. */
export interface KeyOption {
  /** Within the transport's window, a channel takes one message per key. Publishing it again changes nothing. */
  readonly key?: string | undefined;
}

/** Where it keeps none. */
export interface NoKeyOption {
  readonly key?:
    | Refused<"This transport keeps no idempotency keys: leave key out, or choose one that does.">
    | undefined;
}

/** An idempotency key, where the transport keeps them. */
export type PublishOptions<S extends Supports> = S["keys"] extends number ? KeyOption : NoKeyOption;

/** What was published. */
export interface PublishedMessage {
  /** The message's id; for a key that was used before, the first message's. */
  readonly id: string;
}

/** What publishes. `Options` is a parameter, so that the compiler works them out for an app, and not for each call. */
export interface Publishing<Options> {
  /**
   * Publishes to one topic: the payload is parsed by the topic's schema, and what that gives is what travels. Messages
   * of one channel arrive in the order of these calls. Resolves when the transport has stored it.
   *
   * Rejects with `INVALID_PAYLOAD`, `SCHEMA_FAILED`, `UNSUPPORTED_VALUE`, `PAYLOAD_TOO_LARGE`, `IDEMPOTENCY_CONFLICT`,
   * `UNKNOWN_TOPIC`, `OVERLOADED`, `TRANSPORT_FAILED` or `CLOSED`.
   *
   * @example
   * ```ts
   * await app.publish(ch.status, { message: "Done!" }, { key: "final-status" });
   * ```
   */
  publish<In, Out>(
    ref: TopicRef<In, Out> | Refused<"Publish to a topic: channel.status, not the channel.">,
    data: NoInfer<PayloadFor<In, Out>>,
    options?: Options,
  ): Promise<PublishedMessage>;

  /**
   * Publishes several messages, of one or several channels. All are parsed first: if one is refused, none is published.
   *
   * @example
   * ```ts
   * await app.publishMany([[ch.status, { message: "Done" }], [ch.tokens, { token: "!" }, { key: "last" }]]);
   * ```
   */
  publishMany<const R extends readonly TopicRef[]>(
    messages: {
      readonly [K in keyof R]: readonly [ref: R[K], data: PayloadOf<R[K]>, options?: Options];
    },
  ): Promise<readonly PublishedMessage[]>;
}
