/** The app, as a type. */
import type { Duration } from "../duration.js";
import type { Fixed, Message, MessageHandler } from "../message.js";
import type { Refused } from "../refused.js";
import type { Subscription } from "../subscription.js";
import type { TokenOf } from "../token.js";
import type { Topic } from "../topic.js";
import type { Gap, Supports } from "../transport.js";
import type { Publishing, PublishOptions } from "./publish-types.js";
import type { Streaming } from "./stream-types.js";

/** A channel of a known name and topics. */
export interface ChannelOf<Name extends string, M> {
  readonly "~channel": { readonly name: Name; readonly map: M };
}

/** A position to resume from, where the transport replays. */
export interface AfterOption {
  /** Replay what came after this message's id, then go on live. */
  readonly after?: string | undefined;
}

/** Where it doesn't. */
export interface NoAfterOption {
  readonly after?:
    | Refused<"This transport keeps no history to resume from: leave after out, or choose one that does.">
    | undefined;
}

/** What a subscription of an app may resume from. */
export type ResumeOptions<S extends Supports> = S["replay"] extends true ? AfterOption : NoAfterOption;

export type AppSubscribeOptions<
  S extends Supports,
  Name extends string,
  M,
  K extends keyof M,
> = ResumeOptions<S> & {
  readonly channel:
    | ChannelOf<Name, M>
    // TypeScript 5.5 doesn't say why the definition's own "~channel" doesn't fit.
    | Refused<"This definition has yet to be called: pass channel({ … }), with its params.">;
  /** Default: all topics. */
  readonly topics?: readonly (K | Refused<"Name topics that the channel declares.">)[] | undefined;
  /** Awaited before the next message, where it gives a promise. A function, or one for each topic. */
  readonly onMessage?: MessageHandler<Message<NoInfer<Name>, NoInfer<M>, NoInfer<K>>>;
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
      readonly channel:
        | ChannelOf<Name, M>
        // TypeScript 5.5 doesn't say why the definition's own "~channel" doesn't fit.
        | Refused<"This definition has yet to be called: pass channel({ … }), with its params.">;
      /** Default: all topics. */
      readonly topics?: readonly (K | Refused<"Name topics that the channel declares.">)[] | undefined;
      /** Only what came after this message's id. Default: from the oldest that is kept. */
      readonly after?: string | undefined;
      /** How many stored messages are looked at, those of other topics included. Default 100. */
      readonly limit?: number | undefined;
    }
  : Refused<"This transport keeps no history: choose one that does.">;

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
  /**
   * Whom it is for, such as a user's id, 1 to 255 characters: the claim `sub`. All that a subject was given can be
   * revoked at once, and a gateway bounds how many connections it may have.
   */
  readonly subject?: string | undefined;
}

/** Which tokens are to be revoked. */
export type Revoke =
  /** One, by its id: the claim `jti`. */
  | { readonly jti: string; readonly subject?: never; readonly token?: never }
  /** All that were issued to this subject until now. */
  | { readonly subject: string; readonly jti?: never; readonly token?: never }
  /** One: what `app.token()` gave, or its `key`. */
  | { readonly token: string | { readonly key: string }; readonly jti?: never; readonly subject?: never };

export interface CloseOptions {
  /**
   * How long to take over closing clients' connections, so that they don't come to the next server all at once: one
   * after the other, in random order, spread evenly. Default 0: all at once. At most 24 days.
   */
  readonly drain?: Duration | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: a name says nothing of payloads; the token fits whoever declares them.
type UnknownTopics<K extends string> = { readonly [T in K]: Topic<any, any> };

/** What a server does with channels. */
export interface App<S extends Supports = Supports> extends Publishing<PublishOptions<S>>, Streaming {
  /** Types only: what its transport can do. Methods alone would let an app that can less stand in for one that can more. */
  readonly "~supports"?: S;

  /**
   * Receives a channel's messages in this process, without a token. Resolves when everything that is published from
   * now on will be received. Rejects with `UNKNOWN_CHANNEL`, `UNKNOWN_TOPIC`, `TRANSPORT_FAILED` or `CLOSED`.
   */
  subscribe<Name extends string, M, const K extends keyof M = keyof M>(
    options: AppSubscribeOptions<S, Name, M, K>,
  ): Promise<Subscription<Fixed<Message<Name, M, K>>>>;

  /** Reads what is kept of a channel. Compiles where the transport replays. */
  history<Name extends string, M, const K extends keyof M = keyof M>(
    options: HistoryOptions<S, Name, M, K>,
  ): Promise<HistoryResult<Fixed<Message<Name, M, K>>>>;

