/** The app, as a type. */
import type { Duration } from "../duration.js";
import type { Message } from "../message.js";
import type { Subscription } from "../subscription.js";
import type { TokenOf } from "../token.js";
import type { Topic, TopicRef } from "../topic.js";
import type { Gap, Supports } from "../transport.js";

/** A channel of a known name and topics. */
export interface ChannelOf<Name extends string, M> {
  readonly "~channel": { readonly name: Name; readonly map: M };
}

/** An idempotency key, where the transport keeps them. */
export type PublishOptions<S extends Supports> = S["keys"] extends number
  ? {
      /** Within the transport's window, a channel takes one message per key. Publishing it again changes nothing. */
      readonly key?: string | undefined;
    }
  : { readonly key?: never };

/** A position to resume from, where the transport replays. */
export type ResumeOptions<S extends Supports> = S["replay"] extends true
  ? {
      /** Replay what came after this message's id, then go on live. */
      readonly after?: string | undefined;
    }
  : { readonly after?: never };

/** What was published. */
export interface PublishedMessage {
  /** The message's id; for a key that was used before, the first message's. */
  readonly id: string;
}

export type AppSubscribeOptions<
  S extends Supports,
  Name extends string,
  M,
  K extends keyof M,
> = ResumeOptions<S> & {
  readonly channel: ChannelOf<Name, M>;
  /** Default: all topics. */
  readonly topics?: readonly K[] | undefined;
  /** Awaited before the next message, where it gives a promise. */
  readonly onMessage?: ((message: Message<NoInfer<Name>, NoInfer<M>, NoInfer<K>>) => unknown) | undefined;
  readonly onError?: ((error: Error) => void) | undefined;
  /** Messages may be missing here. */
  readonly onGap?: ((gap: Gap) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
};

export type HistoryOptions<
  S extends Supports,
  Name extends string,
  M,
  K extends keyof M,
> = S["replay"] extends true
  ? {
      readonly channel: ChannelOf<Name, M>;
      /** Default: all topics. */
      readonly topics?: readonly K[] | undefined;
      /** Only what came after this message's id. Default: from the oldest that is kept. */
      readonly after?: string | undefined;
      /** How many stored messages are looked at, those of other topics included. Default 100. */
      readonly limit?: number | undefined;
    }
  : never;

/** A part of a channel's history, oldest first. */
export interface HistoryResult<M> {
  readonly messages: readonly M[];
  /** Set where messages may be missing between `after` and the first one. */
  readonly gap: Gap | undefined;
  /** Read on with `after: position`. */
  readonly position: string;
  /** Whether there is more. */
  readonly more: boolean;
}

/** How long a token lives, and for whom. */
export interface TokenLife {
  /** Default `"15m"`, at least one second, at most `"24h"`. */
  readonly expiresIn?: Duration | undefined;
  /** Whom it is for, such as a user's id: the claim `sub`. */
  readonly subject?: string | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: a name says nothing of payloads; the token fits whoever declares them.
type UnknownTopics<K extends string> = { readonly [T in K]: Topic<any, any> };

/** What a server does with channels. */
export interface App<S extends Supports = Supports> {
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
  publish<In>(ref: TopicRef<In>, data: NoInfer<In>, options?: PublishOptions<S>): Promise<PublishedMessage>;

  /**
   * Publishes several messages, of one or several channels. All are parsed first: if one is refused, none is published.
   *
   * @example
   * ```ts
   * await app.publishMany([[ch.status, { message: "Done" }], [ch.tokens, { token: "!" }, { key: "last" }]]);
   * ```
   */
  publishMany<const I extends readonly unknown[]>(
    messages: {
      readonly [K in keyof I]: readonly [
        ref: TopicRef<I[K]>,
        data: NoInfer<I[K]>,
        options?: PublishOptions<S>,
      ];
    },
  ): Promise<readonly PublishedMessage[]>;

  /**
   * Receives a channel's messages in this process, without a token. Resolves when everything that is published from
   * now on will be received. Rejects with `UNKNOWN_CHANNEL`, `UNKNOWN_TOPIC`, `TRANSPORT_FAILED` or `CLOSED`.
   */
  subscribe<Name extends string, M, const K extends keyof M = keyof M>(
    options: AppSubscribeOptions<S, Name, M, K>,
  ): Promise<Subscription<NoInfer<Message<Name, M, K>>>>;

  /** Reads what is kept of a channel. Compiles where the transport replays. */
  history<Name extends string, M, const K extends keyof M = keyof M>(
    options: HistoryOptions<S, Name, M, K>,
  ): Promise<HistoryResult<NoInfer<Message<Name, M, K>>>>;

  /**
   * A token for topics of one channel: give it to the browser that may receive them.
   *
   * @example
   * ```ts
   * const token = await app.token({ channel: ch, topics: ["status"], expiresIn: "5m", subject: user.id });
   * ```
   */
  token<Name extends string, M, const K extends keyof M & string = keyof M & string>(
    options: { readonly channel: ChannelOf<Name, M>; readonly topics?: readonly K[] | undefined } & TokenLife,
  ): Promise<TokenOf<Name, Pick<M, NoInfer<K>>>>;
  token<const Name extends string, const K extends string>(
    options: { readonly channel: Name; readonly topics: readonly K[] } & TokenLife,
  ): Promise<TokenOf<Name, UnknownTopics<K>>>;

  /** Resolves when everything that was published before is stored or refused. Await it before a short-lived process ends. */
  flush(): Promise<void>;

  /** Flushes, ends subscriptions and sockets (clients reconnect elsewhere), and closes the transport that was passed in. */
  close(): Promise<void>;
}
