import { describe, it } from "vitest";
import type { Delivery } from "../../../src/frame.js";
import { transactions } from "../transactions.js";
import { type Break, type Faults, mustCatch, withDelivery, withSink } from "./breaking.test-support.js";
import { txPair } from "./tx-broker.test-support.js";

const ignoresTransactions: Break = (inner) => ({
  ...inner,
  publish: (channel, frames) => inner.publish(channel, frames),
});

const faults: Faults = {
  "delivers what a transaction published once it commits, and not before": {
    "ignores the transaction": {
      break: ignoresTransactions,
      says: /^The calls of a sink before the commit: expected 0/,
    },
    "shows in the history what isn't committed": {
      break: (inner) => {
        const open: Delivery[] = [];
        return {
          ...inner,
          async publish(channel, frames, at) {
            const results = await inner.publish(channel, frames, at);
            if (at) open.push(...frames.map((frame) => ({ id: "tx.1", frame })));
            return results;
          },
          async history(channel, query) {
            const page = await inner.history(channel, query);
            return { ...page, deliveries: [...page.deliveries, ...open] };
          },
        };
      },
      says: /^The messages of the history before the commit: expected 0, got 5/,
    },
    "doesn't hear of commits": {
      break: withSink((_, channel) => (channel.endsWith(":other") ? {} : { deliver() {} })),
      says: /^Waited .* for 5 messages; 0 messages came/,
    },
    "gives ids anew at the commit": {
      break: withDelivery(({ id, frame }) => ({ id: `${id}0`, frame })),
      says: /^The ids that arrived, against those that publish gave/,
    },
  },
  "delivers nothing of a transaction that is rolled back": {
    "ignores the transaction": {
      break: ignoresTransactions,
      says: /^What came after a rollback: at 0 expected .*after 0.*got .*never 0/,
    },
    "takes a number that wasn't used for a loss": {
      break: withSink((sink) => ({
        deliver(deliveries) {
          sink.gap({ reason: "trimmed", after: undefined });
          sink.deliver(deliveries);
        },
      })),
      says: /^The gaps/,
    },
    "keeps it in the history": {
      break: (inner) => {
        const all: Delivery[] = [];
        return {
          ...inner,
          async publish(channel, frames, at) {
            const results = await inner.publish(channel, frames, at);
            all.push(...frames.map((frame) => ({ id: "tx.1", frame })));
            return results;
          },
          history: async (channel, query) => ({ ...(await inner.history(channel, query)), deliveries: all }),
        };
      },
      says: /^The history after a rollback/,
    },
  },
  "keeps the order of commits on a channel": {
    "tells the later commit first": {
      break: withSink((sink) => {
        let held: readonly Delivery[] = [];
        return {
          deliver(deliveries) {
            const isFirst = deliveries[0]?.frame.payload.includes('"first, ');
            const before = held;
            held = isFirst ? deliveries : [];
            if (!isFirst) sink.deliver([...deliveries, ...before]);
          },
        };
      }),
      says: /^In round 0, the second transaction to commit came before the first/,
    },
    "fails who publishes meanwhile": {
      break: (inner) => {
        let open = 0;
        return {
          ...inner,
          async publish(channel, frames, at) {
            if (!at && open++ % 2 === 0) throw new Error("The channel is held.");
            return inner.publish(channel, frames, at);
          },
        };
      },
      says: /^A publish beside a transaction failed: Error: The channel is held/,
    },
  },
  "publishes to several channels in one transaction": {
    "takes the first channel's messages alone into the transaction": {
      break: (inner) => {
        const known = new Map<unknown, string>();
        return {
          ...inner,
          publish(channel, frames, at) {
            const first = known.get(at?.tx) ?? channel;
            known.set(at?.tx, first);
            return inner.publish(channel, frames, first === channel ? at : undefined);
          },
        };
      },
      says: /^What came on one of three channels: at 0 expected .*to .*got .*undone/,
    },
  },
  "takes a key with a commit, and gives it back with a rollback": {
    "uses up keys at once": {
      break: (inner) => {
        const used = new Set<string>();
        return {
          ...inner,
          async publish(channel, frames, at) {
            const [frame] = frames;
            if (frame?.key === undefined) return inner.publish(channel, frames, at);
            if (used.has(frame.key)) return [{ id: "tx.1", duplicate: true }];
            used.add(frame.key);
            return inner.publish(channel, frames, at);
          },
        };
      },
      says: /^What was delivered: at 0 expected .*once/,
    },
    "takes no note of keys in a transaction": {
      break: (inner) => ({
        ...inner,
        publish: (channel, frames, at) =>
          inner.publish(channel, at ? frames.map((frame) => ({ ...frame, key: undefined })) : frames, at),
      }),
      says: /^The result for a key that a transaction had used/,
    },
  },
  "refuses a frame without harm to the transaction": {
    "rejects, so that the caller rolls back": {
      break: (inner) => ({
        ...inner,
        async publish(channel, frames, at) {
          const results = await inner.publish(channel, frames, at);
          for (const result of results) if ("error" in result) throw result.error;
          return results;
        },
      }),
      says: /^tx: a message for channel .* at most/,
    },
    "gives up what stood behind it": {
      break: (inner) => ({
        ...inner,
        async publish(channel, frames, at) {
          const [first, second, third] = await inner.publish(channel, frames.slice(0, 2), at);
          return [first, second, third ?? second].flatMap((result) => result ?? []);
        },
      }),
      says: /^The results of a batch whose second frame is too large: at 2/,
    },
  },
};

mustCatch({ describe, it }, transactions, faults, txPair);

describe("numbers that are drawn before the commit", () => {
  const name = "keeps the order of commits on a channel";
  mustCatch(
    { describe, it },
    transactions.filter((one) => one.name === name),
    {
      [name]: {
        "lets nobody wait, so that an earlier number is seen later": {
          break: (inner) => ({ ...inner, name: "unlocked" }),
          says: /^Waited .* for \d+ messages/,
        },
      },
    },
    (breaks) => txPair(breaks, { locksNothing: breaks !== undefined }),
  );
});
