/** Publishing, as a type. */
import type { Refused } from "../refused.js";
import type { TopicRef } from "../topic.js";
import type { PayloadFor, PayloadOf } from "../topic-checks.js";
import type { Supports } from "../transport.js";

/** Where the transport can't be part of a transaction. */
export interface NoTransactionOption {
  readonly tx?:
    | Refused<"This transport can't be part of a transaction: leave tx out, or choose one that can.">
    | undefined;
}

/** Options of publishing where the transport keeps idempotency keys. */
export interface KeyOption extends NoTransactionOption {
  /** Within the transport's window, a channel takes one message per key. Publishing it again changes nothing. */
  readonly key?: string | undefined;
}

/** Where it keeps none. */
export interface NoKeyOption extends NoTransactionOption {
  readonly key?:
    | Refused<"This transport keeps no idempotency keys: leave key out, or choose one that does.">
    | undefined;
}

/** Options of publishing where the transport can be part of a transaction. `Tx` is what its client calls one. */
export interface TransactionOption<Tx, Key extends KeyOption | NoKeyOption> {
  readonly key?: Key["key"];
  /**
   * A transaction of yours: the message is out if and only if that commits, in the order of commits. Its id is valid
   * from then on. The transaction holds its channels until then: whoever else publishes to one of them waits. Rejects
   * with `TRANSACTION_CONFLICT` where the whole transaction is to be run again.
   *
   * Let every `publish` settle before the transaction ends, also where another one failed (`Promise.allSettled`): its
   * connection may be in a transaction of somebody else's by then.
   */
  readonly tx?: Tx | undefined;
}

/** An idempotency key, where the transport keeps them; a transaction, where it can be part of one. */
export type PublishOptions<S extends Supports> = [S] extends [
  { readonly transactions: true; readonly "~tx"?: infer Tx },
]
  ? TransactionOption<Tx, S["keys"] extends number ? KeyOption : NoKeyOption>
  : S["keys"] extends number
    ? KeyOption
    : NoKeyOption;

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
