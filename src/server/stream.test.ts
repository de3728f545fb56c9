import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { memory } from "../../transports/memory/index.js";
import { RealtimeError } from "../errors.js";
import { realtime } from "../realtime.js";
import { staticSchema } from "../schema.js";
import { streamOf } from "../stream/schema.js";
import type { StreamPart } from "../stream/types.js";
import type { Transport } from "../transport.js";
import { createRealtime } from "./app.js";
import type { StreamSource } from "./stream-types.js";

const chat = realtime.channel({
  name: "chat:{id}",
  topics: {
    answer: { schema: streamOf(z.string().max(10_000)) },
    numbers: { schema: streamOf(z.coerce.number<string>().refine(async (n) => n >= 0, "negative")) },
    plain: { schema: staticSchema<number>() },
  },
});
const ch = chat({ id: "1" });

const apps = new Set<{ close(): Promise<void> }>();

/** An app, and the parts that were published, each with when. */
function makeApp(transport: Transport = memory()) {
  const app = createRealtime({ transport, secret: "a secret of at least thirty-two characters" });
  apps.add(app);
  const parts = async (): Promise<StreamPart<unknown>[]> => {
    const { deliveries } = (await transport.history?.("chat:1", { limit: 1_000 })) ?? { deliveries: [] };
    return deliveries.map(({ frame }) => JSON.parse(frame.payload).data);
  };
  return { app, parts };
}

/** A source in the test's hands. */
function pushed<T>() {
  let controller: ReadableStreamDefaultController<T> | undefined;
  const cancelled = vi.fn();
  const source = new ReadableStream<T>({
    start: (given) => {
      controller = given;
    },
    cancel: cancelled,
  });
  return {
    source,
    cancelled,
    push: (...chunks: T[]) => {
      for (const chunk of chunks) controller?.enqueue(chunk);
    },
    end: () => controller?.close(),
    fail: (error: unknown) => controller?.error(error),
  };
}

const brief = (parts: readonly StreamPart<unknown>[]) =>
  parts.map((part) =>
    part.type === "chunks"
      ? [part.index, ...part.chunks]
      : part.type === "error"
        ? `${part.code}@${part.index}`
        : part.type === "end"
          ? `end@${part.index}`
          : "begin",
  );

const settle = (milliseconds = 0) => vi.advanceTimersByTimeAsync(milliseconds);

