import { describe, it } from "vitest";
import type { Frame } from "../../../src/frame.js";
import type { Transport } from "../../../src/transport.js";
import { memory } from "../../memory/index.js";
import type { ConformanceCase } from "../case.js";
import { keys } from "../keys.js";
import { type Break, type Faults, mustCatch, withResults } from "./breaking.test-support.js";
import { pair } from "./pair.test-support.js";

/** Changes frames before the broker sees them. */
const withFrame =
  (change: (frame: Frame, channel: string) => Frame): Break =>
  (inner) => ({
    ...inner,
    publish: (channel, frames) =>
      inner.publish(
        channel,
        frames.map((frame) => change(frame, channel)),
      ),
  });

const withKey = (change: (key: string, channel: string) => string | undefined) =>
  withFrame((frame, channel) => ({
    ...frame,
    key: frame.key === undefined ? undefined : change(frame.key, channel),
  }));

const faults: Faults = {
  "takes one message per key": {
    "ignores keys": { break: withKey(() => undefined), says: /^What was delivered: at 1/ },
    "delivers a repeat, though it says that it is one": {
      break: (inner) => ({
        ...inner,
        async publish(channel, frames) {
          const results = await inner.publish(channel, frames);
          const repeats = frames.filter((_, i) => {
            const result = results[i];
            return result && "id" in result && result.duplicate;
          });
          await inner.publish(
            channel,
            repeats.map((frame) => ({ ...frame, key: undefined })),
          );
          return results;
        },
      }),
      says: /^What was delivered: at 1/,
    },
    "doesn't say that it is a repeat": {
      break: withResults((results) =>
        results.map((result) => ("id" in result ? { ...result, duplicate: false } : result)),
      ),
      says: /^`duplicate` of the first and of the second publish/,
    },
    "gives a repeat an id of its own": {
      break: withResults((results) =>
        results.map((result) => ("id" in result && result.duplicate ? { ...result, id: "new" } : result)),
      ),
      says: /^The id of the second publish: .* got "new"/,
    },
    "takes another time for other content": {
      break: withFrame((frame) => ({ ...frame, content: frame.payload })),
      says: /^A frame with a key was refused/,
    },
  },
  "takes one message per key within a batch": {
    "knows only keys of batches before": {
      break: (inner) => ({
        ...inner,
        publish(channel, frames) {
          const seen = new Set<string | undefined>();
          const repeated = ({ key }: Frame) => seen.size === seen.add(key).size;
          return inner.publish(
            channel,
            frames.map((frame) => (repeated(frame) ? { ...frame, key: undefined } : frame)),
          );
        },
      }),
      says: /^What was delivered: at 2/,
    },
  },
  "refuses a key that comes with other content": {
    "takes it for a repeat": {
      break: withResults((results) =>
        results.map((result) => ("error" in result ? { id: "e.1", duplicate: true } : result)),
      ),
      says: /^A known key with other content was taken/,
    },
    "compares the data alone": {
      break: withFrame((frame) => ({ ...frame, content: frame.content.replace(/"topic":"\w+"/, "") })),
      says: /^A known key with other content was taken/,
    },
    "forgets the first content": {
      break: (inner) => {
        const renamed = new Map<string, string>();
        return {
          ...inner,
          async publish(channel, frames) {
            const now = frames.map((frame) => ({ ...frame, key: renamed.get(frame.key ?? "") ?? frame.key }));
            const results = await inner.publish(channel, now);
            for (const [i, result] of results.entries()) {
              const key = frames[i]?.key;
              if ("error" in result && key !== undefined) renamed.set(key, `${key}, anew`);
            }
            return results;
          },
        };
      },
      says: /^A known key with other content was taken|^`duplicate` of the first content, after the conflict/,
    },
  },
  "keeps the keys of channels apart": {
    "joins name and key": {
      break: (inner) => {
        const known = new Map<string, { id: string; duplicate: boolean }>();
        return {
          ...inner,
          async publish(channel, [frame]) {
            if (!frame) return [];
            const joined = `${channel}:${frame.key}`;
            const first = known.get(joined);
            if (first) return [{ ...first, duplicate: true }];
            const [result] = await inner.publish(channel, [frame]);
            if (result && "id" in result) known.set(joined, result);
            return result ? [result] : [];
          },
        };
      },
      says: /^`duplicate` of the first message under key k of channel .*:a:b/,
    },
  },
  "keeps keys apart that look alike": {
    "writes keys in lower case": {
      break: withKey((key) => key.toLowerCase()),
      says: /^A frame with a key was refused/,
    },
    "trims keys": { break: withKey((key) => key.trim()), says: /^A frame with a key was refused/ },
    "normalizes keys": { break: withKey((key) => key.normalize()), says: /^A frame with a key was refused/ },
    "cuts off keys": { break: withKey((key) => key.slice(0, 128)), says: /^A frame with a key was refused/ },
  },
  "doesn't use up the key of a frame that it refuses": {
    "notes the key before it looks at the size": {
      break: (inner) => {
        const used = new Set<string | undefined>();
        return {
          ...inner,
          async publish(channel, frames) {
            const results = await inner.publish(channel, frames);
            return results.map((result, i) => {
              const key = frames[i]?.key;
              if ("id" in result) return used.has(key) ? { ...result, duplicate: true } : result;
              used.add(key);
              return result;
            });
          },
        };
      },
      says: /^`duplicate` of the first message that was taken under the key/,
    },
  },
  "remembers a key when its message is gone": {
    "looks for keys in the history": {
      break: (inner) => {
        let published = 0;
        return withKey((key) => (published++ > 0 ? `${key}, forgotten` : key))(inner);
      },
      says: /^The result for the key, once its message was trimmed/,
    },
  },
};

const needs = (capability: "shared") => (one: ConformanceCase) => one.needs?.includes(capability) ?? false;

mustCatch(
  { describe, it },
  keys.filter((one) => !needs("shared")(one)),
  faults,
  (breaks = (inner) => inner) => ({ transport: breaks(memory({ history: { count: 100 } })) }),
);

/** Delays what it passes on, so that two instances' publishes cross. */
const slow = (inner: Required<Transport>): Required<Transport> => ({
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
};

describe("shared", () => {
  mustCatch({ describe, it }, keys.filter(needs("shared")), shared, (breaks = (inner) => inner) => {
    const { transport, peer, cleanup } = pair(slow(memory()));
    return { transport: breaks(transport), peer: breaks(peer), cleanup };
  });
});
