import { describe, it } from "vitest";
import { transportConformance } from "../conformance/index.js";
import { ArrayBroker, arrayLog } from "./array-log.test-support.js";
import { outageOf } from "./array-outage.test-support.js";
import { createLogTransport } from "./transport.js";

const supports = { replay: true, keys: 60_000, maxBytes: 65_536, shared: true } as const;

/** What each transport of the suite holds. */
const held = new WeakMap<object, () => Record<string, number>>();

function pairOn(broker: ArrayBroker) {
  const [here, there] = [0, 1].map(() =>
    createLogTransport({ name: "array", supports, log: arrayLog(broker) }),
  );
  if (!here || !there) throw new Error("Two were made.");
  held.set(here.transport, here.held);
  return { transport: here.transport, peer: there.transport, outage: outageOf(broker) };
}

const resources = (transport: object) => {
  const { rooms = 0, members = 0, timers = 0 } = held.get(transport)?.() ?? {};
  return rooms + members + timers;
};

transportConformance({
  describe,
  it,
  name: "a log that answers at once",
  supports,
  factory: () => pairOn(new ArrayBroker()),
  resources,
});

transportConformance({
  describe,
  it,
  name: "a log that takes its time, tells late, in disorder, twice and not at all",
  supports,
  factory() {
    const broker = new ArrayBroker();
    const turns = async (most: number) => {
      for (let i = Math.floor(Math.random() * most); i > 0; i--) await new Promise(setImmediate);
    };
    broker.travel = () => turns(3);
    broker.tell = async ({ after, deliveries, watcher }) => {
      await turns(3);
      const chance = Math.random();
      if (chance < 0.1) return void turns(10).then(() => watcher.changed());
      watcher.stored(after, deliveries);
      if (chance < 0.2) watcher.stored(after, deliveries);
      if (chance < 0.3) watcher.changed();
    };
    return pairOn(broker);
  },
  resources,
  rounds: 300,
  deadline: 20_000,
});
