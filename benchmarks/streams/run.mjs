// @ts-check
/**
 * A stream of short texts, in this process: published by `app.stream` and read back by `readStream`, beside one message for each
 * text; and what folding a part costs, of a short stream and of a long one.
 */
import { realtime, staticSchema } from "halyard";
import { createRealtime } from "halyard/server";
import { foldStream, readStream, streamOf } from "halyard/stream";
import { memory } from "halyard/transports/memory";
import { measure, print } from "../measure.mjs";

const WORD = "word ";
/** Messages on their way at a time. */
const WINDOW = 100;
/** @type {typeof staticSchema<string>} */
const text = staticSchema;
const channel = realtime.channel({
  name: "bench",
  topics: { stream: { schema: streamOf(text()) }, words: { schema: text() } },
});

/** @param {(app: ReturnType<typeof makeApp>, count: number) => Promise<void>} round */
function contestant(/** @type {string} */ name, round) {
  return {
    name,
    async start() {
      const app = makeApp();
      return {
        round: (/** @type {number} */ count) => round(app, count),
        stop: () => app.close(),
      };
    },
  };
}

const makeApp = () =>
  createRealtime({ transport: memory(), secret: "a secret of at least thirty-two characters" });

/** @param {AsyncIterable<unknown>} source */
async function readAll(source) {
  let count = 0;
  for await (const _ of source) count++;
  return count;
}

const contestants = [
  contestant("a message for each", async (app, count) => {
    const subscription = await app.subscribe({ channel, topics: ["words"] });
    const reader = subscription.getJsonStream().getReader();
    for (let i = 0; i < count; i += WINDOW) {
      const published = Array.from({ length: WINDOW }, () => app.publish(channel.words, WORD));
      for (let j = 0; j < WINDOW; j++) await reader.read();
      await Promise.all(published);
    }
    await reader.cancel();
  }),
  contestant("app.stream, readStream", async (app, count) => {
    const subscription = await app.subscribe({ channel, topics: ["stream"] });
    const read = readAll(readStream(subscription, { topic: "stream" }));
    await app.stream(channel.stream, Array(count).fill(WORD));
    if ((await read) !== count) throw new Error("Some were lost.");
  }),
];

const rates = await measure(contestants, { messages: 50_000 });
print("texts per second", rates);

/** Nanoseconds per part. @param {number} parts */
function fold(parts) {
  const begin = performance.now();
  /** @type {import("halyard/stream").StreamState<string> | undefined} */
  let state;
  for (let index = 0; index < parts; index++) {
    state = foldStream(state, { type: "chunks", stream: "s", index, chunks: [WORD] }, 0);
  }
  if (state?.text.length !== parts * WORD.length) throw new Error("A part is missing.");
  return ((performance.now() - begin) / parts) * 1e6;
}
fold(10_000);
for (const parts of [1_000, 10_000, 100_000, 1_000_000]) {
  console.log(`folding ${String(parts).padStart(9)} parts: ${fold(parts).toFixed(0)} ns each`);
}
