import { describe, it } from "vitest";
import type { Sink } from "../../../src/transport.js";
import { memory } from "../../memory/index.js";
import { leaving } from "../leaving.js";
import {
  type Break,
  type Faults,
  mustCatch,
  oneByOne,
  withSink,
  withSubscription,
} from "./breaking.test-support.js";

const ignoresUnsubscribe = withSubscription(({ position }) => ({ position, unsubscribe() {} }));

/** Waits as a transport does that asks its broker; then does `late` with what it has. */
const inSteps =
  (late: "looks before" | "looks after the first step" | "rejects, and stays"): Break =>
  (inner) => ({
    ...inner,
    async subscribe(channel, { after, signal }, sink) {
      signal?.throwIfAborted();
      await undefined;
      if (late !== "looks before") signal?.throwIfAborted();
      await new Promise((resolve) => setImmediate(resolve));
      const subscription = await inner.subscribe(channel, { after }, sink);
      if (late === "rejects, and stays") signal?.throwIfAborted();
      signal?.addEventListener("abort", subscription.unsubscribe, { once: true });
      return subscription;
    },
  });

const heldBack: { holds: number } = { holds: 0 };

const faults: Faults = {
  "leaves nothing behind after 1,000 subscriptions": {
    "ignores unsubscribe": {
      break: ignoresUnsubscribe,
      says: /^The calls of the 1,000 sinks that left: expected 0, got 1000/,
    },
    "holds on to something of each": {
      break: withSubscription((subscription) => {
        heldBack.holds += 1;
        return subscription;
      }),
      says: /^Waited .* for resources\(\) to return to \d+ after 1,000 subscriptions/,
      options: { resources: () => heldBack.holds },
    },
    "delivers twice to the one that stayed": {
      break: withSink((sink) => ({
        deliver: (deliveries) => sink.deliver(deliveries.flatMap((delivery) => [delivery, delivery])),
      })),
      says: /^What the one that stayed got: at 1/,
    },
  },
  "leaves nothing behind of 1,000 channels": {
    "keeps a place for every channel that it ever had": {
      break: (inner) => ({
        ...inner,
        subscribe(channel, at, sink) {
          heldBack.holds += 1;
          return inner.subscribe(channel, at, sink);
        },
      }),
      says: /^Waited .* for resources\(\) to return to \d+ after 1,000 channels: it gives \d+/,
      options: { resources: () => heldBack.holds },
    },
    "has room for 500 channels, and ends the oldest": {
      break: (inner) => {
        const all: (() => void)[] = [];
        return withSubscription((subscription) => {
          if (all.push(subscription.unsubscribe) > 500) all.shift()?.();
          return subscription;
        })(inner);
      },
      says: /^Waited .* for 1 messages; 0 messages came/,
    },
  },
  "ends a subscribe that is aborted at any moment": {
    "looks at the signal before it waits": {
      break: inSteps("looks before"),
      says: /^The sinks that were called after they had left, of/,
    },
    "looks at the signal once while it waits": {
      break: inSteps("looks after the first step"),
      says: /^The sinks that were called after they had left, of/,
    },
    "rejects, and keeps the subscription": {
      break: inSteps("rejects, and stays"),
      says: /^The sinks that were called after they had left, of/,
    },
    "rejects with an error of its own where it is late": {
      break: (inner) => ({
        ...inner,
        async subscribe(channel, at, sink) {
          const subscription = await inner.subscribe(channel, at, sink);
          await new Promise((resolve) => setImmediate(resolve));
          if (at.signal?.aborted) throw new Error("late");
          return subscription;
        },
      }),
      says: /^Aborted at moment \d+, subscribe rejected with Error: late/,
    },
    "holds on to what was aborted": {
      break: (inner) => ({
        ...inner,
        async subscribe(channel, at, sink) {
          heldBack.holds += 1;
          const subscription = await inner.subscribe(channel, at, sink);
          await new Promise((resolve) => setImmediate(resolve));
          at.signal?.throwIfAborted();
          heldBack.holds -= 1;
          return subscription;
        },
      }),
      says: /^Waited .* for resources\(\) to return to \d+ after subscribes that were aborted/,
      options: { resources: () => heldBack.holds },
    },
    "waits for ever where it is aborted late": {
      break: (inner) => ({
        ...inner,
        async subscribe(channel, at, sink) {
          const subscription = await inner.subscribe(channel, at, sink);
          await new Promise((resolve) => setImmediate(resolve));
          return at.signal?.aborted ? new Promise(() => {}) : subscription;
        },
      }),
      says: /^Waited .* for subscribe to settle that was aborted at moment \d+/,
    },
  },
  "ends a subscription at any moment, however often it is told": {
    "ignores unsubscribe": {
      break: ignoresUnsubscribe,
      says: /^The sinks that were called after they had left, of 60: expected 0, got 60/,
    },
    "delivers a moment later, to whoever it was": {
      break: withSink((sink) => ({
        deliver: (deliveries) => void setImmediate(() => sink.deliver(deliveries)),
      })),
      says: /^The sinks that were called after they had left, of 60/,
    },
    "begins anew at a second unsubscribe": {
      break: (inner) => ({
        ...inner,
        async subscribe(channel, at, sink: Sink) {
          const { position, unsubscribe } = await inner.subscribe(channel, at, sink);
          let ended = false;
          const toggle = () => {
            if (ended) void inner.subscribe(channel, {}, sink);
            else unsubscribe();
            ended = true;
          };
          return { position, unsubscribe: toggle };
        },
      }),
      says: /^The sinks that were called after they had left, of 60/,
    },
  },
};

mustCatch({ describe, it }, leaving, faults, (breaks = (inner) => inner) => ({
  transport: breaks(memory()),
}));

describe("a sink that is aborted while it is told", () => {
  const cases = leaving.filter(({ name }) => name === "ends a subscribe that is aborted at any moment");
  const slowly: Faults = {
    "ends a subscribe that is aborted at any moment": {
      "goes through with a replay, message by message": {
        break: (inner) => ({
          ...inner,
          subscribe: (channel, at, sink) =>
            oneByOne({
              ...inner,
              subscribe: (name, given, own) =>
                inner.subscribe(name, given, {
                  ...own,
                  gap: (gap) => own.gap(gap),
                  fail: (error) => own.fail(error),
                  async deliver(deliveries) {
                    for (const delivery of deliveries) {
                      await new Promise((resolve) => setImmediate(resolve));
                      own.deliver([delivery]);
                    }
                  },
                }),
            }).subscribe(channel, at, sink),
        }),
        says: /^The sinks that were called after they had left, of/,
      },
    },
  };
  mustCatch({ describe, it }, cases, slowly, (breaks = (inner) => inner) => ({
    transport: breaks(memory()),
  }));
});
