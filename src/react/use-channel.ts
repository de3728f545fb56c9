/** What all hooks are made of: how a channel stands, and what a component renders of that. */
import { useState, useSyncExternalStore } from "react";
import type { FollowedStore } from "../client/store/follower.js";
import type { AnyMessage } from "../message.js";
import { createHandle, type Rendered, type Result, type State } from "./handle.js";
import { type Given, planFor } from "./plan.js";
import { useSurroundings } from "./provider.js";
import { isSame } from "./same.js";
import { useCommit } from "./use-commit.js";

/** What a component renders of a result: made of a snapshot, of a store where there is one. */
export type Select<S> = (result: Result, state: State, store: FollowedStore<AnyMessage> | undefined) => S;

/** A render only looks. What it found is kept when it is committed: one that is thrown away has taken nothing. */
export function useChannel<S>(given: Given, select?: Select<S> | undefined): S {
  const plan = planFor(given, useSurroundings());
  const isEnabled = plan.options.enabled ?? true;
  const [handle, setHandle] = useState(() => createHandle(plan));
  // Something else: what this render gives is thrown away, and React renders again at once.
  if (handle.plan.id !== plan.id || handle.plan.cache !== plan.cache) setHandle(createHandle(plan));

  let last: Rendered | undefined;
  function read(state: State): S {
    if (last?.state !== state) last = render(state);
    // `select` gave it; without one, it is the result, which is `S` then.
    return last.value as S;
  }

  function render(state: State): Rendered {
    const { all, byTopic, last: latest } = state.messages;
    const delta = handle.delta(state);
    let usesDelta = !select;
    const before = handle.rendered?.result.messages;
    const plain = { all, byTopic, last: latest, delta };
    const messages = isSame(before, plain) ? (before as typeof plain) : plain;
    const result: Result = {
      ...state,
      ...(isEnabled ? undefined : DISABLED),
      messages: select
        ? {
            ...plain,
            get delta() {
              usesDelta = true;
              return delta;
            },
          }
        : messages,
      reset: handle.reset,
    };
    const value = select ? select(result, state, handle.store(state)) : result;
    const same = [last, handle.rendered].find((one) => one && isSame(one.value, value));
    return {
      plan,
      state,
      result,
      value: same ? same.value : value,
      get usesDelta() {
        return usesDelta;
      },
    };
  }

  const value = useSyncExternalStore(
    isEnabled && plan.id ? handle.connect : handle.stand,
    () => read(handle.peek(isEnabled)),
    () => read(handle.initial),
  );
  const rendered = last;
  useCommit(() => {
    if (rendered) handle.commit(rendered);
  });
  return value;
}

const DISABLED = { connectionStatus: "paused", isPaused: true, pauseReason: "disabled" } as const;
