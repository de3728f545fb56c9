import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { memory } from "../../transports/memory/index.js";
import { RealtimeError } from "../errors.js";
import { realtime } from "../realtime.js";
import { streamOf } from "../stream/schema.js";
import type { Transport } from "../transport.js";
import { brief, ch, makeApp, pushed, settle, useClock } from "./stream.test-support.js";

useClock();

const long = realtime.channel({
  name: "long",
  topics: { aTopicOfMoreCharactersThanAnyoneWouldLikeToTypeTwice: { schema: streamOf(z.string()) } },
});

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

  it("cuts what describeError says, so that subscribers are told in any case", async () => {
    const { app, parts } = makeApp();
    const describeError = () => "é".repeat(2_000_000);
    await expect(app.stream(ch.answer, Promise.reject(secret), { describeError })).rejects.toBe(secret);
    expect(await parts()).toMatchObject([{ type: "begin" }, { type: "error", message: "é".repeat(1_000) }]);
  });

  it("is told of where its source fails with what a taken id would fail with", async () => {
    const { app, parts } = makeApp();
    const conflict = new RealtimeError("IDEMPOTENCY_CONFLICT", "Of another publish.");
    await expect(app.stream(ch.answer, Promise.reject(conflict), { id: "job-1" })).rejects.toBe(conflict);
    expect(brief(await parts())).toEqual(["begin", "STREAM_FAILED@0"]);
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

  it("cancels its source as soon as it is stopped, also while a message is under way", async () => {
    const transport = memory();
    let store: () => void = () => undefined;
    const publish: Transport["publish"] = async (channel, frames) => {
      await new Promise<void>((resolve) => {
        store = resolve;
      });
      return transport.publish(channel, frames);
    };
    const { app, parts } = makeApp({ ...transport, publish });
    const control = new AbortController();
    const { source, push, cancelled } = pushed<string>();
    const done = app.stream(ch.answer, source, { signal: control.signal });
    await settle();
    store();
    push("a");
    await settle();
    control.abort("enough");
    await settle();
    expect(cancelled).toHaveBeenCalledExactlyOnceWith("enough");
    store();
    await settle();
    store();
    await expect(done).rejects.toBe("enough");
    expect(brief(await parts())).toEqual(["begin", [0, "a"], "STREAM_ABORTED@1"]);
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

  it.each<[string, object, unknown]>([
    ["its options are none", { id: "" }, ch.answer],
    [
      "its id is too long for its topic",
      { id: "x".repeat(200) },
      long.aTopicOfMoreCharactersThanAnyoneWouldLikeToTypeTwice,
    ],
    ["its topic carries no streams", {}, ch.plain],
    ["its topic is none", {}, {}],
    ["the app is closed", {}, ch.answer],
  ])("cancels a source that it doesn't take, also a promised one, where %s", async (why, options, ref) => {
    const { app } = makeApp();
    if (why === "the app is closed") await app.close();
    for (const promised of [false, true]) {
      const { source, cancelled } = pushed<string>();
      const given = promised ? Promise.resolve(source) : source;
      await expect(app.stream(ref as typeof ch.answer, given, options)).rejects.toThrow();
      await settle();
      expect(cancelled).toHaveBeenCalledOnce();
      // Nobody else hears of it: a promise that rejects is no unhandled one.
      await expect(app.stream(ref as typeof ch.answer, Promise.reject(secret), options)).rejects.not.toBe(
        secret,
      );
    }
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

  it("asks its source for nothing more where publishing failed, also one that can't be cancelled", async () => {
    const transport = memory();
    const publish: Transport["publish"] = (channel, frames) =>
      JSON.parse(frames[0]?.payload ?? "").data.index === 0
        ? Promise.reject(new Error("gone"))
        : transport.publish(channel, frames);
    const { app } = makeApp({ ...transport, publish });
    let asked = 0;
    const next = async () => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      return { done: false, value: `${asked++}` };
    };
    const done = app.stream(ch.answer, { [Symbol.asyncIterator]: () => ({ next }) } as AsyncIterable<string>);
    const failed = expect(done).rejects.toMatchObject({ code: "TRANSPORT_FAILED" });
    await settle(10);
    await failed;
    await settle(1_000);
    expect(asked).toBeLessThanOrEqual(2);
  });
});
