import { describe, it } from "vitest";
import { formatPosition, parsePosition } from "../../../src/position.js";
import { memory } from "../../memory/index.js";
import { delivery } from "../delivery.js";
import {
  type Break,
  type Faults,
  mustCatch,
  withDelivery,
  withPayload,
  withResults,
  withSink,
  withSubscription,
} from "./breaking.test-support.js";
import { local } from "./local.test-support.js";

/** Changes the ids that publish gives and those that are delivered, alike. */
const withId =
  (change: (id: string) => string): Break =>
  (inner) => {
    const published = withResults((results) =>
      results.map((result) => ("id" in result ? { ...result, id: change(result.id) } : result)),
    )(inner);
    return {
      ...withDelivery(({ id, frame }) => ({ id: change(id), frame }))(inner),
      publish: published.publish,
    };
  };

/** Delivers every batch so many turns of the microtask queue later. */
const late = (turns: (batch: number) => number): Break => {
  let batch = 0;
  return withSink((sink) => ({
    async deliver(deliveries) {
      for (let i = turns(batch++); i > 0; i--) await undefined;
      sink.deliver(deliveries);
    },
  }));
};

const mapId = (change: (epoch: string, offset: number) => string) => (id: string) => {
  const { epoch, offset } = parsePosition(id) ?? { epoch: "", offset: 0 };
  return change(epoch, offset);
};

const faults: Faults = {
  "keeps the order within a batch": {
    "drops the last frame of a batch": {
      break: withSink((sink) => ({ deliver: (deliveries) => sink.deliver(deliveries.slice(0, -1)) })),
      says: /^Waited .* for 100 messages; 99 messages came/,
    },
    "turns a batch round": {
      break: withSink((sink) => ({ deliver: (deliveries) => sink.deliver(deliveries.toReversed()) })),
      says: /^The messages of one batch: at 0 .*message 99/,
    },
    "gives other ids to subscribers than to the publisher": {
      break: withDelivery(({ id, frame }) => ({ id: `${id}0`, frame })),
      says: /^The ids that arrived/,
    },
  },
  "keeps the order across batches": {
    "lets a batch overtake another": {
      break: late((batch) => (batch % 2 ? 0 : 40)),
      says: /^The messages of 100 batches: at 0/,
    },
  },
  "keeps each channel's order while many publish at once": {
    "lets a batch overtake another when it is busy": {
      break: late((batch) => (batch > 20 && batch % 3 ? 0 : 200)),
      says: /^The messages of channel :\d+: at/,
    },
    "loses batches when it is busy": {
      break: (inner) => {
        let busy = 0;
        return {
          ...inner,
          async publish(channel, frames) {
            busy += 1;
            const results = await inner.publish(busy === 20 ? `${channel}?` : channel, frames);
            busy -= 1;
            return results;
          },
        };
      },
      says: /^Waited .* for 60 messages/,
    },
  },
  "gives every subscriber every message": {
    "shares messages out among subscribers": {
      break: (inner) => {
        let subscribers = 0;
        return withSink((sink) => {
          const own = subscribers++;
          return { deliver: (deliveries) => sink.deliver(deliveries.filter((_, i) => i % 5 === own)) };
        })(inner);
      },
      says: /^Waited .* for 10 messages; 2 messages came/,
    },
  },
  "delivers all that is published once subscribe has resolved": {
    "resolves before the broker has taken the subscription": {
      break: (inner) => ({
        ...inner,
        async subscribe(channel, at, sink) {
          setImmediate(() => void inner.subscribe(channel, at, sink));
          return { position: undefined, unsubscribe() {} };
        },
      }),
      says: /^Waited .* for 1 messages; 0 messages came/,
    },
  },
  "gives a live subscriber nothing from before": {
    "replays without being asked": {
      break: (inner) => {
        const silent = withSink(() => ({ gap() {} }))(inner);
        return {
          ...inner,
          subscribe: (channel, at, sink) => silent.subscribe(channel, { after: "the start", ...at }, sink),
        };
      },
      says: /^What a live subscriber got: at 0 expected .*after 0.* got .*before 0/,
    },
  },
  "gives ids that fit its claim": {
    "claims replay, but its ids aren't positions": {
      break: withId((id) => id.replace(".", "-")),
      says: /claims replay, but ".*" is no position/,
    },
    "gives an id twice": {
      break: withId(mapId((epoch, offset) => formatPosition(epoch, offset - (offset % 2)))),
      says: /^The number of different ids/,
    },
    "gives offsets that fall": {
      break: withId(mapId((epoch, offset) => formatPosition(epoch, 1_000 - offset))),
      says: /its offset isn't higher/,
    },
    "compares offsets as text": {
      break: withId(mapId((epoch, offset) => formatPosition(epoch, offset === 10 ? 9.5 : offset))),
      says: /"[^"]+\.9\.5" is no position/,
    },
    "gives an epoch to every batch": {
      break: withId(mapId((epoch, offset) => formatPosition(epoch + Math.floor((offset - 1) / 5), offset))),
      says: /^The epoch of/,
    },
    "claims replay, but a subscription has no position": {
      break: withSubscription(({ unsubscribe }) => ({ position: undefined, unsubscribe })),
      says: /claims replay, but "" is no position/,
    },
  },
  "carries a payload byte for byte": {
    "reads JSON and prints it again": {
      break: withPayload((payload) => payload && JSON.stringify(JSON.parse(payload))),
      says: /^The payloads: at 0/,
    },
    "prints numbers as it likes": {
      break: withPayload((payload) => payload.replace("1e3", "1000")),
      says: /^The payloads: at 1/,
    },
    "loses characters beyond ASCII": {
      break: withPayload((payload) => payload.replace(/[^\0-\x7f]/g, "?")),
      says: /^The payloads: at 2/,
    },
    "takes every payload for an object": {
      break: withPayload((payload) => (payload.startsWith("{") ? payload : "{}")),
      says: /^The payloads: at 5/,
    },
    "takes an empty payload for none": {
      break: withPayload((payload) => payload || "null"),
      says: /^The payloads: at 6/,
    },
  },
  "carries what core publishes": {
    "loses what restores the types": {
      break: withPayload((payload) => payload.replace(/,"kinds":\{[^}]*\}/, "")),
      says: /is not what was published|getTime is not a function/,
    },
    "stamps messages anew": {
      break: withPayload((payload) => payload.replace(/"createdAt":\d+/, '"createdAt":1')),
      says: /^The message: expected .*1234\], got .*1\]/,
    },
  },
};

mustCatch({ describe, it }, delivery, faults, (breaks = (inner) => inner) => ({
  transport: breaks(memory()),
}));

const withoutReplay: Faults = {
  "gives ids that fit its claim": {
    "gives an id twice": {
      break: withId((id) => id.slice(0, 1)),
      says: /^The number of different ids/,
    },
    "gives a position, though it can't resume from it": {
      break: withSubscription(({ unsubscribe }) => ({ position: "e.1", unsubscribe })),
      says: /^The position of a subscription without replay: expected nothing, got "e\.1"/,
    },
  },
};

describe("without replay", () => {
  const cases = delivery.filter(({ name }) => name in withoutReplay);
  mustCatch({ describe, it }, cases, withoutReplay, (breaks = (inner) => inner) => ({
    transport: breaks({ ...local(), history: () => Promise.reject(new Error("There is none.")) }),
  }));
});
