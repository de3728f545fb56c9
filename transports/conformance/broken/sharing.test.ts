import { describe, it } from "vitest";
import type { Delivery } from "../../../src/frame.js";
import { memory } from "../../memory/index.js";
import { sharing } from "../sharing.js";
import { type Break, type Faults, mustCatch, withSink } from "./breaking.test-support.js";
import { pair } from "./pair.test-support.js";

/** Breaks the second instance alone. */
const second = (breaks: Break): Break => {
  let instances = 0;
  return (inner) => (instances++ % 2 ? breaks(inner) : inner);
};

const faults: Faults = {
  "reaches subscribers of another instance, in order and with the same ids": {
    "is no broker": { break: () => memory(), says: /^Waited .* for 60 messages/ },
    "gives ids per instance": {
      break: second(
        withSink((sink) => ({
          deliver: (deliveries) => sink.deliver(deliveries.map(({ id, frame }) => ({ id: `${id}0`, frame }))),
        })),
      ),
      says: /^Its ids/,
    },
    "turns batches round on their way": {
      break: second(withSink((sink) => ({ deliver: (deliveries) => sink.deliver(deliveries.toReversed()) }))),
      says: /^What a subscriber of one of two instances got/,
    },
  },
  "shows all instances one order": {
    "delivers its own messages first": {
      break: second(
        withSink((sink) => {
          let held: readonly Delivery[] | undefined;
          return {
            // Every second batch waits for the next to pass.
            deliver(deliveries) {
              const before = held;
              held = before ? undefined : deliveries;
              if (before) sink.deliver([...deliveries, ...before]);
            },
          };
        }),
      ),
      says: /^The ids at one instance/,
    },
  },
  "keeps every channel's order while both instances publish to all": {
    "publishes later batches over a second connection": {
      break: second((inner) => {
        let batch = 0;
        return {
          ...inner,
          async publish(channel, frames) {
            const [first, ...others] = frames;
            batch += 1;
            if (batch % 7 || !first || others.length === 0) return inner.publish(channel, frames);
            const rest = await inner.publish(channel, others);
            return [...(await inner.publish(channel, [first])), ...rest];
          },
        };
      }),
      says: /^What came on :\d+ of one of two publishers: at/,
    },
    "numbers messages where they arrive": {
      break: second(
        withSink((sink) => {
          let held: readonly Delivery[] = [];
          return {
            deliver(deliveries) {
              // Its own connection is a little slower than the other's.
              const all = [...held, ...deliveries];
              held = all.length % 5 ? all : [];
              if (held.length === 0) sink.deliver(all.slice(1).concat(all.slice(0, 1)));
            },
          };
        }),
      ),
      says: /^What came on :\d+ of one of two publishers: at/,
    },
    "delivers a busy channel's messages to another": {
      break: second((inner) => ({
        ...inner,
        subscribe: (channel, at, sink) => inner.subscribe(channel.replace(/:3$/, ":4"), at, sink),
      })),
      says: /^The ids on :3 |^What came on :3 /,
    },
  },
  "resumes at another instance": {
    "has a history per instance": {
      break: second((inner) => ({
        ...inner,
        subscribe: (channel, _, sink) => inner.subscribe(channel, {}, sink),
      })),
      says: /^Waited .* for 6 messages; 0 messages came/,
    },
    "has an epoch per instance": {
      break: second((inner) => ({
        ...inner,
        subscribe: (channel, at, sink) =>
          inner.subscribe(channel, at.after ? { ...at, after: `other-${at.after}` } : at, sink),
      })),
      says: /^Waited .* for 6 messages|^What came after the fourth message/,
    },
    "announces a gap at another instance": {
      break: second((inner) => ({
        ...inner,
        subscribe(channel, at, sink) {
          sink.gap({ reason: "epoch", after: at.after });
          return inner.subscribe(channel, at, sink);
        },
      })),
      says: /^The gaps/,
    },
  },
  "closes one instance, and leaves the other": {
    "closes the broker": {
      break: (() => {
        const all: (() => Promise<void>)[] = [];
        return (inner) => {
          all.push(inner.close);
          return {
            ...inner,
            async close() {
              for (const close of all) await close();
            },
          };
        };
      })(),
      says: /the transport is closed/,
    },
  },
};

mustCatch({ describe, it }, sharing, faults, (breaks = (inner) => inner) => {
  const { transport, peer, cleanup } = pair(memory());
  return { transport: breaks(transport), peer: breaks(peer), cleanup };
});
