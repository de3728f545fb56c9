/** Streams as their users have them: the AI SDK at one end, a client at the other, and a line that breaks. */
import { realtime, staticSchema } from "halyard";
import { createRealtime } from "halyard/server";
import { foldStream, readStream, type StreamState, streamOf } from "halyard/stream";
import { type Pair, testPair } from "halyard/testing";
import { memory } from "halyard/transports/memory";
import { redis } from "halyard/transports/redis";
import { Redis } from "ioredis";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { available, brokerUrl } from "../test-support/brokers/index.mjs";
import { sayAll, type UiChunk } from "./support/ai-sdk.js";

const chat = realtime.channel({
  name: "chat:{id}",
  topics: {
    answer: { schema: streamOf(z.string()) },
    ui: { schema: streamOf(staticSchema<UiChunk>()) },
  },
});

const WORDS = Array.from({ length: 60 }, (_, i) => `word ${i}, `);

const ask = (signal?: AbortSignal) => sayAll(WORDS, 2, signal);

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const transports = {
  memory: () => memory(),
  redis: () => {
    const client = new Redis(brokerUrl("redis"), { maxRetriesPerRequest: null });
    closing.push(() => client.disconnect());
    return redis({ client, prefix: `streams-${crypto.randomUUID()}` });
  },
};

function open(kind: keyof typeof transports) {
  const transport = transports[kind]();
  const app = createRealtime({ transport, secret: "a secret of at least thirty-two characters" });
  const pair = testPair({ app });
  const ch = chat({ id: crypto.randomUUID() });
  closing.push(
    () => app.close(),
    () => pair.close(),
  );
  return { app, pair, ch };
}

/** Cuts the line after every so many frames that come down. */
async function cutting<T>({ faults }: Pick<Pair, "faults">, run: Promise<T>): Promise<T> {
  const timer = setInterval(() => faults.cut(), 40);
  return run.finally(() => clearInterval(timer));
}

const kinds = ["memory", "redis"] as const;

describe.each(kinds.filter((kind) => kind === "memory" || available(kind)))("over %s", (kind) => {
  it("the AI SDK's text arrives as it was, while the line breaks again and again", async () => {
    const { app, pair, ch } = open(kind);
    const subscription = await pair.client.subscribe({
      token: () => app.token({ channel: ch }),
      channel: ch,
      topics: ["answer"],
    });
    const read = async () => {
      const got: string[] = [];
      for await (const text of readStream(subscription, { topic: "answer" })) got.push(text);
      return got;
    };
    const done = app.stream(ch.answer, ask().textStream, { interval: 10 });
    expect(await cutting(pair, read())).toEqual(WORDS);
    expect((await done).chunks).toBe(WORDS.length);
  });

  it("whoever comes in the middle, or after a reload, has all of it", async () => {
    const { app, pair, ch } = open(kind);
    const { position } = await app.history({ channel: ch });
    const done = app.stream(ch.answer, ask().textStream, { id: "answer-1", interval: 10 });
    const token = () => app.token({ channel: ch });
    const first = await pair.client.subscribe({ token, channel: ch, after: position });
    const had: string[] = [];
    for await (const text of readStream(first, { topic: ch.answer })) if (had.push(text) === 20) break;
    const second = await pair.client.subscribe({ token, channel: ch, after: position });
    const options = { topic: "answer", stream: "answer-1", after: had.length } as const;
    for await (const text of readStream(second, options)) had.push(text);
    expect(had).toEqual(WORDS);
    await done;
    const { messages } = await app.history({ channel: ch, topics: ["answer"], limit: 1_000 });
    const state = messages.reduce<StreamState<string> | undefined>(
      (before, message) => foldStream(before, message.data),
      undefined,
    );
    expect(state).toMatchObject({ status: "done", text: WORDS.join(""), chunks: WORDS });
    // Fewer messages than chunks: they were gathered.
    expect(messages.length).toBeLessThan(WORDS.length);
  });
});

describe("the AI SDK", () => {
  it("has its UI messages carried as objects, equal at the other end", async () => {
    const { app, pair, ch } = open("memory");
    const subscription = await pair.client.subscribe({
      token: () => app.token({ channel: ch }),
      channel: ch,
    });
    const sent: UiChunk[] = [];
    const tap = new TransformStream<UiChunk, UiChunk>({
      transform(chunk, controller) {
        sent.push(structuredClone(chunk));
        controller.enqueue(chunk);
      },
    });
    const done = app.stream(ch.ui, ask().toUIMessageStream().pipeThrough(tap));
    const got: UiChunk[] = [];
    for await (const chunk of readStream(subscription, { topic: "ui" })) got.push(chunk);
    expect(got).toEqual(sent);
    expect(got.filter(({ type }) => type === "text-delta")).toHaveLength(WORDS.length);
    await done;
  });

  it("stops with the signal that both were given, and readers hear of it", async () => {
    const { app, pair, ch } = open("memory");
    const subscription = await pair.client.subscribe({
      token: () => app.token({ channel: ch }),
      channel: ch,
    });
    const control = new AbortController();
    const done = app.stream(ch.answer, ask(control.signal).textStream, { signal: control.signal });
    const read = async () => {
      let count = 0;
      for await (const _ of readStream(subscription, { topic: "answer" })) if (++count === 5) control.abort();
    };
    const stopped = expect(done).rejects.toMatchObject({ name: "AbortError" });
    await expect(read()).rejects.toMatchObject({ code: "STREAM_ABORTED" });
    await stopped;
  });
});
