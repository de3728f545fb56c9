// @ts-check
/**
 * What a message costs a page, from the text of its frame on: a store that makes a snapshot a frame, beside a list that is copied
 * and trimmed for each message, as state in a component is. 1,000 messages/s are 17 a frame, 20,000 are 334.
 */
import { realtime, staticSchema } from "halyard";
import { createChannelStore, createClient } from "halyard/client";
import { measure, print } from "../measure.mjs";

const LIMIT = 100;
const channel = realtime.channel({
  name: "bench",
  topics: { token: { schema: /** @type {typeof staticSchema<string>} */ (staticSchema)() } },
});

/** A client, and what brings it so many messages, in one frame of the protocol. */
async function connect() {
  /** @type {import("halyard/client").WireEvents | undefined} */
  let line;
  let count = 0;
  const client = createClient({
    url: "http://localhost/api/realtime",
    wires: [
      {
        name: "bench",
        connect(_url, events) {
          line = events;
          queueMicrotask(events.open);
          return {
            send(text) {
              const { type, id } = JSON.parse(text);
              if (type !== "subscribe") return;
              send({ type: "subscribed", id, channel: "bench", position: "e.0", expires: 900_000 });
            },
            close: events.closed,
          };
        },
      },
    ],
  });
  const send = (/** @type {object} */ frame) => line?.frame(JSON.stringify(frame));
  return {
    options: {
      client,
      channel,
      token: JSON.stringify({ key: "a.b.c", channel: "bench", topics: ["token"] }),
    },
    bring(/** @type {number} */ messages) {
      const pairs = Array.from({ length: messages }, () => [
        `e.${++count}`,
        { topic: "token", data: "A word or two ", createdAt: 1 },
      ]);
      send({ type: "messages", id: 1, messages: pairs });
    },
    stop: () => client.close(),
  };
}

/** @param {number} burst @returns {import("../measure.mjs").Contestant[]} */
const contestants = (burst) => {
  /** @param {(messages: number) => void} bring @param {() => void} frame */
  const rounds = (bring, frame) => async (/** @type {number} */ messages) => {
    for (let i = 0; i < messages; i += burst) {
      bring(burst);
      frame();
    }
  };
  return [
    {
      name: "a list, copied for each message",
      async start() {
        const { options, bring, stop } = await connect();
        /** @type {unknown[]} */
        let state = [];
        await options.client.subscribe({
          ...options,
          onMessage(message) {
            state = [...state, message].slice(-LIMIT);
          },
        });
        return { round: rounds(bring, () => undefined), stop };
      },
    },
    {
      name: "createChannelStore",
      async start() {
        const { options, bring, stop } = await connect();
        /** @type {(() => void) | undefined} */
        let paint;
        Object.assign(globalThis, {
          requestAnimationFrame: (/** @type {() => void} */ run) => {
            paint = run;
            return 1;
          },
          cancelAnimationFrame() {},
        });
        const store = createChannelStore({ ...options, historyLimit: LIMIT });
        const unsubscribe = store.subscribe(() => void store.getSnapshot().messages.all);
        await new Promise((resolve) => setTimeout(resolve, 50));
        return {
          round: rounds(bring, () => paint?.()),
          stop() {
            if (store.getSnapshot().messages.all.length !== LIMIT) throw new Error("The store got nothing.");
            unsubscribe();
            store.close();
            stop();
          },
        };
      },
    },
  ];
};

for (const perSecond of [1_000, 20_000]) {
  const burst = Math.ceil(perSecond / 60);
  print(
    `${perSecond.toLocaleString("en")} messages/s, a frame each 1/60 s: messages per second of CPU`,
    await measure(contestants(burst), { messages: burst * 400 }),
  );
}
