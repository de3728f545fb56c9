import { describe, it } from "vitest";
import type { Delivery } from "../../../src/frame.js";
import { formatPosition, isNotAfter, parsePosition } from "../../../src/position.js";
import { memory } from "../../memory/index.js";
import type { ConformanceCase } from "../case.js";
import { runCase } from "../context.js";
import { replay } from "../replay.js";
import { type Break, type Faults, mustCatch, withSink, withSubscription } from "./breaking.test-support.js";

const move = (id: string | undefined, by: number) => {
  const { epoch, offset } = parsePosition(id ?? "") ?? { epoch: "", offset: 0 };
  return formatPosition(epoch, Math.max(0, offset + by));
};

const liveOnly: Break = (inner) => ({
  ...inner,
  subscribe: (channel, { signal }, sink) => inner.subscribe(channel, { signal }, sink),
});

const inclusive: Break = (inner) => ({
  ...inner,
  subscribe: (channel, at, sink) =>
    inner.subscribe(channel, at.after === undefined ? at : { ...at, after: move(at.after, -1) }, sink),
});

const faults: Faults = {
  "resumes from the position at which a subscription starts": {
    "ignores `after`": { break: liveOnly, says: /^Waited .* for 5 messages; 0 messages came/ },
    "gives the position of the first message to come": {
      break: withSubscription(({ position, unsubscribe }) => ({ position: move(position, 1), unsubscribe })),
      says: /^Waited .* for 5 messages; 4 messages came/,
    },
    "gives the start of the history": {
      break: withSubscription(({ position, unsubscribe }) => ({
        position: move(position, -99),
        unsubscribe,
      })),
      says: /^What came on a channel of 3 messages: at 0/,
    },
    "gives no position": {
      break: withSubscription(({ unsubscribe }) => ({ position: undefined, unsubscribe })),
      says: /^Waited .* for 5 messages; 0 messages came/,
    },
  },
  "replays from every position of a history": {
    "ignores `after`": { break: liveOnly, says: /^Waited .* for 50 messages; 0 messages came/ },
    "begins with the message that the subscriber has": {
      break: inclusive,
      says: /^The ids after message 1 of 50/,
    },
    "replays the last ten at most": {
      break: withSink((sink) => ({ deliver: (deliveries) => sink.deliver(deliveries.slice(-10)) })),
      says: /^Waited .* for 50 messages; 10 messages came/,
    },
    "announces gaps where there are none": {
      break: (inner) => ({
        ...inner,
        subscribe(channel, at, sink) {
          if (at.after) sink.gap({ reason: "trimmed", after: at.after });
          return inner.subscribe(channel, at, sink);
        },
      }),
      says: /^The gaps after message 0 of 50/,
    },
  },
  "replays to two subscribers at once, each from its own position": {
    "reads for all from the oldest position": {
      break: (inner) => {
        let oldest: string | undefined;
        return {
          ...inner,
          async subscribe(channel, at, sink) {
            oldest = oldest && isNotAfter(oldest, at.after) ? oldest : at.after;
            return inner.subscribe(channel, { ...at, after: oldest }, sink);
          },
        };
      },
      says: /^What came after message \d+, one of several at once/,
    },
    "has one replay at a time": {
      break: (inner) => {
        let replaying = 0;
        return {
          ...inner,
          async subscribe(channel, at, sink) {
            replaying += 1;
            const { signal } = at;
            const subscription = await inner.subscribe(channel, replaying > 1 ? { signal } : at, sink);
            replaying -= 1;
            return subscription;
          },
        };
      },
      says: /^Waited .* for \d+ messages; 1 messages came/,
    },
  },
  "goes on live after a replay": {
    "ends with the replay": {
      break: (inner) => ({
        ...inner,
        async subscribe(channel, at, sink) {
          const subscription = await inner.subscribe(channel, at, sink);
          if (at.after) subscription.unsubscribe();
          return subscription;
        },
      }),
      says: /^Waited .* for 4 messages; 2 messages came/,
    },
    "gives the end of the replay for its start": {
      break: withSubscription(({ position, unsubscribe }) => ({ position: move(position, 2), unsubscribe })),
      says: /^Waited .* for 4 messages; 2 messages came/,
    },
  },
  "reads a history in pages, without hole or repeat": {
    "begins a page with the last message of the one before": {
      break: (inner) => ({
        ...inner,
        async history(channel, query) {
          const page = await inner.history(channel, query);
          return page.more ? { ...page, position: move(page.position, -1) } : page;
        },
      }),
      says: /repeats what a page before it had/,
    },
    "leaves out a message between pages": {
      break: (inner) => ({
        ...inner,
        async history(channel, query) {
          const page = await inner.history(channel, query);
          return page.more ? { ...page, position: move(page.position, 1) } : page;
        },
      }),
      says: /^The history in pages of 1: at 1/,
    },
    "takes a full page for the last": {
      break: (inner) => ({
        ...inner,
        history: async (channel, query) => ({ ...(await inner.history(channel, query)), more: false }),
      }),
      says: /^The history in pages of 1: at 1/,
    },
    "promises more after the last message": {
      break: (inner) => ({
        ...inner,
        async history(channel, query) {
          const page = await inner.history(channel, query);
          return { ...page, more: page.deliveries.length === query.limit };
        },
      }),
      says: /^`more` of the first page of 50: expected false/,
    },
    "ignores `limit`": {
      break: (inner) => ({
        ...inner,
        history: (channel, { after }) => inner.history(channel, { after, limit: 1_000 }),
      }),
      says: /^The length of the first page of 1/,
    },
    "gives the end of the history for the end of the page": {
      break: (inner) => ({
        ...inner,
        async history(channel, query) {
          const page = await inner.history(channel, query);
          if (query.after !== undefined || query.limit < 49) return page;
          return { ...page, position: (await inner.history(channel, { limit: 1_000 })).position };
        },
      }),
      says: /^The history in pages of 49: at 49/,
    },
  },
  "stops a page of history at `maxBytes`, after one message at least": {
    "ignores `maxBytes`": {
      break: (inner) => ({
        ...inner,
        history: (channel, { after, limit }) => inner.history(channel, { after, limit }),
      }),
      says: /^Whether a page of 1 bytes has 1 to 1 messages/,
    },
    "gives nothing where the first message is larger": {
      break: (inner) => ({
        ...inner,
        async history(channel, query) {
          const page = await inner.history(channel, query);
          return query.maxBytes === 1 ? { ...page, deliveries: [], position: query.after ?? "" } : page;
        },
      }),
      says: /^Whether a page of 1 bytes has 1 to 1 messages/,
    },
  },
  "has an empty history for a channel that never had a message": {
    rejects: {
      break: (inner) => ({
        ...inner,
        async history(channel, query) {
          const page = await inner.history(channel, query);
          if (page.deliveries.length === 0) throw new Error("No such stream");
          return page;
        },
      }),
      says: /^No such stream/,
    },
    "announces a gap": {
      break: (inner) => ({
        ...inner,
        async history(channel, query) {
          const page = await inner.history(channel, query);
          return page.deliveries.length > 0
            ? page
            : { ...page, gap: { reason: "unknown", after: undefined } };
        },
      }),
      says: /^The history \(deliveries, gap, more\)/,
    },
    "gives a position that lies after the first message": {
      break: (inner) => ({
        ...inner,
        async history(channel, query) {
          const page = await inner.history(channel, query);
          return { ...page, position: move(page.position, 1) };
        },
      }),
      says: /^Waited .* for 2 messages; 1 messages came/,
    },
  },
};

