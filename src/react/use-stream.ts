/** `useStream`: a stream of chunks, as far as it has come. */
import { useEffect, useMemo, useState } from "react";
import type { FollowedStore, Follower } from "../client/store/follower.js";
import { BLANK, EMPTY, readInitial } from "../client/store/state.js";
import { RealtimeError } from "../errors.js";
import type { AnyMessage } from "../message.js";
import { PATIENCE } from "../stream/ending.js";
import { foldStream } from "../stream/fold.js";
import type { StreamPart, StreamState } from "../stream/types.js";
import type { TopicRef } from "../topic.js";
import type { Result, State } from "./handle.js";
import type { Given } from "./plan.js";
import { useChannel } from "./use-channel.js";
import { channelOf, type TopicHookOptions } from "./use-topic.js";

/** What `useStream` takes beside its reference. */
export interface UseStreamOptions<Name extends string, K extends string, In, T>
  extends TopicHookOptions<Name, K, StreamPart<In>, StreamPart<T>> {}

/** A stream, as far as it has come. */
export interface UseStreamResult<T> {
  /** `"idle"`: none has begun. `"error"`: it ended before its end, as `error` says, and so it may be before one began. */
  readonly status: "idle" | "streaming" | "done" | "error";
  /** What has come so far, in order, each once. */
  readonly chunks: readonly T[];
  /** The chunks that are text, joined. */
  readonly text: string;
  /**
   * What the stream ended with: `STREAM_FAILED`, `STREAM_ABORTED`, `STREAM_INCOMPLETE`, or `STREAM_ABANDONED` where its publisher
   * has been silent for three heartbeats. Else what the connection ended with. `undefined` where all is well.
   */
  readonly error: RealtimeError | undefined;
  /** The stream's id; `undefined` before one has begun. */
  readonly stream: string | undefined;
}

type Fold = StreamState<unknown> | undefined;
type Store = FollowedStore<AnyMessage>;

/** What was folded of a store's messages, for all components that have it: by each of its snapshots, and up to the last one. */
const folds = new WeakMap<State, { readonly fold: Fold }>();
const readers = new WeakMap<Store, { readonly follower: Follower<AnyMessage>; fold: Fold }>();

/**
 * What had come of the stream by the time of a snapshot. Each message is folded once, however often one asks: also a render that
 * is thrown away may, since the next one finds the same.
 */
function foldAt(state: State, store: Store | undefined, start: () => Fold): Fold {
  const known = folds.get(state);
  if (known) return known.fold;
  let fold: Fold;
  if (store) {
    const reader = readers.get(store) ?? { follower: store.follow({ since: BEGINNING }), fold: start() };
    readers.set(store, reader);
    // Without a last message all was forgotten.
    fold = state.messages.last ? foldAll(reader.fold, reader.follower.delta(state)) : undefined;
    reader.follower.commit(state);
    reader.fold = fold;
  } else fold = start();
  folds.set(state, { fold });
  return fold;
}

// A snapshot that a store doesn't know is older than all that it received.
const BEGINNING: State = Object.freeze({
  ...BLANK,
  connectionStatus: "idle",
  isPaused: false,
  pauseReason: null,
});

const foldAll = (fold: Fold, messages: readonly AnyMessage[]): Fold =>
  // Of a topic of streams, each message is a part.
  messages.reduce((fold, { data }) => foldStream(fold, data as StreamPart<unknown>), fold);

/**
 * A stream, as far as it has come: of those that are published with `app.stream`, the one that began last. The component renders
 * again with each frame in which more of it came. Parts that were missed while the connection was lost are made up for.
 *
 * To show one that began before the component was there, give `initialMessages`: what `app.history` has of it.
 *
 * @example
 * ```tsx
 * const { status, text, error } = useStream(chat({ id }).answer, { token: fetchToken });
 * return <p aria-busy={status === "streaming"}>{error ? "That didn't work." : text}</p>;
 * ```
 */
export function useStream<In, T, Name extends string, K extends string>(
  ref: TopicRef<StreamPart<In>, StreamPart<T>, Name, K> | null | undefined,
  options?: UseStreamOptions<NoInfer<Name>, NoInfer<K>, NoInfer<In>, NoInfer<T>>,
): UseStreamResult<T>;
export function useStream(
  ref: TopicRef | null | undefined,
  options: UseStreamOptions<string, string, unknown, unknown> = {},
): UseStreamResult<unknown> {
  const start = () => foldAll(undefined, readInitial<AnyMessage>(options.initialMessages).messages);
  const { fold, connectionStatus, failure } = useChannel(
    // What a message holds makes no difference to whoever passes it on.
    { ...(options as Given), channel: ref && channelOf(ref) },
    ({ connectionStatus, error }: Result, state, store) => ({
      fold: foldAt(state, store, start),
      connectionStatus,
      failure: connectionStatus === "error" ? error : null,
    }),
  );
  // Which one was silent for too long.
  const [silent, setSilent] = useState<Fold>();
  const isOpen = connectionStatus === "open";
  useEffect(() => {
    // Where the connection is at fault, the publisher isn't.
    if (!isOpen || fold?.status !== "streaming") return;
    const timer = setTimeout(() => setSilent(fold), PATIENCE * fold.heartbeat);
    return () => clearTimeout(timer);
  }, [fold, isOpen]);

  return useMemo(() => {
    const { status = "idle", chunks = EMPTY, text = "", stream } = fold ?? {};
    const isOver = status === "done" || status === "error";
    const abandoned = silent && silent === fold ? abandonedError(silent.stream) : undefined;
    const error = fold?.error ?? (isOver ? undefined : (failure ?? abandoned));
    return { status: error ? "error" : status, chunks, text, error, stream };
  }, [fold, failure, silent]);
}

const abandonedError = (stream: string) =>
  new RealtimeError(
    "STREAM_ABANDONED",
    `useStream: stream "${stream}" has been silent for ${PATIENCE} heartbeats: its publisher is gone. Begin another one.`,
  );