beforeEach(() => void vi.useFakeTimers());
afterEach(async () => {
  for (const app of apps) await app.close();
  apps.clear();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe("what app.stream publishes", () => {
  it("is the beginning and the first chunk at once, what comes in an interval together, and the end", async () => {
    const { app, parts } = makeApp();
    const { source, push, end } = pushed<string>();
    const done = app.stream(ch.answer, source);
    await settle();
    expect(brief(await parts())).toEqual(["begin"]);
    push("a");
    await settle();
    expect(brief(await parts())).toEqual(["begin", [0, "a"]]);
    push("b");
    await settle(20);
    push("c");
    await settle(29);
    expect(await parts()).toHaveLength(2);
    await settle(1);
    expect(brief(await parts()).slice(2)).toEqual([[1, "b", "c"]]);
    // After a pause, again at once.
    await settle(60);
    push("d");
    await settle();
    expect(brief(await parts()).slice(3)).toEqual([[3, "d"]]);
    push("e");
    end();
    await settle();
    expect(await done).toEqual({ stream: expect.stringMatching(/^.{36}$/), chunks: 5 });
    expect(brief(await parts()).slice(4)).toEqual([[4, "e"], "end@5"]);
  });

  it("is what the schema makes of each chunk, also of an async one", async () => {
    const { app, parts } = makeApp();
    const done = app.stream(ch.numbers, ["1", "2", "3"], { interval: 0 });
    await settle();
    expect((await done).chunks).toBe(3);
    expect((await parts()).flatMap((part) => (part.type === "chunks" ? part.chunks : []))).toEqual([1, 2, 3]);
  });

  it.each<[string, () => StreamSource<string>]>([
    ["an array", () => ["a", "b"]],
    ["a generator", () => new Set(["a", "b"]).values()],
    ["an async generator", () => generate(["a", "b"])],
    ["a stream", () => new Blob(["a", "b"]).stream().pipeThrough(new TextDecoderStream())],
    ["a promise of one", () => Promise.resolve(generate(["a", "b"]))],
  ])("comes from %s", async (_, source) => {
    const { app, parts } = makeApp();
    const done = app.stream(ch.answer, source());
    await settle(100);
    expect((await done).chunks).toBe(2);
    expect((await parts()).flatMap((part) => (part.type === "chunks" ? part.chunks : []))).toEqual([
      "a",
      "b",
    ]);
  });

  it("says that it is alive while the source is silent, also while there is none yet", async () => {
    const { app, parts } = makeApp();
    const { source, push, end } = pushed<string>();
    let give: (given: typeof source) => void = () => undefined;
    const given = new Promise<typeof source>((resolve) => {
      give = resolve;
    });
    const done = app.stream(ch.answer, given, { heartbeat: "2s" });
    await settle(1_999);
    expect(await parts()).toEqual([
      { type: "begin", stream: expect.any(String), run: expect.any(String), heartbeat: 2_000 },
    ]);
    await settle(1);
    expect(brief(await parts())).toEqual(["begin", [0]]);
    give(source);
    push("a");
    await settle(1_999);
    push("b");
    await settle(2_000);
    expect(brief(await parts()).slice(2)).toEqual([[0, "a"], [1, "b"], [2]]);
    end();
    await done;
  });

  it("is in messages of so many bytes and chunks, also of chunks that are larger", async () => {
    const { app, parts } = makeApp();
    const options = { maxBytes: 100, maxChunks: 4 };
    const done = app.stream(
      ch.answer,
      ["a".repeat(200), ..."bcdefghijk", "l".repeat(60), "m".repeat(60)],
      options,
    );
    await settle(1_000);
    await done;
    const sizes = brief(await parts()).filter(Array.isArray);
    expect(sizes.flatMap(([, ...chunks]) => chunks)).toHaveLength(13);
    for (const [, ...chunks] of sizes) {
      expect(chunks.length).toBeLessThanOrEqual(4);
      expect(chunks.length === 1 || chunks.join("").length <= 100).toBe(true);
    }
  });
});

async function* generate<T>(values: readonly T[]) {
  yield* values;
}

describe("a stream that doesn't come to its end", () => {
  const secret = new Error("password=hunter2");

  it("ends with an error where its source fails, and tells subscribers nothing of why", async () => {
    const { app, parts } = makeApp();
    const source = pushed<string>();
    const done = app.stream(ch.answer, source.source);
    source.push("a");
    await settle();
    source.push("b");
    await settle(10);
    source.fail(secret);
    await expect(done).rejects.toBe(secret);
    expect(brief(await parts())).toEqual(["begin", [0, "a"], [1, "b"], "STREAM_FAILED@2"]);
    expect(JSON.stringify(await parts())).not.toContain("hunter2");
  });

  it("says what describeError says, and nothing where that throws", async () => {
    const { app, parts } = makeApp();
    const messages = [() => "The model is overloaded.", () => JSON.parse("{")];
    for (const describeError of messages) {
      const done = app.stream(ch.answer, Promise.reject(secret), { describeError });
      await expect(done).rejects.toBe(secret);
    }
    const said = (await parts()).flatMap((part) => (part.type === "error" ? part.message : []));
    expect(said).toEqual(["The model is overloaded.", "The stream's source failed."]);
  });

  it("publishes the chunks before one that the schema refuses, and cancels the source", async () => {
    const { app, parts } = makeApp();
    const { source, push, cancelled } = pushed<string>();
    const done = app.stream(ch.numbers, source);
    push("1", "2", "-3", "4");
    await expect(done).rejects.toMatchObject({
      code: "INVALID_PAYLOAD",
      message: expect.stringContaining("chunk 2"),
    });
    expect(brief(await parts())).toEqual(["begin", [0, 1], [1, 2], "STREAM_FAILED@2"]);
    expect(cancelled).toHaveBeenCalledOnce();
  });

  it("ends when its signal is aborted: a source that never answers, and one that ends then as if all were well", async () => {
    const { app, parts } = makeApp();
    for (const heed of [false, true]) {
      const control = new AbortController();
      const { source, push, end, cancelled } = pushed<string>();
      if (heed) control.signal.addEventListener("abort", end);
      const done = app.stream(ch.answer, source, { signal: control.signal });
      push("a");
      await settle();
      push("b");
      await settle();
      control.abort(new Error("Enough."));
      await expect(done).rejects.toThrow("Enough.");
      expect(brief(await parts()).slice(-4)).toEqual(["begin", [0, "a"], [1, "b"], "STREAM_ABORTED@2"]);
      if (!heed) expect(cancelled).toHaveBeenCalledWith(control.signal.reason);
    }
  });

  it("isn't begun where the signal was aborted before", async () => {
    const { app, parts } = makeApp();
    const returned = vi.fn();
    const source = {
      [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: "a" }), return: returned }),
    };
    const done = app.stream(ch.answer, source as never, { signal: AbortSignal.abort("no") });
    await expect(done).rejects.toBe("no");
    expect(returned).toHaveBeenCalledOnce();
    expect(await parts()).toEqual([]);
  });

  it("ends with an error before the transport closes", async () => {
    const transport = memory();
    const { app, parts } = makeApp({ ...transport, close: async () => undefined });
    const { source, push, cancelled } = pushed<string>();
    const done = app.stream(ch.answer, source);
    push("a");
    await settle();
    const closed = app.close();
    await expect(done).rejects.toMatchObject({ code: "CLOSED" });
    await closed;
    expect(brief(await parts())).toEqual(["begin", [0, "a"], "STREAM_ABORTED@1"]);
    expect(cancelled).toHaveBeenCalledOnce();
    await expect(app.stream(ch.answer, ["a"])).rejects.toMatchObject({ code: "CLOSED" });
    await transport.close();
  });

  it("rejects where publishing fails, and tries once to say so", async () => {
    const transport = memory();
    let fails = 1;
    const publish: Transport["publish"] = (channel, frames) => {
      const isChunk = JSON.parse(frames[0]?.payload ?? "").data.index === 0;
      return isChunk && fails-- > 0 ? Promise.reject(new Error("gone")) : transport.publish(channel, frames);
    };
    const { app, parts } = makeApp({ ...transport, publish });
    const { source, push, cancelled } = pushed<string>();
    const done = app.stream(ch.answer, source);
    push("a");
    await expect(done).rejects.toMatchObject({ code: "TRANSPORT_FAILED" });
    expect(brief(await parts())).toEqual(["begin", "STREAM_FAILED@0"]);
    await settle();
    expect(cancelled).toHaveBeenCalledOnce();
  });
});

