import { describe, it } from "vitest";
import type { Delivery } from "../../../src/frame.js";
import { ArrayBroker, arrayLog } from "../../log/array-log.test-support.js";
import { outageOf } from "../../log/array-outage.test-support.js";
import { logTransport } from "../../log/index.js";
import { returning } from "../returning.js";
import type { ConformanceSetup } from "../setup.js";
import { bareOutage } from "./bare-outage.test-support.js";
import { type Break, type Faults, mustCatch, withSink, withSubscription } from "./breaking.test-support.js";

const supports = { replay: true, keys: 60_000, maxBytes: 65_536, shared: true } as const;

function arrays(breaks: Break = (inner) => inner): ConformanceSetup {
  const broker = new ArrayBroker();
  broker.keeps = 100_000;
  const outage = outageOf(broker);
  const [transport, peer] = [0, 1].map(() =>
    breaks(logTransport({ name: "array", supports, log: arrayLog(broker) })),
  );
  if (!transport) throw new Error("Two were made.");
  return { transport, peer, outage };
}

/** Tries again until the broker is back. */
const again = (call: () => Promise<unknown>): Promise<unknown> =>
  call().catch(async () => {
    await new Promise((resolve) => setImmediate(resolve));
    return again(call);
  });

/** Changes what a subscription is told from its `count`th message on. */
const from = (
  count: number,
  change: (delivery: Delivery, before: Delivery | undefined) => readonly Delivery[],
): Break =>
  withSink((sink) => {
    let told = 0;
    let before: Delivery | undefined;
    return {
      deliver(deliveries) {
        const changed = deliveries.flatMap((delivery) => {
          told += 1;
          const now = told === count ? change(delivery, before) : [delivery];
          before = delivery;
          return now;
        });
        if (changed.length > 0) sink.deliver(changed);
      },
    };
  });

const loses = from(6, () => []);
const repeats = from(6, (delivery, before) => (before ? [before, delivery] : [delivery]));
const turnsRound: Break = withSink((sink) => {
  let told = 0;
  let held: readonly Delivery[] | undefined;
  return {
    deliver(deliveries) {
      told += 1;
      const before = held;
      held = told === 6 ? deliveries : undefined;
      if (!held) sink.deliver([...deliveries, ...(before ?? [])]);
    },
  };
});
const breaksOff: Break = withSink((sink) => {
  let told = 0;
  return { deliver: (deliveries) => void (told++ < 3 && sink.deliver(deliveries)) };
});

const faults: Faults = {
  "goes on with a subscription when the broker is back": {
    "forgets its subscriptions": {
      break: breaksOff,
      says: /^Waited .* for a message to arrive once the broker is back/,
    },
    "loses a message, and says nothing": { break: loses, says: /was lost without a gap/ },
    "repeats the message that it had last": { break: repeats, says: /came twice/ },
    "turns round what it missed and what comes": {
      break: turnsRound,
      says: /which is later|was lost without a gap|^Waited/,
    },
    "gives other ids after an outage": {
      break: from(6, ({ id, frame }) => [{ id: `${id}0`, frame }]),
      says: /came with the id .*, publish gave/,
    },
    "delivers what nobody published": {
      break: from(6, ({ id, frame }) => [{ id, frame: { ...frame, payload: "{}" } }]),
      says: /came, and was never published/,
    },
  },
  "loses nothing silently while the broker comes and goes under load": {
    "loses a message, and says nothing": { break: loses, says: /was lost without a gap/ },
    "repeats a message": { break: repeats, says: /came twice/ },
  },
  "replays what an outage cut off, and what came before it": {
    "loses a message, and says nothing": { break: loses, says: /was lost without a gap/ },
    "goes on with what it rejected": {
      break: (inner) => ({
        ...inner,
        async subscribe(channel, at, sink) {
          try {
            return await inner.subscribe(channel, at, sink);
          } catch (error) {
            void again(() => inner.subscribe(channel, at, sink));
            throw error;
          }
        },
      }),
      says: /^The calls of a sink once its subscribe was rejected/,
    },
  },
  "delivers nothing to who left during an outage": {
    "subscribes again whoever it knew": {
      break: withSubscription(({ position }) => ({ position, unsubscribe() {} })),
      says: /^The calls of sinks that left during an outage/,
    },
  },
};

const name = "says after an outage that messages may be missing";

mustCatch(
  { describe, it },
  returning.filter((one) => one.name !== name),
  faults,
  arrays,
);

describe("without replay", () => {
  const missing: Faults = {
    [name]: {
      "says nothing": { break: withSink(() => ({ gap() {} })), says: /^1 outages passed, and 0 gaps/ },
      "says it after the first outage alone": {
        break: withSink((sink) => {
          let gaps = 0;
          return { gap: (gap) => void (gaps++ < 1 && sink.gap(gap)) };
        }),
        says: /^2 outages passed, and 1 gaps/,
      },
      "says that it trimmed": {
        break: withSink((sink) => ({ gap: (gap) => sink.gap({ ...gap, reason: "trimmed" }) })),
        says: /^The reasons of gaps after an outage: trimmed/,
      },
    },
    "goes on with a subscription when the broker is back": {
      "forgets its subscriptions": {
        break: breaksOff,
        says: /^Waited .* for a message to arrive once the broker is back/,
      },
    },
  };
  const cases = returning.filter((one) => one.name in missing);
  mustCatch({ describe, it }, cases, missing, bareOutage);
});
