import { describe, expect, it } from "vitest";
import { brief, ch, makeApp, pushed, settle, useClock } from "./stream.test-support.js";
import type { StreamSource } from "./stream-types.js";

useClock();

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

async function* generate<T>(values: readonly T[]) {
  yield* values;
}