describe("a stream's way", () => {
  it("has one message under way, and reads no further than a message while it is", async () => {
    const transport = memory();
    const waiting: (() => void)[] = [];
    let most = 0;
    const publish: Transport["publish"] = async (channel, frames) => {
      await new Promise<void>((resolve) => {
        most = Math.max(most, waiting.push(resolve));
      });
      return transport.publish(channel, frames);
    };
    const { app, parts } = makeApp({ ...transport, publish });
    let read = 0;
    const source = (function* () {
      while (read < 100) yield `${read++}`;
    })();
    const done = app.stream(ch.answer, source, { maxChunks: 10, interval: 0 });
    await settle(1_000);
    expect(read).toBe(0);
    waiting.shift()?.();
    await settle(1_000);
    expect(read).toBeLessThanOrEqual(12);
    for (let i = 0; i < 20; i++) {
      waiting.shift()?.();
      await settle(100);
    }
    expect((await done).chunks).toBe(100);
    expect(most).toBe(1);
    expect((await parts()).flatMap((part) => (part.type === "chunks" ? part.chunks : []))).toHaveLength(100);
  });

  it("lets other things have their turn while a source never waits", async () => {
    vi.useRealTimers();
    const { app } = makeApp();
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await app.stream(ch.answer, Array<string>(50_000).fill("a"), { maxChunks: 100 });
    clearInterval(timer);
    vi.useFakeTimers();
    expect(turns).toBeGreaterThan(10);
  });

  it("goes on in smaller messages where one is over the transport's limit", async () => {
    const transport = memory();
    const publish: Transport["publish"] = (channel, frames) =>
      (frames[0]?.payload.length ?? 0) > 300
        ? Promise.resolve([{ error: new RealtimeError("PAYLOAD_TOO_LARGE", "over") }])
        : transport.publish(channel, frames);
    const { app, parts } = makeApp({ ...transport, publish });
    const { source, push, end } = pushed<string>();
    const done = app.stream(ch.answer, source);
    const chunks = Array.from({ length: 100 }, (_, i) => `${i}`);
    push("first");
    await settle();
    push(...chunks);
    end();
    await settle(100);
    expect((await done).chunks).toBe(101);
    const got = (await parts()).flatMap((part) => (part.type === "chunks" ? part.chunks : []));
    expect(got).toEqual(["first", ...chunks]);
    await expect(app.stream(ch.answer, ["x".repeat(400)])).rejects.toMatchObject({
      code: "PAYLOAD_TOO_LARGE",
    });
  });

  it("keeps an id to one stream, which another attempt doesn't disturb", async () => {
    const { app, parts } = makeApp();
    const first = pushed<string>();
    const done = app.stream(ch.answer, first.source, { id: "job-1" });
    first.push("a");
    await settle();
    const second = pushed<string>();
    const again = app.stream(ch.answer, second.source, { id: "job-1" });
    await expect(again).rejects.toMatchObject({ code: "IDEMPOTENCY_CONFLICT" });
    await settle();
    expect(second.cancelled).toHaveBeenCalledOnce();
    first.end();
    expect(await done).toEqual({ stream: "job-1", chunks: 1 });
    expect(brief(await parts())).toEqual(["begin", [0, "a"], "end@1"]);
    // Of another topic, it is another stream.
    const numbers = app.stream(ch.numbers, ["1"], { id: "job-1" });
    await settle(100);
    expect((await numbers).stream).toBe("job-1");
  });

  it("takes the same id again where the transport keeps no keys", async () => {
    const transport = memory();
    const { app } = makeApp({ ...transport, supports: { ...transport.supports, keys: false } });
    for (let i = 0; i < 2; i++) {
      const done = app.stream(ch.answer, ["a"], { id: "job-1" });
      await settle(100);
      await done;
    }
  });
});

