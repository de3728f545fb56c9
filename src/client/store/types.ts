/** What a channel's store takes and gives, as types. */
import type { RealtimeError } from "../../errors.js";
import type { Handler } from "../../handlers.js";
import type { Message, MessageHandler } from "../../message.js";
import type { Refused } from "../../refused.js";
import type { TokenCovering } from "../../token.js";
import type { Gap } from "../../transport.js";
import type { Wire } from "../../wire.js";
import type { Client } from "../client.js";
import type { ChannelLike, TokenSource, Validate } from "../types.js";

/**
 * How a store's connection stands. `"idle"`: nobody looks, or it has yet to begin. `"connecting"`: it has no connection, and
 * tries for one, for the first time or again. `"paused"`: see {@link PauseReason}. `"closed"`: it ended as it was meant to.
 * `"error"`: it ended for a reason that trying again can't mend, which is `error`; `reset()` tries all the same.
 */
export type ConnectionStatus = "idle" | "connecting" | "open" | "paused" | "closed" | "error";

/** Why it is paused: the page is hidden (`pauseOnHidden`), or `enabled` is `false`. */
export type PauseReason = "hidden" | "disabled" | null;

/**
 * How what the channel tells of stands, where `getRunStatus` says so. `"unknown"` until the first message for which it says
 * anything.
 */
export type RunStatus = "unknown" | "running" | "completed" | "failed" | "cancelled";

/** What was received. Arrays and objects are never changed: what is the same as before is the very same. */
export interface ChannelMessages<Msg> {
  /** The latest messages of all topics, oldest first: at most `historyLimit`. */
  readonly all: readonly Msg[];
  /** The latest message of each topic, also where `all` has it no more. */
  readonly byTopic: LatestByTopic<Msg>;
  /** The latest message, or `null` before the first. */
  readonly last: Msg | null;
  /** What came since the snapshot before; of a hook, since what the component last committed. */
  readonly delta: readonly Msg[];
}

/** The latest message of each topic. */
export type LatestByTopic<Msg> = {
  readonly [K in Msg["topic" & keyof Msg] & string]?: Msg extends { readonly topic: infer T }
    ? K extends T
      ? Msg
      : never
    : never;
};

/** A snapshot of a store: never changed. */
export interface ChannelState<Msg> {
  readonly connectionStatus: ConnectionStatus;
  readonly isPaused: boolean;
  readonly pauseReason: PauseReason;
  readonly messages: ChannelMessages<Msg>;
  /** Where messages may be missing, the last time; `null` where nowhere, and after `reset()`. */
  readonly gap: Gap | null;
  /** What went wrong last. `null` again once the connection stands. */
  readonly error: RealtimeError | null;
  readonly runStatus: RunStatus;
  /** The data of the message that ended the run; `undefined` until then. */
  readonly result: unknown;
}

/** What a server rendered the page from: `app.history()`'s result, or just its messages, oldest first. */
export type InitialMessages<Msg> =
  | readonly Msg[]
  | {
      readonly messages: readonly Msg[];
      /** Where to go on: what came after it is received. Default: the last message's id. */
      readonly position?: string | undefined;
      readonly gap?: Gap | undefined;
    };

/** What doesn't depend on the channel's types. */
export interface StoreSettings {
  /** The latest messages that `messages.all` keeps; `null`: all of them, without a bound. Default 100. */
  readonly historyLimit?: number | null | undefined;
  /**
   * Milliseconds for which messages are gathered before a snapshot is made of them, or until there are 10,000. Default 0: until
   * the next frame that the browser paints; where it paints none, 100.
   */
  readonly bufferInterval?: number | undefined;
  /** Whether a lost connection is made anew. Default `true`; `false` ends with `"error"` instead. */
  readonly reconnect?: boolean | undefined;
  /** The first pause before trying again, in milliseconds: a random part of it. It doubles with each failure. Default: the client's, 250. */
  readonly reconnectMinMs?: number | undefined;
  /** The longest pause, in milliseconds. Stores that differ in these two don't share a connection. Default: the client's, 30,000. */
  readonly reconnectMaxMs?: number | undefined;
  /**
   * Whether the connection is let go while the page is hidden. When it is shown again, what was missed arrives, from the
   * position where it was left. Default `true`.
   */
  readonly pauseOnHidden?: boolean | undefined;
  /** Whether it ends once `getRunStatus` says `"completed"`, `"failed"` or `"cancelled"`. Default `true`. */
  readonly autoCloseOnTerminal?: boolean | undefined;
  /** The gateway: absolute, or a path on the page's origin. Default: the token's `url`, else `/api/realtime`. */
  readonly url?: string | undefined;
  /** The same as `url`, by the name that Inngest's hook has for it. */
  readonly apiBaseUrl?: string | undefined;
  /** How to reach the gateway, best first. Default: the client's. */
  readonly wires?: readonly Wire[] | undefined;
  /** Whose connections to use. Make it once, outside of components. Default: those of `subscribe`. */
  readonly client?: Client | undefined;
}

/** What goes with the messages `Msg`. */
export interface StoreHandlers<Msg> {
  /** Called with each message, in order, once; nothing waits for what it gives back. A function, or one for each topic. */
  readonly onMessage?: MessageHandler<Msg> | undefined;
  /** Messages may be missing here: load what you show anew. */
  readonly onGap?: Handler<Gap> | undefined;
  /** What went wrong, also where it is tried again. */
  readonly onError?: Handler<RealtimeError> | undefined;
  /** What to begin with. What was published after it is received. */
  readonly initialMessages?: InitialMessages<Msg> | undefined;
  /** Says of a message how what it tells of stands, if it says anything of that. Default: nothing does. */
  readonly getRunStatus?: ((message: Msg) => RunStatus | undefined) | undefined;
}

/** What {@link ./index.js createChannelStore} takes. */
export interface ChannelStoreOptions<Name extends string, M, K extends keyof M & string>
  extends StoreSettings,
    StoreHandlers<Message<NoInfer<Name>, M, NoInfer<K>>> {
  /** A token, or a function that fetches one: see {@link TokenSource}. */
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

/** A channel's messages and connection, as something to look at: for React, Svelte, Solid, or your own. */
export interface ChannelStore<Msg> {
  /**
   * Calls `listener` after each change of the snapshot, and gives what ends that. The store is connected while it has a
   * listener; a second after the last one has left it lets go of the connection, and resumes from there with the next.
   */
  subscribe(listener: () => void): () => void;
  /** How things stand: the same object until they change. */
  getSnapshot(): ChannelState<Msg>;
  /**
   * Forgets messages, gap, error and run. Where the connection has ended, begins again from where it stood, so that nothing is
   * missed. After {@link ChannelStore.close close} it stays closed.
   */
  reset(): void;
  /** Ends it for good. May be called again. */
  close(): void;
}
