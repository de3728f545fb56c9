import { describe, it } from "vitest";
import type { Sink, TransportSubscription } from "../../../src/transport.js";
import { memory } from "../../memory/index.js";
import { lifecycle } from "../lifecycle.js";
import { type Faults, mustCatch, oneByOne, withSink, withSubscription } from "./breaking.test-support.js";

const faults: Faults = {
  "claims what the suite was told": {
    "claims other than it was tried for": {
      break: (inner) => ({ ...inner, supports: { ...inner.supports, maxBytes: 1 } }),
      says: /^transport\.supports .*got \[true,600000,1,false,false\]/,
    },
    "claims replay without a history": {
      break: ({ history: _, ...rest }) => rest,
      says: /has no history\(\)/,
    },
    "has no name": { break: (inner) => ({ ...inner, name: "" }), says: /no name/ },
  },
  "delivers nothing after unsubscribe": {
    "delivers a moment later, to whoever it was": {
      break: withSink((sink) => ({
        deliver: (deliveries) => queueMicrotask(() => sink.deliver(deliveries)),
      })),
      says: /^The calls of its sink, against those before it unsubscribed: expected 1, got 2/,
    },
    "ignores unsubscribe": {
      break: withSubscription(({ position }) => ({ position, unsubscribe() {} })),
      says: /^The calls of its sink, against/,
    },
  },
  "lets a sink unsubscribe while it is called": {
    "goes through with the batch": { break: oneByOne, says: /unsubscribes in the first: expected 1, got 20/ },
  },
  "lets a sink unsubscribe another while it is called": {
    "ends a subscription a moment later": {
      break: withSubscription(({ position, unsubscribe }) => ({
        position,
        unsubscribe: () => queueMicrotask(unsubscribe),
      })),
      says: /^The calls of the others' sinks/,
    },
  },
  "ends one subscription, and once": {
    "takes the last of its list where it finds nothing": {
      break: (inner) => {
        const all: TransportSubscription[] = [];
        return withSubscription((subscription) => {
          all.push(subscription);
          const unsubscribe = () => {
            // The fault: without it in the list, the index is -1, which is the last.
            for (const found of all.splice(all.indexOf(subscription), 1)) found.unsubscribe();
          };
          return { position: subscription.position, unsubscribe };
        })(inner);
      },
      says: /^Waited .* for [13] messages; 0 messages came/,
    },
    "leaves a channel that others have entered since": {
      break: (inner) => {
        const channels = new Map<string, Set<object>>();
        const open = withSink((sink, channel) => ({
          deliver: (deliveries) => void (channels.has(channel) && sink.deliver(deliveries)),
        }))(inner);
        return {
          ...inner,
          async subscribe(channel, at, sink) {
            const { position, unsubscribe } = await open.subscribe(channel, at, sink);
            const all = channels.get(channel) ?? new Set();
            channels.set(channel, all.add(unsubscribe));
            const end = () => {
              unsubscribe();
              all.delete(unsubscribe);
              // The fault: the second time, this is another set than the channel has.
              if (all.size === 0) channels.delete(channel);
            };
            return { position, unsubscribe: end };
          },
        };
      },
      says: /^Waited .* for 1 messages; 0 messages came/,
    },
  },
  "counts subscriptions, not sinks": {
    "ends all subscriptions of a sink": {
      break: (inner) => {
        const bySink = new Map<Sink, TransportSubscription[]>();
        return {
          ...inner,
          async subscribe(channel, at, sink) {
            const { position, unsubscribe } = await inner.subscribe(channel, at, sink);
            const all = bySink.get(sink) ?? [];
            bySink.set(sink, all);
            all.push({ position, unsubscribe });
            return { position, unsubscribe: () => all.forEach((each) => void each.unsubscribe()) };
          },
        };
      },
      says: /^Waited .* for the message .*one/,
    },
    "keeps a set of sinks": {
      break: (inner) => {
        const known = new Map<Sink, TransportSubscription>();
        return {
          ...inner,
          async subscribe(channel, at, sink) {
            const subscription = known.get(sink) ?? (await inner.subscribe(channel, at, sink));
            known.set(sink, subscription);
            return subscription;
          },
        };
      },
      says: /^Waited .* for 2 messages; 1 messages came/,
    },
  },
  "subscribes again after an unsubscribe": {
    "never opens a channel again": {
      break: (inner) => {
        const left = new Set<string>();
        return {
          ...inner,
          async subscribe(channel, at, sink) {
            const { position, unsubscribe } = await inner.subscribe(channel, at, sink);
            if (left.has(channel)) unsubscribe();
            return { position, unsubscribe: () => left.add(channel) && unsubscribe() };
          },
        };
      },
      says: /^Waited .* for 2 messages/,
    },
  },
};

mustCatch({ describe, it }, lifecycle, faults, (breaks = (inner) => inner) => ({
  transport: breaks(memory()),
}));
