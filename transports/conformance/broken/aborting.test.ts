import { describe, it } from "vitest";
import { memory } from "../../memory/index.js";
import { aborting } from "../aborting.js";
import { type Break, type Faults, mustCatch, oneByOne } from "./breaking.test-support.js";

const ignoreSignal: Break = (inner) => ({
  ...inner,
  subscribe: (channel, { after }, sink) => inner.subscribe(channel, { after }, sink),
});

const faults: Faults = {
  "rejects a subscribe whose signal is aborted already": {
    "ignores the signal": { break: ignoreSignal, says: /subscribe resolved, though its signal/ },
    "rejects with an error of its own": {
      break: (inner) => ({
        ...inner,
        subscribe: (...args) =>
          inner.subscribe(...args).catch(() => {
            throw new Error("aborted");
          }),
      }),
      says: /rejected with Error: aborted, not with the signal's reason/,
    },
    "subscribes all the same": {
      break: (inner) => ({
        ...inner,
        async subscribe(channel, at, sink) {
          const subscription = await inner.subscribe(channel, { after: at.after }, sink);
          at.signal?.throwIfAborted();
          return subscription;
        },
      }),
      says: /^The calls of its sink: expected 0/,
    },
  },
  "ends a subscribe that is aborted while it is under way": {
    "looks at the signal only before": {
      break: (inner) => ({
        ...inner,
        async subscribe(channel, { after, signal }, sink) {
          signal?.throwIfAborted();
          return inner.subscribe(channel, { after }, sink);
        },
      }),
      says: /^The calls of its sink: expected 0/,
    },
    "rejects with an error of its own": {
      break: (inner) => ({
        ...inner,
        async subscribe(channel, at, sink) {
          const subscription = await inner.subscribe(channel, at, sink);
          if (at.signal?.aborted) throw new Error("aborted");
          return subscription;
        },
      }),
      says: /rejected with Error: aborted/,
    },
  },
  "ends a replay that is aborted by who receives it": {
    "goes through with what it has begun": {
      break: oneByOne,
      says: /^The calls of its sink, which aborts in the first: expected 1, got 19/,
    },
  },
  "ends a subscription whose signal is aborted": {
    "ignores the signal": { break: ignoreSignal, says: /^The calls of its sink, .* before the abort/ },
  },
  "lets go of a signal": {
    "never removes its listener": {
      break: (inner) => ({
        ...inner,
        subscribe(channel, at, sink) {
          at.signal?.addEventListener("abort", () => sink, { once: true });
          return inner.subscribe(channel, at, sink);
        },
      }),
      says: /^The abort listeners .*expected 0, got 5/,
    },
  },
};

mustCatch({ describe, it }, aborting, faults, (breaks = (inner) => inner) => ({
  transport: breaks(memory()),
}));
