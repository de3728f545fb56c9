import { describe, expect, it, vi } from "vitest";
import { memory } from "../../transports/memory/index.js";
import { RealtimeError } from "../errors.js";
import type { Transport } from "../transport.js";
import { brief, ch, makeApp, pushed, settle, useClock } from "./stream.test-support.js";

useClock();

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