  /**
   * A token for one channel: give it to the browser that may receive these topics, and publish to those of `publish`.
   * `topics` defaults to all, `publish` to none; `topics: []` with a `publish` makes a token that receives nothing.
   *
   * Rejects with `UNKNOWN_CHANNEL`, `UNKNOWN_TOPIC`, `INVALID_NAME`, `INVALID_OPTIONS`, `MISSING_SECRET`,
   * `INVALID_SECRET` or `CLOSED`.
   *
   * @example
   * ```ts
   * const token = await app.token({ channel: ch, topics: ["status"], expiresIn: "5m", subject: user.id });
   * const typist = await app.token({ channel: chat, publish: ["typing"], subject: user.id });
   * ```
   */
  // The same stands last again: first what is used most, for its cost; last what a mistake is told by.
  token<
    Name extends string,
    M,
    const K extends keyof M & string = keyof M & string,
    const P extends keyof M & string = never,
  >(
    options: {
      readonly channel:
        | ChannelOf<Name, M>
        | Refused<"A name alone doesn't say its topics: name them, or pass the channel.">;
      readonly topics?: readonly (K | Refused<"Name topics that the channel declares.">)[] | undefined;
      readonly publish?: readonly (P | Refused<"Name topics that the channel declares.">)[] | undefined;
    } & TokenLife,
  ): Promise<TokenOf<Name, { readonly [T in NoInfer<K>]: M[T] }>>;
  token<const Name extends string, const K extends string>(
    options: {
      readonly channel:
        | Name
        | Refused<"This definition has yet to be called: pass channel({ … }), with its params.">;
      readonly topics: readonly K[];
      readonly publish?: readonly string[] | undefined;
    } & TokenLife,
  ): Promise<TokenOf<Name, UnknownTopics<K>>>;
  token<
    Name extends string,
    M,
    const K extends keyof M & string = keyof M & string,
    const P extends keyof M & string = never,
  >(
    options: {
      readonly channel:
        | ChannelOf<Name, M>
        | Refused<"A name alone doesn't say its topics: name them, or pass the channel.">;
      readonly topics?: readonly (K | Refused<"Name topics that the channel declares.">)[] | undefined;
      readonly publish?: readonly (P | Refused<"Name topics that the channel declares.">)[] | undefined;
    } & TokenLife,
  ): Promise<TokenOf<Name, { readonly [T in NoInfer<K>]: M[T] }>>;

  /**
   * Revokes tokens before they expire, on every server of the transport: their subscriptions end with `TOKEN_REVOKED`, and
   * they open none any more. Clients then ask for a fresh token, so make sure that yours isn't given one. Applies in this
   * process at once; resolves when the transport has it. Needs no gateway in this process. A token that has expired needs
   * no revoking: that resolves, too.
   *
   * A server that starts later learns of it from the transport's history. So keep that for as long as tokens live; where
   * the transport has none, a revoked token is good again on servers that start later, until it expires.
   *
   * Times are those of the servers' clocks: by as much as those differ, `subject` may revoke too little or too much.
   *
   * Rejects with `INVALID_OPTIONS`, `TOKEN_INVALID` or `TOKEN_MALFORMED` for a `token` that isn't one of this app's,
   * `OVERLOADED`, `TRANSPORT_FAILED` (then it may hold in this process alone: try again) or `CLOSED`.
   *
   * @example
   * ```ts
   * await app.revoke({ subject: user.id }); // signed out everywhere
   * ```
   */
  revoke(what: Revoke): Promise<void>;

  /**
   * Resolves when everything that was published or revoked before, by this process or through its gateway, is stored or
   * refused. Await it before a short-lived process ends.
   */
  flush(): Promise<void>;

  /**
   * Lets no client in any more, closes the connections of those who are there over the time of `drain` (they reconnect
   * elsewhere and resume), then ends streams that are under way, each with an error, flushes, ends subscriptions of this
   * process, and closes the transport that was passed in. Until the drain is over, publishing works; from then on it
   * is refused with `CLOSED`.
   *
   * Called again it gives the same promise; a drain that ends sooner than the one that runs closes the rest by then, or
   * at once. Rejects with `INVALID_OPTIONS`, or with what closing the transport failed with.
   *
   * @example
   * ```ts
   * process.once("SIGTERM", () => app.close({ drain: "10s" }));
   * ```
   */
  close(options?: CloseOptions): Promise<void>;
}
