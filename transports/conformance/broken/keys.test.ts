import { describe, it } from "vitest";
import type { Frame } from "../../../src/frame.js";
import type { Published } from "../../../src/transport.js";
import { memory } from "../../memory/index.js";
import { keys } from "../keys.js";
import { type Faults, mustCatch, withFrame, withKey, withResults } from "./breaking.test-support.js";

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
  "refuses a key that comes with other content in the same batch": {
    "lets the last of them win": {
      break: (inner) => ({
        ...inner,
        async publish(channel, frames) {
          const results = await inner.publish(channel, frames.toReversed());
          return results.toReversed();
        },
      }),
      says: /^The results of a batch whose key comes three times/,
    },
    "takes all of one key for repeats": {
      break: withResults((results) => {
        const first = results[0];
        return results.map((result) => ("error" in result && first ? { ...first, duplicate: true } : result));
      }),
      says: /^The results of a batch .*: at 2 expected "IDEMPOTENCY_CONFLICT", got "known"/,
    },
    "gives up the whole batch": {
      break: withResults((results) =>
        results.find((result) => "error" in result) ? results.map(() => results[2] as Published) : results,
      ),
      says: /^The results of a batch .*: at 0 expected "stored", got "IDEMPOTENCY_CONFLICT"/,
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
      says: /^The key "K" was refused/,
    },
    "trims keys": { break: withKey((key) => key.trim()), says: /^The key "k " was refused/ },
    "normalizes keys": { break: withKey((key) => key.normalize()), says: /^The key "e\u0301" was refused/ },
    "cuts off keys": { break: withKey((key) => key.slice(0, 900)), says: /^The key "x+b" was refused/ },
    "decodes keys": {
      break: withKey((key) => key.replace("%2F", "/")),
      says: /^The key "%2F" was refused/,
    },
    "forgets a key whose batch was long": {
      break: (inner) => {
        let batches = 0;
        return withKey((key) => (batches > 1 && key === "{a}" ? "new" : key))({
          ...inner,
          publish(channel, frames) {
            batches += 1;
            return inner.publish(
              channel,
              frames.map((frame) => (batches > 1 && frame.key === "{a}" ? { ...frame, key: "new" } : frame)),
            );
          },
        });
      },
      says: /^`duplicate` of the second message of key "\{a\}"/,
    },
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

mustCatch(
  { describe, it },
  keys.filter(({ needs }) => !needs?.includes("shared")),
  faults,
  (breaks = (inner) => inner) => ({ transport: breaks(memory({ history: { count: 100 } })) }),
);
