// @ts-check
/**
 * In-process publishing, to 1, 10 and 1,000 subscribers. EventEmitter does nothing but call; oRPC's publisher and Halyard
 * resolve a promise per publish; Halyard also parses, copies, keeps a history and can resume.
 */
import { EventEmitter, on } from "node:events";
import { MemoryPublisher } from "@orpc/experimental-publisher/memory";
import { realtime, staticSchema } from "halyard";
import { createRealtime } from "halyard/server";
import { memory } from "halyard/transports/memory";
import { measure, print } from "../measure.mjs";

const PAYLOAD = { path: "src/index.ts", bytes: 4096, done: false };
/** How many publishes a contestant may leave unawaited, where it gives a promise. */
const WINDOW = 100;

const channel = realtime.channel({
  name: "bench",
  topics: { file: { schema: /** @type {typeof staticSchema<typeof PAYLOAD>} */ (staticSchema)() } },
});

/** Counts what all subscribers got; `until` resolves at a number. */
function counter() {
  let count = 0;
  let wanted = Infinity;
  let reached = () => {};
  return {
    add() {
      if (++count >= wanted) reached();
    },
    /** @param {number} total */
    until(total) {
      wanted = total;
      return new Promise((resolve) => {
        reached = () => resolve(undefined);
        if (count >= wanted) reached();
      });
    },
  };
}

/** @param {AsyncIterable<unknown>} messages @param {() => void} add */
async function consume(messages, add) {
  for await (const _ of messages) add();
}

/**
 * @param {number} subscribers
 * @param {(publish: () => unknown) => (messages: number) => Promise<void>} drive
 */
function rounds(subscribers, drive) {
  const got = counter();
  let published = 0;
  return {
    got,
    /** @param {() => unknown} publish */
    round: (publish) => {
      const run = drive(publish);
      return async (/** @type {number} */ messages) => {
        published += messages;
        const all = got.until(published * subscribers);
        await run(messages);
        await all;
      };
    },
  };
}

/** One at a time, each awaited. @param {() => unknown} publish */
const awaited = (publish) => async (/** @type {number} */ messages) => {
  for (let i = 0; i < messages; i++) await publish();
};

/**
 * A window of them per turn of the event loop, so that readers get theirs: without a turn, a loop of promises starves them,
 * and those with a bound (Halyard) are told of a gap.
 *
 * @param {() => unknown} publish
 */
const burst = (publish) => async (/** @type {number} */ messages) => {
  for (let i = 0; i < messages; i += WINDOW) {
    const window = [];
    for (let j = i; j < Math.min(i + WINDOW, messages); j++) window.push(publish());
    await Promise.all(window);
    await new Promise(setImmediate);
  }
};

/**
 * @param {number} subscribers
 * @param {"callback" | "for await"} style
 * @param {typeof awaited} drive
 * @returns {import("../measure.mjs").Contestant[]}
 */
function contestants(subscribers, style, drive) {
  return [
    {
      name: "EventEmitter",
      async start() {
        const { got, round } = rounds(subscribers, drive);
        const emitter = new EventEmitter().setMaxListeners(0);
        const stop = new AbortController();
        for (let i = 0; i < subscribers; i++) {
          if (style === "callback") emitter.on("file", got.add);
          else consume(on(emitter, "file", { signal: stop.signal }), got.add).catch(() => {});
        }
        return { round: round(() => emitter.emit("file", PAYLOAD)), stop: () => stop.abort() };
      },
    },
    {
      name: "oRPC memory publisher",
      async start() {
        const { got, round } = rounds(subscribers, drive);
        const publisher = new MemoryPublisher({ maxBufferedEvents: Infinity });
        const stop = new AbortController();
        for (let i = 0; i < subscribers; i++) {
          if (style === "callback") await publisher.subscribe("file", got.add);
          else consume(publisher.subscribe("file", { signal: stop.signal }), got.add).catch(() => {});
        }
        return { round: round(() => publisher.publish("file", PAYLOAD)), stop: () => stop.abort() };
      },
    },
    {
      name: "oRPC, with resume for 60 s",
      async start() {
        const { got, round } = rounds(subscribers, drive);
        const publisher = new MemoryPublisher({ maxBufferedEvents: Infinity, resumeRetentionSeconds: 60 });
        const stop = new AbortController();
        for (let i = 0; i < subscribers; i++) {
          if (style === "callback") await publisher.subscribe("file", got.add);
          else consume(publisher.subscribe("file", { signal: stop.signal }), got.add).catch(() => {});
        }
        return { round: round(() => publisher.publish("file", { ...PAYLOAD })), stop: () => stop.abort() };
      },
    },
    {
      name: "Halyard",
      async start() {
        const { got, round } = rounds(subscribers, drive);
        const app = createRealtime({ transport: memory() });
        for (let i = 0; i < subscribers; i++) {
          if (style === "callback") await app.subscribe({ channel, onMessage: got.add });
          else void consume(await app.subscribe({ channel }), got.add);
        }
        return { round: round(() => app.publish(channel.file, PAYLOAD)), stop: () => app.close() };
      },
    },
  ];
}

for (const style of /** @type {const} */ (["callback", "for await"])) {
  for (const [subscribers, messages] of [
    [1, 50_000],
    [10, 20_000],
    [1000, 500],
  ]) {
    for (const drive of [awaited, burst]) {
      const how = drive === awaited ? "each publish awaited" : `${WINDOW} publishes per turn`;
      const title = `${style}, ${subscribers} subscriber${subscribers > 1 ? "s" : ""}, ${how} (messages published)`;
      print(title, await measure(contestants(subscribers, style, drive), { messages }));
    }
  }
}
