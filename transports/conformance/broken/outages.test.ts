import { describe, it } from "vitest";
import { RealtimeError } from "../../../src/errors.js";
import { ArrayBroker, arrayLog } from "../../log/array-log.test-support.js";
import { outageOf } from "../../log/array-outage.test-support.js";
import { logTransport } from "../../log/index.js";
import { outages } from "../outages.js";
import type { ConformanceSetup } from "../setup.js";
import { type Break, type Faults, mustCatch, withResults, withSink } from "./breaking.test-support.js";

const supports = { replay: true, keys: 60_000, maxBytes: 65_536, shared: true } as const;

/** Two instances on a broker that goes away. */
function arrays(breaks: Break = (inner) => inner): ConformanceSetup {
  const broker = new ArrayBroker();
  const outage = outageOf(broker);
  const [transport, peer] = [0, 1].map(() =>
    breaks(logTransport({ name: "array", supports, log: arrayLog(broker) })),
  );
  if (!transport) throw new Error("Two were made.");
  return { transport, peer, outage };
}

const hang = () => new Promise<never>(() => {});
const pause = () => new Promise((resolve) => setImmediate(resolve));

/** Changes the error that a call is refused with. */
const withError = (change: (error: unknown) => unknown): Break => {
  const changed = <T>(promise: Promise<T>) =>
    promise.catch((error) => {
      throw change(error);
    });
  return (inner) => ({
    ...inner,
    publish: (...args) => changed(inner.publish(...args)),
    subscribe: (...args) => changed(inner.subscribe(...args)),
    history: (...args) => changed(inner.history(...args)),
  });
};

const withoutCause = withError(() => new RealtimeError("TRANSPORT_FAILED", "The broker is gone."));
const brokersOwn = withError((error) => (error as Error).cause);

/** Tries again until the broker is back, whatever its caller waits for. */
const again = async <T>(call: () => Promise<T>): Promise<T> => {
  for (;;) {
    try {
      return await call();
    } catch {
      await pause();
    }
  }
};