const isLong = ({ name }: ConformanceCase) => name === "replays a long history";

mustCatch(
  { describe, it },
  replay.filter((one) => !isLong(one)),
  faults,
  (breaks = (inner) => inner) => ({ transport: breaks(memory({ history: { count: 100 } })) }),
);

/** Changes what a replay delivers, which is more than anybody publishes at once. */
const withReplay = (change: (deliveries: readonly Delivery[]) => readonly Delivery[]) =>
  withSink((sink) => ({
    deliver: (deliveries) => sink.deliver(deliveries.length > 1 ? change(deliveries) : deliveries),
  }));

const long: Faults = {
  "replays a long history": {
    "leaves out a message between two parts": {
      break: withReplay((deliveries) => deliveries.filter((_, i) => i !== 1_000)),
      says: /^What came of a long history: at 1000/,
    },
    "repeats a message between two parts": {
      break: withReplay((deliveries) => deliveries.flatMap((one, i) => (i === 1_000 ? [one, one] : [one]))),
      says: /^What came of a long history: at 1001/,
    },
    "reads one part alone": {
      break: withReplay((deliveries) => deliveries.slice(0, 1_000)),
      says: /^What came of a long history: at 1000/,
    },
    "announces a gap, and then leaves out a message": {
      break: (inner) => ({
        ...withReplay((deliveries) => deliveries.filter((_, i) => i !== 1_000))(inner),
        subscribe(channel, at, sink) {
          sink.gap({ reason: "trimmed", after: at.after });
          const broken = withReplay((deliveries) => deliveries.filter((_, i) => i !== 1_000))(inner);
          return broken.subscribe(channel, at, sink);
        },
      }),
      says: /^What came of a long history: at 0/,
    },
  },
};

describe("a long history", () => {
  mustCatch({ describe, it }, replay.filter(isLong), long, (breaks = (inner) => inner) => ({
    transport: breaks(memory()),
  }));
  it("may be trimmed, with a gap", async () => {
    const trimming = memory({ history: { count: 100 } });
    const [one] = replay.filter(isLong);
    if (!one) throw new Error("There is no such case.");
    await runCase(one, { supports: trimming.supports, factory: () => ({ transport: trimming }) });
  });
});
