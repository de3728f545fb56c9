/** What the client takes and gives, as types. */
import type { Handler } from "../handlers.js";
import type { Fixed, Message } from "../message.js";
import type { Refused } from "../refused.js";
import type { Subscription, SubscriptionHandlers } from "../subscription.js";
import type { TokenCovering, TokenOf } from "../token.js";
import type { InputOf, OutputOf } from "../topic.js";
import type { Wire } from "../wire.js";

/**
 * How a subscription stands. `"connecting"` until it first receives, `"open"` while it does, `"reconnecting"` while what
 * was lost is being mended, `"closed"` when it is over for good.
 */
export type Status = "connecting" | "open" | "reconnecting" | "closed";

/**
 * A token, or a function that fetches one. A function is called again for every attempt to subscribe, and for a fresh token
 * when a tenth of the time is left that the last one has. Wanted by several subscriptions of a client at the same time,
 * it is called once. A token that isn't a function can't be replaced: when it expires, the subscription ends.
 */
// `Promise` is told first: the compiler then needn't compare all that makes a `PromiseLike`.
export type TokenSource<T> = T | (() => T | Promise<T> | PromiseLike<T>);

/** A channel of this copy of the package or of another; not a definition that has yet to be called. */
export interface ChannelLike<Name extends string, M> {
  /** Types only: marks a channel. */
  readonly "~channel": { readonly name: Name; readonly map: M };
}

/** The topics among `K` whose output is no legal input of their schema. */
type OneWay<M, K extends keyof M> = {
  [T in K]: OutputOf<M[T]> extends InputOf<M[T]> ? never : T;
}[K];

/** What `validate` takes: `true` only where each chosen topic's output can be parsed again. */
export type Validate<M, K extends keyof M> = [OneWay<M, K>] extends [never]
  ? boolean
  :
      | false
      | Refused<`The output of "${OneWay<M, K> & string}" is no legal input of its schema: it can't be parsed again.`>;

/** What goes with a subscription of messages `Msg`. */
export interface SubscribeHandlers<Msg> extends SubscriptionHandlers<Msg> {
  /** Called when the status changes, and with `"closed"` last. */
  readonly onStatus?: Handler<Status>;
  /** The gateway: absolute, or a path on the page's origin. Default: the token's `url`, else `/api/realtime`. */
  readonly url?: string | undefined;
  /** Where to resume: the `id` of the last message that you have. Default: from now on. */
  readonly after?: string | undefined;
  /** How to reach the gateway, best first. Default: the client's; of its default, what the token's `wires` names. */
  readonly wires?: readonly Wire[] | undefined;
}

/** `subscribe` with a channel: it says what the messages are, and the token must open the topics asked for. */
export interface ChannelOptions<Name extends string, M, K extends keyof M & string>
  // Nothing can be inferred of `M` from a message, and `NoInfer` of an object is another type: all would be made twice.
  extends SubscribeHandlers<Message<NoInfer<Name>, M, NoInfer<K>>> {
  readonly token: TokenSource<
    | NoInfer<TokenCovering<Name, { readonly [T in K]: M[T] }>>
    | string
    | Refused<"This token opens another channel, or not all of these topics: make one that does, or ask for fewer.">
  >;
  readonly channel: ChannelLike<Name, M>;
  /** Default: all topics of the channel. */
  readonly topics?: readonly (K | Refused<"Name topics that the channel declares.">)[] | undefined;
  /** Parse each message again by its topic's schema. What doesn't fit goes to `onError`. Default `false`. */
  readonly validate?: Validate<M, K> | undefined;
}

/** `subscribe` without a channel: the token's type says what the messages are. */
export interface TokenOptions<Name extends string, M, K extends keyof M & string>
  extends SubscribeHandlers<Message<NoInfer<Name>, M, NoInfer<K>>> {
  readonly token: TokenSource<
    | TokenOf<Name, M>
    | string
    | Refused<"This token opens another channel, or not all of these topics: make one that does, or ask for fewer.">
  >;
  readonly channel?: undefined;
  /** Default: all topics that the token opens. */
  readonly topics?: readonly (K | Refused<"Name topics that the channel declares.">)[] | undefined;
  readonly validate?: false | undefined;
}

/** `subscribe`. See {@link ./client.js}. */
export interface Subscribe {
  // biome-ignore-start lint/suspicious/noExplicitAny: a bare key says nothing of its topics; see `Message`.
  // The first that an argument of type `any` fits.
  <Name extends string = string, M = any>(
    token: TokenOf<Name, M> | string,
  ): Promise<Subscription<Fixed<Message<Name, M>>>>;
  // Then what is used most: each form that doesn't fit costs as much as the one that does.
  <Name extends string, M, const K extends keyof M & string = keyof M & string>(
    options: ChannelOptions<Name, M, K>,
  ): Promise<Subscription<Fixed<Message<Name, M, K>>>>;
  <Name extends string = string, M = any, const K extends keyof M & string = keyof M & string>(
    options: TokenOptions<Name, M, K>,
  ): Promise<Subscription<Fixed<Message<Name, M, K>>>>;
  // biome-ignore-end lint/suspicious/noExplicitAny: as above
  // And last: a mistake is told by what the compiler tried last.
  <Name extends string, M, const K extends keyof M & string = keyof M & string>(
    options: ChannelOptions<Name, M, K>,
  ): Promise<Subscription<Fixed<Message<Name, M, K>>>>;
}
