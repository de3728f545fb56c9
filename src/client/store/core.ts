/** A channel's store: one subscription, and snapshots of what it brings. */
import type { RealtimeError } from "../../errors.js";
import { failed, guard } from "../../handlers.js";
import { type AnyMessage, toHandler } from "../../message.js";
import type { Gap } from "../../transport.js";
import type { Steering } from "../options.js";
import type { Status } from "../types.js";
import { clientFor } from "./clients.js";
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
import type { ChannelState, ChannelStore, StoreHandlers } from "./types.js";

/**
 * For how many milliseconds it stays connected without a listener: long enough for one page to give way to the next, also where
 * that one's code has yet to be loaded.
 */
const LINGER = 1_000;

type State = ChannelState<AnyMessage>;

/** `subscribe`, as data goes in and out. */
type Open = (options: object) => Promise<unknown>;

/** Messages that may wait for a snapshot. */
const MOST = 10_000;

/** Who is told what happens, at once and in order. What these throw goes to their own `onError`. */
export type Hearer = Pick<StoreHandlers<AnyMessage>, "onMessage" | "onGap" | "onError">;

export interface Core extends ChannelStore<AnyMessage> {
  /** Where it has ended, begins again from where it stood, and keeps what it has. */
  retry(): void;
}

/** Is given each snapshot, with the messages that it adds. `forgets`: all before it is forgotten. */
type Take = (state: State, fresh: readonly AnyMessage[], forgets: boolean) => void;

/**
 * A store, which also tells others than its listeners. Throws `INVALID_OPTIONS` or `UNKNOWN_TOPIC`.
 *
 * @param hearers Who hears what happens; `given` is added.
 */
export function createCore(given: GivenOptions, hearers = new Set<Hearer>(), take?: Take): Core {
  const options = checkStoreOptions(given);
  const { limit, pauseOnHidden, autoCloseOnTerminal, getRunStatus } = options;
  const { messages, position } = readInitial(options.initialMessages);
  // What one has already. Of each, the first that comes is a repeat.
  const known = new Set(messages.map(({ id }) => id));
  const schedule = createSchedule(options.bufferInterval, () => update());
  hearers.add(options);
  const listeners = new Set<{ readonly listener: () => void }>();
  let pending: AnyMessage[] = [];
  let state: State = firstState(options);
  let run: Run = state;
  // Where to begin; while there is a feed, that knows better.
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
    const fresh = Object.freeze(pending);
    pending = [];
    state = withChanges(before, {
      connectionStatus: connection,
      isPaused,
      pauseReason: isPaused ? "hidden" : null,
      messages: withMessages(before.messages, fresh, limit),
      runStatus: run.runStatus,
      result: run.result,
      ...changes,
    });
    take?.(state, forgets ? [] : fresh, forgets);
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
    const { channel, topics, validate, url, wires } = options;
    // What a feed says is heard for as long as it is the present one.
    const hear =
      <T>(run: (value: T) => void) =>
      (value: T) => {
        if (mine === turn) run(value);
      };
    // The types of `subscribe` hold for whoever calls createChannelStore.
    const begin = clientFor(options).subscribe as Open;
    begin({
      // Of hooks it is the latest.
      token: given.token,
      ...{ channel, topics, validate, url, wires, after },
      onSteer: hear((steering: Steering) => {
        feed = steering;
      }),
      onStatus: hear((next: Status) => {
        // Of the one, `onStand` tells; of the other, what ended it does.
        if (next === "open" || next === "closed") return;
        status = next;
        update();
      }),
      onStand: hear((position: string | undefined) => {
        status = "open";
        // Where to begin again, also where no message comes before the end.
        after ??= position;
        update({ error: null });
      }),
      onMessage: hear(receive),
      onGap: hear((gap: Gap) => {
        update({ gap });
        for (const { onGap, onError } of hearers) guard(onGap, gap, onError);
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
    after = message.id;
    pending.push(message);
    run = runAfter(run, message, getRunStatus, options.onError);
    for (const { onMessage, onError } of hearers) {
      if (onMessage) guard(toHandler(onMessage), message, onError);
    }
    if (autoCloseOnTerminal && isTerminal(run.runStatus)) finish();
    else if (pending.length >= MOST) update();
    // A handler may have closed it.
    else if (!outcome) schedule.request();
  }

  function tell(error: RealtimeError): void {
    update({ error });
    for (const { onError } of hearers) guard(onError, error, undefined);
  }

  /** It has ended, with an error or as it was meant to. Nothing of it is left behind. */
  function finish(error?: RealtimeError): void {
    if (outcome) return;
    outcome = error ? "error" : "closed";
    turn++;
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
    reset() {
      run = BLANK;
      if (!isClosed) outcome = undefined;
      update(BLANK, true);
      settle();
    },
    retry() {
      if (!isClosed) outcome = undefined;
      settle();
    },
    close() {
      isClosed = true;
      clearTimeout(linger);
      finish();
    },
  };
}
