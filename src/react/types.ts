/** What the hooks take and give, as types. */
import type { AnyChannel, AnyDef, MapOf, NameOf } from "../channel-facts.js";
import type { ChannelState, StoreHandlers, StoreSettings } from "../client/store/types.js";
import type { ChannelLike, TokenSource, Validate } from "../client/types.js";
import type { Message, MessageOf } from "../message.js";
import type { Refused } from "../refused.js";
import type { TokenCovering, TokenOf } from "../token.js";

/** What `useRealtime` gives: how things stand, and what sets them back. Arrays and objects in it are never changed. */
export interface RealtimeResult<Msg> extends ChannelState<Msg> {
  /** Forgets messages, gap, error and run, for all who share them. Where the connection has ended, begins again. */
  readonly reset: () => void;
}

/** What goes with the messages `Msg` in a component, of which `S` is what it renders. */
export interface HookOptions<Msg, S> extends StoreSettings, StoreHandlers<Msg> {
  /** Another key begins anew: without messages, with a connection and a token of its own. Default: none. */
  readonly key?: string | undefined;
  /** `false` lets go of the connection and keeps what there is; `true` goes on from there. Default `true`. */
  readonly enabled?: boolean | undefined;
  /**
   * What of it the component renders: it renders again when that changes. Two arrays, or two plain objects, of the same
   * members are the same. Default: all of it.
   */
  readonly select?: ((result: RealtimeResult<Msg>) => S) | undefined;
}

/** `useRealtime` with a channel: it says what the messages are, and the token must open the topics asked for. */
export interface ChannelHookOptions<Name extends string, M, K extends keyof M & string, S>
  extends HookOptions<Message<NoInfer<Name>, M, NoInfer<K>>, S> {
  /** `null` or `undefined`: there is none yet, and nothing is connected. */
  readonly channel: ChannelLike<Name, M> | null | undefined;
  /** Default: all topics of the channel. Their order, and whether the array is a new one, make no difference. */
  readonly topics?: readonly (K | Refused<"Name topics that the channel declares.">)[] | undefined;
  /**
   * A token, or a function that fetches one: it may be written in place. Shared by several components, it is that of the one
   * which rendered last. Default: that of the {@link ./provider.js RealtimeProvider}.
   */
  readonly token?:
    | TokenSource<
        | NoInfer<TokenCovering<Name, { readonly [T in K]: M[T] }>>
        | string
        | Refused<"This token opens another channel, or not all of these topics: make one that does, or ask for fewer.">
      >
    | undefined;
  /** Parse each message again by its topic's schema. What doesn't fit goes to `onError`. Default `false`. */
  readonly validate?: Validate<M, K> | undefined;
}

/** `useRealtime` with a channel's name: it says nothing of what the messages are. */
export interface NameHookOptions<Name extends string, K extends string, S>
  extends HookOptions<NamedMessage<NoInfer<Name>, NoInfer<K>>, S> {
  /** `null` or `undefined`: there is none yet, and nothing is connected. */
  readonly channel: Name | null | undefined;
  readonly topics: readonly K[];
  // Not a TokenSource: this is tried first, and what a function gives would be inferred from it for good.
  readonly token?: TokenCovering<string, unknown> | string | (() => unknown) | undefined;
  readonly validate?: false | undefined;
}

/** A message of a channel of which only the names are known. */
export type NamedMessage<Name extends string, K extends string> = K extends unknown
  ? MessageOf<Name, K, unknown>
  : never;

/** `useRealtime` with a token that is at hand: it says which channel, and its type what the messages are. */
export interface TokenHookOptions<Name extends string, M, K extends keyof M & string, S>
  extends HookOptions<Message<NoInfer<Name>, M, NoInfer<K>>, S> {
  readonly token: TokenOf<Name, M>;
  readonly channel?: undefined;
  /** Default: all topics that the token opens. */
  readonly topics?: readonly (K | Refused<"Name topics that the channel declares.">)[] | undefined;
  readonly validate?: false | undefined;
}

type Listed<C, T> = T extends readonly (infer K)[]
  ? Extract<K, keyof MapOf<C> & string>
  : keyof MapOf<C> & string;

/**
 * What {@link useRealtime} takes for a channel, for hooks of your own: of the topics listed, or of all.
 *
 * @example
 * ```ts
 * const options: UseRealtimeOptions<typeof pipeline, ["status"]> = { channel, topics: ["status"], token };
 * ```
 */
export type UseRealtimeOptions<
  C extends AnyChannel | AnyDef = AnyChannel,
  T extends readonly string[] | undefined = undefined,
  S = UseRealtimeResult<C, T>,
> = ChannelHookOptions<NameOf<C>, MapOf<C>, Listed<C, T>, S>;

/** What {@link useRealtime} gives for a channel: of the topics listed, or of all. */
export type UseRealtimeResult<
  C extends AnyChannel | AnyDef = AnyChannel,
  T extends readonly string[] | undefined = undefined,
> = RealtimeResult<Message<NameOf<C>, MapOf<C>, Listed<C, T>>>;
