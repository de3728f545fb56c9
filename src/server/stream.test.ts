import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { memory } from "../../transports/memory/index.js";
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
