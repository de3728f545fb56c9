import { describe, it } from "vitest";
import type { Sink } from "../../../src/transport.js";
import { memory } from "../../memory/index.js";
import { sinks } from "../sinks.js";
import { type Break, type Faults, mustCatch, withSink } from "./breaking.test-support.js";

/** All sinks of a channel are told in one loop, as a transport without a guard does. */
const unguarded =
  (onThrow: (error: unknown, left: Set<Sink>, sink: Sink) => void): Break =>
  (inner) => {
    const channels = new Map<string, Set<Sink>>();
    return {
      ...inner,
      async subscribe(channel, at, sink) {
        const known = channels.get(channel);
        const all = known ?? new Set<Sink>();
        channels.set(channel, all.add(sink));
        const deliver: Sink["deliver"] = (deliveries) => {
          try {
            for (const each of all) each.deliver(deliveries);
          } catch (error) {
            onThrow(error, all, sink);
          }
        };
        if (!known) return inner.subscribe(channel, at, { ...silent, deliver });
        return { position: undefined, unsubscribe: () => void all.delete(sink) };
      },
    };
  };

const silent = { gap() {}, fail() {} };

/** Tells all before it returns: a publish within a call is told first to who stands behind. */
const inOneLoop: Break = (inner) => {
  const sinks = new Set<Sink>();
  return {
    ...inner,
    async publish(_, frames) {
      const deliveries = frames.map((frame) => ({ id: crypto.randomUUID(), frame }));
      for (const sink of sinks) sink.deliver(deliveries);
      return deliveries.map(({ id }) => ({ id, duplicate: false }));
    },
    async subscribe(_, __, sink) {
      sinks.add(sink);
      return { position: undefined, unsubscribe: () => void sinks.delete(sink) };
    },
  };
};

const faults: Faults = {
  "loses nothing where a sink blocks the process": {
    "takes a late answer for the end of the connection": {
      break: withSink((sink) => {
        let lost = false;
        return {
          deliver(deliveries) {
            if (lost) return;
            const start = performance.now();
            sink.deliver(deliveries);
            lost = performance.now() - start > 30;
          },
        };
      }),
      says: /^Waited .* for five slow calls/,
    },
    "drops what comes while it is behind": {
      break: (inner) => {
        let busyUntil = 0;
        return withSink((sink) => ({
          deliver(deliveries) {
            const start = performance.now();
            if (start < busyUntil) return;
            sink.deliver(deliveries);
            if (performance.now() - start > 30) busyUntil = performance.now() + 2;
          },
        }))(inner);
      },
      says: /^Waited .*|^What came beside a slow sink/,
    },
  },
  "keeps what a sink throws from the others": {
    "stops at the first that throws": {
      break: unguarded(() => {}),
      says: /^Waited .* for 10 messages; 0 messages came/,
    },
    "ends all subscriptions where one throws": {
      break: unguarded((_, all) => all.clear()),
      says: /^Waited .* for 10 messages/,
    },
    "rejects the publish": {
      break: (inner) => {
        let thrown: unknown;
        const broken = unguarded((error) => {
          thrown = error;
        })(inner);
        return {
          ...broken,
          async publish(channel, frames) {
            const results = await inner.publish(channel, frames);
            if (thrown) throw thrown;
            return results;
          },
        };
      },
      says: /^A sink's fault, which the suite makes on purpose/,
    },
  },
  "lets a sink subscribe while it is called": {
    "waits for the sinks to return before it subscribes, and for the subscribe before they do": {
      break: (inner) => {
        let telling = false;
        const told = withSink((sink) => ({
          deliver(deliveries) {
            telling = true;
            sink.deliver(deliveries);
            telling = false;
          },
        }))(inner);
        return {
          ...told,
          subscribe: (...args) => (telling ? new Promise(() => {}) : told.subscribe(...args)),
        };
      },
      says: /^Waited .* for a subscribe from within a sink to resolve/,
    },
    "tells a sink twice that came while it told": {
      break: (inner) => {
        const own = inner.subscribe;
        let subscribed = 0;
        return {
          ...inner,
          async subscribe(channel, at, sink) {
            const subscription = await own(channel, at, sink);
            if (subscribed++ > 0) await own(channel, at, sink);
            return subscription;
          },
        };
      },
      says: /got a message twice/,
    },
  },
  "lets a sink publish while it is called": {
    "tells the answer before the question to some": {
      break: inOneLoop,
      says: /^What a subscriber got: at 0 expected .*question.* got .*answer/,
    },
    "lets nobody publish while it tells": {
      break: (inner) => {
        let telling = false;
        const told = withSink((sink) => ({
          deliver(deliveries) {
            telling = true;
            sink.deliver(deliveries);
            telling = false;
          },
        }))(inner);
        return {
          ...told,
          publish: (...args) => (telling ? new Promise(() => {}) : inner.publish(...args)),
        };
      },
      says: /^Waited .* for 2 messages; 1 messages came/,
    },
  },
};

mustCatch({ describe, it }, sinks, faults, (breaks = (inner) => inner) => ({ transport: breaks(memory()) }));
