/** What one component has of a channel: what it rendered, and how far it got. */
import type { FollowedStore, Follower } from "../client/store/follower.js";
import { EMPTY, firstState } from "../client/store/state.js";
import type { ChannelState } from "../client/store/types.js";
import type { RealtimeError } from "../errors.js";
import { failed, guard } from "../handlers.js";
import { type AnyMessage, toHandler } from "../message.js";
import type { Gap } from "../transport.js";
import type { Plan } from "./plan.js";
import { openShared, type Shared } from "./shared.js";
import type { RealtimeResult } from "./types.js";

export type State = ChannelState<AnyMessage>;
export type Result = RealtimeResult<AnyMessage>;

/** What a render made of a state. */
export interface Rendered {
  readonly plan: Plan;
  readonly state: State;
  readonly result: Result;
  readonly value: unknown;
  /** Whether it looked at `delta`. */
  readonly usesDelta: boolean;
}

export interface Handle {
  readonly plan: Plan;
  /** How things stand before there is a connection: the same on a server and in the browser that takes over. */
  readonly initial: State;
  /** What was committed last. */
  readonly rendered: Rendered | undefined;
  /** How things stand, as far as the component is concerned. Only looks. */
  peek(isEnabled: boolean): State;
  /** The store that a state is a snapshot of. */
  store(state: State): FollowedStore<AnyMessage> | undefined;
  /** What came after what was committed last, up to a state. Only looks. */
  delta(state: State): readonly AnyMessage[];
  /** To be called when a render is committed. */
  commit(rendered: Rendered): void;
  /** Connects, and calls `changed` whenever something did. */
  connect(changed: () => void): () => void;
  /** Stays as it is, save for `reset`. */
  stand(changed: () => void): () => void;
  reset(): void;
}

/** Makes one. It does nothing by itself: of a component that is never mounted nothing is left. */
export function createHandle(plan: Plan): Handle {
  const { id, cache } = plan;
  const initial = initialOf(plan);
  let rendered: Rendered | undefined;
  let shared: Shared | undefined;
  let failure: State | undefined;
  // How far renders got, while it is connected.
  let shown: Follower<AnyMessage> | undefined;
  // Where it was left, and which messages after that it has told of.
  let left: State | undefined;
  const ahead = new Set<AnyMessage>();
  let lastGap: Gap | undefined;
  let changed: (() => void) | undefined;

  const latest = () => rendered?.plan ?? plan;

  /** Its own, or that of others who ask for the same. */
  const find = () => shared ?? (id === undefined ? undefined : cache.get(id));

  function tell(message: AnyMessage): void {
    const { onMessage, onError } = latest().options;
    if (onMessage) guard(toHandler(onMessage), message, onError);
  }

  function tellError(error: RealtimeError): void {
    guard(latest().options.onError, error, undefined);
  }

  /** Two followers hear of one gap. */
  function tellGap(gap: Gap): void {
    const { onGap, onError } = latest().options;
    if (gap !== lastGap) guard(onGap, gap, onError);
    lastGap = gap;
  }

  function fail(cause: unknown): void {
    const error = failed("INVALID_OPTIONS", "useRealtime", cause);
    failure = { ...initial, connectionStatus: "error", error };
    tellError(error);
  }

  function follow({ store, join }: Shared): () => void {
    const leave = join();
    // Until the next snapshot it isn't known what came while it was away.
    let isBehind = true;
    const told = store.follow({
      since: left ?? rendered?.state,
      onGap: tellGap,
      onError: tellError,
      onMessage(message) {
        if (isBehind) return;
        ahead.add(message);
        tell(message);
      },
    });
    const renders = store.follow({ since: rendered?.state, onGap: tellGap });
    shown = renders;

    function catchUp(): void {
      const state = store.getSnapshot();
      const missed = told.delta(state).filter((message) => !ahead.has(message));
      told.commit(state);
      left = state;
      ahead.clear();
      for (const message of missed) tell(message);
    }

    catchUp();
    const unsubscribe = store.subscribe(() => {
      isBehind = false;
      catchUp();
      changed?.();
      // Who doesn't look at what is new isn't waited for.
      if (rendered?.usesDelta === false) {
        rendered = { ...rendered, state: store.getSnapshot() };
        renders.commit(rendered.state);
      }
    });
    return () => {
      unsubscribe();
      shown = undefined;
      renders.close();
      told.close();
      leave();
    };
  }

  return {
    plan,
    initial,
    get rendered() {
      return rendered;
    },
    peek(isEnabled) {
      if (failure) return failure;
      // At first it sees what others have; later on it goes on where it was left.
      const isLive = shown || (isEnabled && !rendered);
      return (isLive ? find()?.store.getSnapshot() : rendered?.state) ?? initial;
    },
    store: (state) => (state === initial ? undefined : find()?.store),
    delta: (state) => shown?.delta(state) ?? EMPTY,
    commit(next) {
      rendered = next;
      shared?.rendered(next.plan);
      shown?.commit(next.state);
    },
    connect(notify) {
      changed = notify;
      try {
        shared = find() ?? openShared(latest());
        shared.rendered(latest());
        return follow(shared);
      } catch (cause) {
        fail(cause);
        return () => undefined;
      }
    },
    stand(notify) {
      changed = notify;
      return () => undefined;
    },
    reset() {
      shared?.store.reset();
      left = shared?.store.getSnapshot();
      ahead.clear();
      if (rendered && !shown) rendered = { ...rendered, state: left ?? initial };
      changed?.();
    },
  };
}

/** What a first render shows. */
function initialOf({ id, options }: Plan): State {
  const { initialMessages, getRunStatus, historyLimit = 100, autoCloseOnTerminal = true } = options;
  const limit = historyLimit ?? Number.POSITIVE_INFINITY;
  // A render tells nobody: what fails here fails again where it connects, and is told there.
  const onError = () => undefined;
  const state = firstState({ initialMessages, getRunStatus, limit, autoCloseOnTerminal, onError });
  const connectionStatus = id === undefined ? "idle" : "connecting";
  return state.connectionStatus === "closed" ? state : { ...state, connectionStatus };
}
