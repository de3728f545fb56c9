import { describe, it } from "vitest";
import { memory } from "../../memory/index.js";
import { errors } from "../errors.js";
import { type Break, type Faults, mustCatch, withResults } from "./breaking.test-support.js";
import { local } from "./local.test-support.js";

const refuses = "stores the rest of a batch where one frame is refused";

const throws: Break = (inner) => ({
  ...inner,
  async publish(channel, frames) {
    const results = await inner.publish(channel, frames);
    for (const result of results) if ("error" in result) throw result.error;
    return results;
  },
});

const faults: Faults = {
  "refuses a payload above maxBytes": {
    "takes it, and drops what is too much": {
      break: (inner) => ({
        ...inner,
        publish: (channel, frames) =>
          inner.publish(
            channel,
            frames.map((frame) => ({ ...frame, size: 1, payload: frame.payload.slice(0, 100) })),
          ),
      }),
      says: /one byte more than maxBytes was taken/,
    },
    "refuses it with another code": {
      break: withResults((results) =>
        results.map((result) => {
          if (!("error" in result)) return result;
          return {
            error: Object.assign(new Error(result.error.message), {
              name: "RealtimeError",
              code: "INTERNAL",
            }) as never,
          };
        }),
      ),
      says: /the error's code: expected "PAYLOAD_TOO_LARGE", got "INTERNAL"/,
    },
    "refuses it with an error of another class": {
      break: withResults((results) =>
        results.map((result) => ("error" in result ? { error: new Error("too large") as never } : result)),
      ),
      says: /expected a RealtimeError \(PAYLOAD_TOO_LARGE\), got Error: too large/,
    },
    "delivers it all the same": {
      break: (inner) => ({
        ...inner,
        async publish(channel, frames) {
          const results = await inner.publish(channel, frames);
          const large = frames.filter((_, i) => "error" in (results[i] ?? {}));
          await inner.publish(
            channel,
            large.map((frame) => ({ ...frame, payload: "0", size: 1 })),
          );
          return results;
        },
      }),
      says: /^What was delivered/,
    },
  },
  [refuses]: {
    "throws instead of a result per frame": {
      break: throws,
      says: /^memory: a message for channel .* at most/,
    },
    "gives up the whole batch": {
      break: (inner) => ({
        ...inner,
        async publish(channel, frames) {
          const [refused] = await inner.publish(`${channel}?`, frames.slice(1, 2));
          if (refused && "error" in refused) return frames.map(() => refused);
          return inner.publish(channel, frames);
        },
      }),
      says: /^The results of a batch .*at 0 expected "stored", got "refused"/,
    },
    "forgets what follows": {
      break: (inner) => ({
        ...inner,
        async publish(channel, frames) {
          const results = [...(await inner.publish(channel, frames.slice(0, 2)))];
          return [...results, ...frames.slice(2).map(() => ({ id: "lost", duplicate: false }))];
        },
      }),
      says: /^Waited .* for 2 messages; 1 messages came/,
    },
  },
};

const claimed = errors.filter(({ unless }) => !unless);
mustCatch({ describe, it }, claimed, faults, (breaks = (inner) => inner) => ({
  transport: breaks(memory()),
}));

const withoutKeys: Faults = {
  "refuses a key": {
    "ignores keys": {
      break: (inner) => ({
        ...inner,
        publish: (channel, frames) =>
          inner.publish(
            channel,
            frames.map((frame) => ({ ...frame, key: undefined })),
          ),
      }),
      says: /doesn't claim keys, but a frame with a key was taken/,
    },
  },
};

const unclaimed = errors.filter(({ unless }) => unless === "keys");
mustCatch({ describe, it }, unclaimed, withoutKeys, (breaks = (inner) => inner) => ({
  transport: breaks({ ...local(), history: () => Promise.reject(new Error("There is none.")) }),
}));
