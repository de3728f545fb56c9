/** Who reads along with a store: what a component has, inside. */

import type { RealtimeError } from "../../errors.js";
import type { Handler } from "../../handlers.js";
import type { MessageHandler } from "../../message.js";
import type { Gap } from "../../transport.js";
import type { ChannelState, ChannelStore } from "./types.js";

/** Its own view of `delta`: what came after the snapshot that it last committed. */
export interface Follower<Msg> {
  /** What came since, up to a snapshot: the same array while nothing changed, an empty one where nothing came. Only looks. */
  delta(state: ChannelState<Msg>): readonly Msg[];
  /**
   * Moves on to a snapshot; never back. Of a follower that lags by more than 10,000 messages the oldest are dropped: where it looked
   * at a delta that lacks them, its `onGap` hears of it now.
   */
  commit(state: ChannelState<Msg>): void;
  /** It follows no longer. May be called again. */
  close(): void;
}

/** What a follower is told at once, in order. What these handlers throw goes to its own `onError`. */
export interface FollowOptions<Msg> {
  readonly onMessage?: MessageHandler<Msg> | undefined;
  readonly onGap?: Handler<Gap> | undefined;
  readonly onError?: Handler<RealtimeError> | undefined;
  /** What it has: a snapshot of this store. Of one from long ago it is as late as can be. Default: the present one. */
  readonly since?: ChannelState<Msg> | undefined;
}

/** A store, as hooks see it. */
export interface FollowedStore<Msg> extends ChannelStore<Msg> {
  /** Reads along; doesn't connect. */
  follow(options?: FollowOptions<Msg>): Follower<Msg>;
  /** Where it has ended, begins again from where it stood, and keeps what it has. */
  retry(): void;
}