describe("app.stream refuses", () => {
  const locked = new ReadableStream<string>();
  locked.getReader();
  it.each<[string, unknown, unknown, object, string, string]>([
    ["a topic of no streams", ch.plain, ["a"], {}, "INVALID_OPTIONS", "streamOf"],
    ["what is no topic", ch, ["a"], {}, "UNKNOWN_TOPIC", "reference"],
    ["what is no source", ch.answer, 5, {}, "INVALID_OPTIONS", "the source must be"],
    ["nothing", ch.answer, undefined, {}, "INVALID_OPTIONS", "the source must be"],
    ["a text", ch.answer, "abc", {}, "INVALID_OPTIONS", "the source must be"],
    ["a stream that is read", ch.answer, locked, {}, "INVALID_OPTIONS", "tee()"],
    ["an empty id", ch.answer, ["a"], { id: "" }, "INVALID_OPTIONS", "id must"],
    ["a long id", ch.answer, ["a"], { id: "x".repeat(201) }, "INVALID_OPTIONS", "id must"],
    ["an interval that is none", ch.answer, ["a"], { interval: "soon" }, "INVALID_OPTIONS", "interval"],
    ["a heartbeat that is too fast", ch.answer, ["a"], { heartbeat: 99 }, "INVALID_OPTIONS", "heartbeat"],
    ["a heartbeat that is too slow", ch.answer, ["a"], { heartbeat: "11m" }, "INVALID_OPTIONS", "heartbeat"],
    ["no chunks", ch.answer, ["a"], { maxChunks: 0 }, "INVALID_OPTIONS", "maxChunks"],
    ["no bytes", ch.answer, ["a"], { maxBytes: 0.5 }, "INVALID_OPTIONS", "maxBytes"],
    [
      "a description that is none",
      ch.answer,
      ["a"],
      { describeError: "x" },
      "INVALID_OPTIONS",
      "describeError",
    ],
  ])("%s, and publishes nothing", async (_, ref, source, options, code, message) => {
    const { app, parts } = makeApp();
    await expect(app.stream(ref as typeof ch.answer, source as never, options)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    expect(await parts()).toEqual([]);
  });

  it("what a promise gives that is no source, and says so to subscribers", async () => {
    const { app, parts } = makeApp();
    const done = app.stream(ch.answer, Promise.resolve(5 as never));
    await expect(done).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
    expect(brief(await parts())).toEqual(["begin", "STREAM_FAILED@0"]);
  });
});