const faults: Faults = {
  "rejects a publish while the broker is gone": {
    "waits until it is back": {
      break: (inner) => ({ ...inner, publish: (...args) => again(() => inner.publish(...args)) }),
      says: /^Waited .* for publish to settle while the broker is gone/,
    },
    "takes it, to send it later": {
      break: (inner) => ({
        ...inner,
        publish: (channel, frames) =>
          inner.publish(channel, frames).catch(() => frames.map(() => ({ id: "e.1", duplicate: false }))),
      }),
      says: /^publish resolved while the broker was gone/,
    },
    "says nothing of why": { break: withoutCause, says: /^publish while .*: the error has no cause/ },
    "rejects with the broker's error": {
      break: brokersOwn,
      says: /^publish while .*: expected a RealtimeError \(TRANSPORT_FAILED\), got Error: connect/,
    },
    "says that it is closed": {
      break: withError((cause) => new RealtimeError("CLOSED", "closed", { cause })),
      says: /^publish while the broker is gone: the error's code: expected "TRANSPORT_FAILED", got "CLOSED"/,
    },
    "refuses one, and forgets the others": {
      break: (inner) => {
        let failing = 0;
        return {
          ...inner,
          publish: (channel, frames) =>
            inner.publish(channel, frames).catch((error) => (failing++ > 5 ? hang() : Promise.reject(error))),
        };
      },
      says: /^Waited .* for publish, one of fifty, to settle/,
    },
  },
  "rejects a subscribe while the broker is gone": {
    "resolves, and listens later": {
      break: (inner) => ({
        ...inner,
        async subscribe(...args) {
          void again(() => inner.subscribe(...args));
          return { position: "e.0", unsubscribe() {} };
        },
      }),
      says: /^subscribe resolved while the broker was gone/,
    },
    "rejects, and listens later": {
      break: (inner) => ({
        ...inner,
        async subscribe(...args) {
          try {
            return await inner.subscribe(...args);
          } catch (error) {
            void again(() => inner.subscribe(...args));
            throw error;
          }
        },
      }),
      says: /^The calls of sinks whose subscribe was rejected/,
    },
    "tells its sink, too": {
      break: (inner) => ({
        ...inner,
        subscribe: (channel, at, sink) =>
          inner.subscribe(channel, at, sink).catch((error) => {
            sink.fail(error);
            throw error;
          }),
      }),
      says: /^The calls of sinks whose subscribe was rejected/,
    },
  },
  "rejects a history while the broker is gone": {
    "gives an empty page": {
      break: (inner) => ({
        ...inner,
        history: (channel, query) =>
          inner
            .history(channel, query)
            .catch(() => ({ deliveries: [], gap: undefined, more: false, position: "e.0" })),
      }),
      says: /^history resolved while the broker was gone/,
    },
    "doesn't find its broker again": {
      break: (inner) => {
        let lost: unknown;
        return {
          ...inner,
          async history(channel, query) {
            if (lost) throw lost;
            return inner.history(channel, query).catch((error) => {
              lost = error;
              throw error;
            });
          },
        };
      },
      says: /^Waited .* for a history to be read once the broker is back/,
    },
  },
  "works again once the broker is back, however often it goes": {
    "finds its broker again once": {
      break: (inner) => {
        let outages = 0;
        return {
          ...inner,
          async publish(channel, frames) {
            if (outages > 1) return inner.publish("", frames).then(() => Promise.reject(new Error("lost")));
            return inner.publish(channel, frames).catch((error) => {
              outages += 1;
              throw error;
            });
          },
        };
      },
      says: /^publish while .*: expected a RealtimeError \(TRANSPORT_FAILED\), got Error: lost/,
    },
    "publishes again, but doesn't listen": {
      break: (inner) => {
        let lost = false;
        const deaf = withSink(() => ({ deliver() {} }))(inner);
        return {
          ...inner,
          publish: (channel, frames) =>
            inner.publish(channel, frames).catch((error) => {
              lost = true;
              throw error;
            }),
          subscribe: (channel, at, sink) =>
            lost ? deaf.subscribe(channel, at, sink) : inner.subscribe(channel, at, sink),
        };
      },
      says: /^Waited .* for 3 messages; 0 messages came/,
    },
  },
  "settles what an outage overtakes": {
    "forgets what was under way": {
      break: (inner) => ({ ...inner, publish: (...args) => inner.publish(...args).catch(hang) }),
      says: /^Waited .* for what an outage overtook to settle/,
    },
    "rejects it with the broker's error": {
      break: brokersOwn,
      says: /^What an outage overtook: expected a RealtimeError/,
    },
  },
  "takes one message per key across an outage": {
    "remembers keys of those alone who were told": {
      break: (inner) => {
        const told = new Map<string | undefined, string>();
        return {
          ...inner,
          async publish(channel, frames) {
            const [frame] = frames;
            if (frame?.key === undefined) return inner.publish(channel, frames);
            const id = told.get(frame.key);
            if (id) return [{ id, duplicate: true }];
            const results = await inner.publish(channel, [{ ...frame, key: undefined }]);
            for (const result of results) if ("id" in result) told.set(frame.key, result.id);
            return results;
          },
        };
      },
      says: /^The number of different messages with a key, against all of them/,
    },
    "gives a known key another id": {
      break: withResults((results) =>
        results.map((result) => ("id" in result && result.duplicate ? { ...result, id: "e.9" } : result)),
      ),
      says: /^The id for a key that was taken before the outage/,
    },
  },
  "closes while the broker is gone": {
    "says goodbye first": {
      break: (inner) => ({
        ...inner,
        async close() {
          await again(() => inner.history("goodbye", { limit: 1 })).catch(() => {});
          await inner.close();
        },
      }),
      says: /^Waited .* for close\(\) to resolve while the broker is gone/,
    },
    "rejects, since it can't say goodbye": {
      break: (inner) => ({
        ...inner,
        async close() {
          await inner.history("goodbye", { limit: 1 });
          await inner.close();
        },
      }),
      says: /^array: the broker is gone/,
    },
    "forgets to tell who listens": {
      break: (inner) => ({
        ...inner,
        subscribe: (channel, at, sink) =>
          inner.subscribe(channel, at, {
            deliver: (deliveries) => sink.deliver(deliveries),
            gap: (gap) => sink.gap(gap),
            fail() {},
          }),
      }),
      says: /^Waited .* for fail\(\) to be called/,
    },
  },
};

mustCatch({ describe, it }, outages, faults, arrays);
