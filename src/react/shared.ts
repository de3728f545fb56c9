/** One store for all components that ask for the same: one subscription, one token. */
import type { FollowedStore } from "../client/store/follower.js";
import { createStore } from "../client/store/store.js";
import type { RunStatus } from "../client/store/types.js";
import { RealtimeError } from "../errors.js";
import { guard } from "../handlers.js";
import type { AnyMessage } from "../message.js";
import type { Plan } from "./plan.js";

/** Stores in use, by what was asked for. Filled by effects alone: on a server it stays empty. */
export type Cache = Map<string, Shared>;

export interface Shared {
  readonly store: FollowedStore<AnyMessage>;
  /** A component is mounted that has it; gives what says that it isn't any more. */
  join(): () => void;
  /** Such a component rendered: from now on it is its functions that are called, where one is enough. */
  rendered(plan: Plan): void;
}

/** For how many milliseconds it can be found when nobody has it any more: a page may just give way to the next. */
const LINGER = 1_000;

/** Makes one. Throws what `createChannelStore` throws. */
export function openShared(first: Plan): Shared {
  const { cache, channel, topics, options, token } = first;
  if (token === undefined) throw new RealtimeError("INVALID_OPTIONS", NO_TOKEN);
  const id = first.id as string;
  let latest = first;
  // Of tokens that are at hand: those that were taken.
  const tried = new Set([JSON.stringify(token)]);
  let members = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  // Whether it is one, all who share it agree on.
  const fetchToken = () => (latest.token as () => unknown)();

  function forget(): void {
    if (cache.get(id) === shared) cache.delete(id);
  }

  const shared: Shared = {
    store: createStore({
      ...options,
      // Each component hears of these by itself.
      ...{ onMessage: undefined, onGap: undefined, onError: undefined },
      channel,
      topics,
      // One that is at hand can't be fetched anew: the store has to know.
      get token() {
        return typeof token === "function" ? fetchToken : latest.token;
      },
      // By its type, it gives no promise.
      getRunStatus: (message) =>
        guard(latest.options.getRunStatus, message, latest.options.onError) as RunStatus | undefined,
    }),
    join() {
      clearTimeout(timer);
      members++;
      if (!cache.has(id)) cache.set(id, shared);
      return () => {
        members--;
        if (members === 0) timer = setTimeout(forget, LINGER);
      };
    },
    rendered(plan) {
      latest = plan;
      const text = JSON.stringify(plan.token);
      // Refused, a token gives way to another that is at hand: to each once, since of two components each may have its own.
      if (shared.store.getSnapshot().connectionStatus !== "error" || tried.has(text)) return;
      tried.add(text);
      shared.store.retry();
    },
  };
  return shared;
}

const NO_TOKEN =
  "useRealtime: there is no token. Give `token`, or render it below a RealtimeProvider that has one.";
