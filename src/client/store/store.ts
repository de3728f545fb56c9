/** A channel's store: one subscription, and snapshots of what it brings. */
import type { RealtimeError } from "../../errors.js";
import { failed, guard } from "../../handlers.js";
import { type AnyMessage, toHandler } from "../../message.js";
import type { Gap } from "../../transport.js";
import { subscribe } from "../client.js";
import type { Steering } from "../options.js";
import type { Status } from "../types.js";
import type { FollowedStore, FollowOptions } from "./follower.js";
import { createJournal, MOST } from "./journal.js";
import { checkStoreOptions, type GivenOptions } from "./options.js";
import { createSchedule } from "./schedule.js";
import {
  BLANK,
  firstState,
  isTerminal,
  type Run,
  readInitial,
  runAfter,
  withChanges,
  withMessages,
} from "./state.js";
import type { ChannelState } from "./types.js";

/**
 * For how many milliseconds it stays connected without a listener: long enough for one page to give way to the next, also where
 * that one's code has yet to be loaded.
 */
const LINGER = 1_000;

type State = ChannelState<AnyMessage>;

/** `subscribe`, as data goes in and out. */
type Open = (options: object) => Promise<unknown>;

/** Throws `INVALID_OPTIONS` or `UNKNOWN_TOPIC`. */
export function createStore(given: GivenOptions): FollowedStore<AnyMessage> {
  const options = checkStoreOptions(given);
  const { limit, pauseOnHidden, autoCloseOnTerminal, getRunStatus } = options;
  const { messages, position } = readInitial(options.initialMessages);
  // What one has already. Of each, the first that comes is a repeat.
  const known = new Set(messages.map(({ id }) => id));
  const journal = createJournal<AnyMessage>(limit);
  const schedule = createSchedule(options.bufferInterval, () => update());
  const listeners = new Set<{ readonly listener: () => void }>();
  const followers = new Set<FollowOptions<AnyMessage>>([options]);
  let state: State = firstState(options);
  let run: Run = state;
  // What to resume after; while there is a feed, that knows.
  let after = position ?? messages.at(-1)?.id;
  let feed: Steering | undefined;
  let status: Status | undefined;
  // Counts feeds: what an earlier one still brings is ignored.
  let turn = 0;
  let isRunning = false;
  // Whether somebody listens, or did a moment ago.
  let isWatched = false;
  let linger: ReturnType<typeof setTimeout> | undefined;
  // Set once it has ended.
  let outcome: "closed" | "error" | undefined = state.connectionStatus === "closed" ? "closed" : undefined;
  let isClosed = false;

  const isHidden = () => pauseOnHidden && globalThis.document?.visibilityState === "hidden";

  function connectionStatus(): State["connectionStatus"] {
    if (outcome) return outcome;
    if (!isWatched) return "idle";
    if (isHidden()) return "paused";
    return status === "open" ? "open" : "connecting";
  }

  /** Makes a snapshot, of all that came until now, and tells who listens. */
  function update(changes: Partial<State> = {}, forgets = false): void {
    schedule.cancel();
    const connection = connectionStatus();
    const isPaused = connection === "paused";
    const before = state;
    state = withChanges(before, {
      connectionStatus: connection,
      isPaused,
      pauseReason: isPaused ? "hidden" : null,
      messages: withMessages(before.messages, journal.fresh(), limit),
      runStatus: run.runStatus,
      result: run.result,
      ...changes,
    });
    journal.mark(state, forgets);
    if (state === before) return;
    for (const one of [...listeners]) {
      if (listeners.has(one)) guard(one.listener, undefined, options.onError);
    }
  }

  /** Connects or lets go, as things stand. */
  function settle(): void {
    const isWanted = isWatched && !outcome;
    // Where there is no page, there are no such events. To add a listener twice does nothing.
    globalThis.document?.[isWanted ? "addEventListener" : "removeEventListener"]("visibilitychange", settle);
    const isDue = isWanted && !isHidden();
    if (isDue !== isRunning) {
      isRunning = isDue;
      if (!feed) open();
      else if (isDue) feed.resume();
      else feed.pause();
    }
    update();
  }

  function open(): void {
    const mine = ++turn;
    const { token, channel, topics, validate, url, wires, reconnectMinMs, reconnectMaxMs } = options;
    // What a feed says is heard for as long as it is the present one.
    const hear =
      <T>(run: (value: T) => void) =>
      (value: T) => {
        if (mine === turn) run(value);
      };
    // The types of `subscribe` hold for whoever calls createChannelStore.
    const begin = (options.client?.subscribe ?? subscribe) as Open;
    begin({
      ...{ token, channel, topics, validate, url, wires, reconnectMinMs, reconnectMaxMs, after },
      onSteer: hear((steering: Steering) => {
        feed = steering;
      }),
      onStatus: hear((next: Status) => {
        if (next === "closed") return;
        status = next;
        update(next === "open" ? { error: null } : {});
      }),
      onMessage: hear(receive),
      onGap: hear((gap: Gap) => {
        update({ gap });
        for (const { onGap, onError } of followers) guard(onGap, gap, onError);
      }),
      onError: hear((error: RealtimeError) => {
        tell(error);
        if (!options.reconnect && status !== "open") finish(error);
      }),
      // Before there was an answer, the rejection says it all.
      onEnd: hear((failure: RealtimeError | undefined) => {
        if (status !== "connecting") finish(failure);
      }),
    }).catch(
      hear((cause: unknown) => {
        const error = failed("CONNECT_FAILED", "subscribe", cause);
        // Its client was closed: that was meant.
        if (error.code === "CLOSED") return finish();
        tell(error);
        finish(error);
      }),
    );
  }

  function receive(message: AnyMessage): void {
    if (known.delete(message.id)) return;
    journal.append(message);
    run = runAfter(run, message, getRunStatus, options.onError);
    for (const { onMessage, onError } of followers) {
      if (onMessage) guard(toHandler(onMessage), message, onError);
    }
    if (autoCloseOnTerminal && isTerminal(run.runStatus)) finish();
    else if (journal.pending >= MOST) update();
    // A handler may have closed it.
    else if (!outcome) schedule.request();
  }

  function tell(error: RealtimeError): void {
    update({ error });
    for (const { onError } of followers) guard(onError, error, undefined);
  }

  /** It has ended, with an error or as it was meant to. Nothing of it is left behind. */
  function finish(error?: RealtimeError): void {
    if (outcome) return;
    outcome = error ? "error" : "closed";
    turn++;
    after = feed ? feed.position() : after;
    feed?.close();
    feed = status = undefined;
    isRunning = false;
    settle();
  }

  function unwatch(): void {
    clearTimeout(linger);
    isWatched = listeners.size > 0;
    settle();
  }

  return {
    subscribe(listener) {
      const one = { listener };
      listeners.add(one);
      clearTimeout(linger);
      isWatched = true;
      settle();
      return () => {
        if (!listeners.delete(one) || listeners.size) return;
        if (isRunning) linger = setTimeout(unwatch, LINGER);
        else unwatch();
      };
    },
    getSnapshot: () => state,
    follow({ since = state, ...handlers } = {}) {
      const follower: FollowOptions<AnyMessage> = handlers;
      const cursor = journal.follow(since, (gap) => guard(handlers.onGap, gap, handlers.onError));
      followers.add(follower);
      return {
        ...cursor,
        close() {
          followers.delete(follower);
          cursor.close();
        },
      };
    },
    reset() {
      run = BLANK;
      if (!isClosed) outcome = undefined;
      update(BLANK, true);
      settle();
    },
    close() {
      isClosed = true;
      clearTimeout(linger);
      finish();
    },
  };
}
