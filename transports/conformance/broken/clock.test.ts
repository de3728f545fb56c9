import { describe, it } from "vitest";
import type { Delivery, Frame } from "../../../src/frame.js";
import { formatPosition, parsePosition } from "../../../src/position.js";
import { memory } from "../../memory/index.js";
import { clock } from "../clock.js";
import { type Break, type Faults, type Historian, mustCatch, withSink } from "./breaking.test-support.js";
import { pair } from "./pair.test-support.js";

/** When each message was published, by the clock of who did. */
const stamped = (inner: Historian) => {
  const times = new Map<string, number>();
  return {
    times,
    async publish(channel: string, frames: readonly Frame[]) {
      const now = Date.now();
      const results = await inner.publish(channel, frames);
      for (const result of results) if ("id" in result) times.set(result.id, now);
      return results;
    },
  };
};

const trimsByTheClock: Break = (inner) => {
  const { times, publish } = stamped(inner);
  return {
    ...inner,
    publish,
    subscribe: (channel, at, sink) =>
      inner.subscribe(channel, at, {
        deliver(deliveries) {
          const oldest = Date.now() - 600_000;
          sink.deliver(deliveries.filter(({ id }) => (times.get(id) ?? oldest) >= oldest));
        },
        gap: (gap) => sink.gap(gap),
        fail: (error) => sink.fail(error),
      }),
  };
};

/** What both instances share. */
const known = new Map<string, number>();

const faults: Faults = {
  "keeps the order when a clock is wrong, or is set": {
    "drops what is older than what it had": {
      break: (inner) => {
        let last = 0;
        const shown = new Map<string, number>();
        const told = withSink((sink) => ({
          deliver(deliveries) {
            // By the clock of who receives, which here is that of who publishes.
            const now = Date.now();
            for (const { id } of deliveries) shown.set(id, now);
            if (now >= last) sink.deliver(deliveries);
            last = Math.max(last, now);
          },
        }))(inner);
        return told;
      },
      says: /^Waited .* for 40 messages/,
    },
    "makes positions of the time": {
      break: (inner) => {
        let turn = 0;
        const timed = (id: string) => {
          const { epoch = "", offset = 0 } = parsePosition(id) ?? {};
          return formatPosition(epoch, Date.now() * 100 + (offset % 100));
        };
        return withSink((sink) => ({
          deliver(deliveries: readonly Delivery[]) {
            turn += 1;
            sink.deliver(turn ? deliveries.map(({ id, frame }) => ({ id: timed(id), frame })) : deliveries);
          },
        }))(inner);
      },
      says: /^The ids that came while clocks were wrong: at 0/,
    },
  },
  "replays what was published while a clock was wrong": {
    "trims by the clock of who reads, and says nothing": {
      break: trimsByTheClock,
      says: /^A replay by a server whose clock is .* was lost without a gap/,
    },
  },
  "remembers a key when a clock is wrong, or is set": {
    "forgets keys by the clock of who publishes": {
      break: (inner) => ({
        ...inner,
        publish: (channel, frames) =>
          inner.publish(
            channel,
            frames.map((frame) => {
              const own = `${channel} ${frame.key}`;
              const since = known.get(own) ?? Date.now();
              known.set(own, since);
              return Date.now() - since > 600_000 ? { ...frame, key: `${frame.key}, anew` } : frame;
            }),
          ),
      }),
      says: /^The result for a known key, by a server whose clock is 3600000 ms off/,
    },
    "forgets keys that come from the future": {
      break: (inner) => ({
        ...inner,
        publish: (channel, frames) =>
          inner.publish(
            channel,
            frames.map((frame) => {
              const own = `${channel} ${frame.key}`;
              const since = known.get(own) ?? Date.now();
              known.set(own, since);
              return since > Date.now() + 60_000 ? { ...frame, key: `${frame.key}, anew` } : frame;
            }),
          ),
      }),
      says: /^The result for a known key, by a server whose clock is -3600000 ms off/,
    },
  },
};

mustCatch({ describe, it }, clock, faults, (breaks = (inner) => inner) => {
  const { transport, peer, cleanup } = pair(memory());
  return { transport: breaks(transport), peer: breaks(peer), cleanup };
});
