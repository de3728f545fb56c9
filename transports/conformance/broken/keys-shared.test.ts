import { describe, it } from "vitest";
import { RealtimeError } from "../../../src/errors.js";
import { memory } from "../../memory/index.js";
import { keys } from "../keys.js";
import { type Faults, type Historian, mustCatch, withKey, withResults } from "./breaking.test-support.js";
import { pair } from "./pair.test-support.js";

/** Delays what it passes on, so that two instances' publishes cross. */
const slow = (inner: Historian): Historian => ({
  ...inner,
  async publish(channel, frames) {
    await new Promise((resolve) => setImmediate(resolve));
    return inner.publish(channel, frames);
  },
});

const shared: Faults = {
  "takes one message per key of two instances at once": {
    "remembers keys per instance": {
      break: (() => {
        let instances = 0;
        return (inner) => {
          const own = instances++;
          return withKey((key) => `${own}:${key}`)(inner);
        };
      })(),
      says: /^The ids that two instances gave for one key/,
    },
    "looks a key up, and then stores the message": {
      break: (() => {
        // What both instances see of the broker.
        const known = new Map<string | undefined, string>();
        return (inner) => ({
          ...inner,
          async publish(channel, frames) {
            const id = known.get(frames[0]?.key);
            if (id) return [{ id, duplicate: true }];
            const results = await inner.publish(
              channel,
              frames.map((frame) => ({ ...frame, key: undefined })),
            );
            const [result] = results;
            if (result && "id" in result) known.set(frames[0]?.key, result.id);
            return results;
          },
        });
      })(),
      says: /^The ids that two instances gave for one key/,
    },
  },
  "lets one message win the key where two instances differ": {
    "remembers keys per instance": {
      break: (() => {
        let instances = 0;
        return (inner) => {
          const own = instances++;
          return withKey((key) => `${own}:${key}`)(inner);
        };
      })(),
      says: /^How many messages won their keys: expected 1, got 2/,
    },
    "lets none of them win": {
      break: withResults((results) =>
        results.map(() => ({ error: new RealtimeError("IDEMPOTENCY_CONFLICT", "in dispute") })),
      ),
      says: /^How many messages won their keys: expected 1, got 0/,
    },
    "says to both that they won": {
      break: withResults((results) =>
        results.map((result) => ("error" in result ? { id: "e.1", duplicate: true } : result)),
      ),
      says: /^How many messages won their keys: expected 1, got 2/,
    },
    "takes a lost race for a failure": {
      break: withResults((results) =>
        results.map((result) =>
          "error" in result ? { error: new RealtimeError("TRANSPORT_FAILED", "busy") } : result,
        ),
      ),
      says: /^The other message of a key: the error's code/,
    },
  },
};

const cases = keys.filter(({ needs }) => needs?.includes("shared"));

mustCatch({ describe, it }, cases, shared, (breaks = (inner) => inner) => {
  const { transport, peer, cleanup } = pair(slow(memory()));
  return { transport: breaks(transport), peer: breaks(peer), cleanup };
});
