import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Frame } from "../../src/frame.js";
import { frame, frames } from "../conformance/frames.js";
import { Recorder } from "../conformance/recorder.js";
import { KEEPING, type MemoryOptions, readOptions } from "./options.js";
import { createMemory } from "./transport.js";

const create = (options: MemoryOptions = {}) => createMemory(readOptions(options));

const sized = (size: number, key?: string): Frame => ({ ...frame("x", { key }), size });

type Memory = ReturnType<typeof create>;

const send = async ({ transport }: Memory, channel: string, ...batch: Frame[]): Promise<string[]> => {
  const results = await transport.publish(channel, batch);
  return results.map((result) => ("id" in result ? result.id : result.error.code));
};

/** What is kept of a channel, and whether something is missing after a position. */
const read = async ({ transport }: Memory, channel: string, after?: string) => {
  const { deliveries, gap } = await transport.history(channel, { after, limit: 1_000_000 });
  return { ids: deliveries.map(({ id }) => id), gap: gap?.reason };
};

describe("the bounds of memory()", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("keep so many messages of a channel", async () => {
    const memory = create({ history: { count: 10 } });
    const ids: string[] = [];
    for (let i = 0; i < 1_000; i++) {
      ids.push(...(await send(memory, "a", ...frames(3))));
      expect(memory.held().messages).toBeLessThanOrEqual(10);
    }
    expect(await read(memory, "a")).toEqual({ ids: ids.slice(-10), gap: undefined });
    expect(await read(memory, "a", ids.at(-12))).toEqual({ ids: ids.slice(-10), gap: "trimmed" });
    expect(await read(memory, "a", ids.at(-11))).toEqual({ ids: ids.slice(-10), gap: undefined });
  });

  it("keep so many bytes of a channel", async () => {
    const memory = create({ history: { bytes: 100 } });
    const ids = await send(memory, "a", sized(40), sized(40), sized(40));
    await send(memory, "b", sized(60));
    expect((await read(memory, "a")).ids).toEqual(ids.slice(1));
    // Larger than all of the history: delivered, but not kept.
    const [large] = await send(memory, "a", sized(101));
    expect(await read(memory, "a", ids[2])).toEqual({ ids: [], gap: "trimmed" });
    expect(await read(memory, "a", large)).toEqual({ ids: [], gap: undefined });
    expect((await read(memory, "b")).ids).toHaveLength(1);
  });

  it("keep a message so long", async () => {
    const memory = create({ history: { age: "10s" } });
    const [first] = await send(memory, "a", sized(1));
    vi.advanceTimersByTime(5_000);
    const [second] = await send(memory, "a", sized(1));
    vi.advanceTimersByTime(4_999);
    expect((await read(memory, "a")).ids).toEqual([first, second]);
    vi.advanceTimersByTime(1);
    expect(await read(memory, "a")).toEqual({ ids: [second], gap: undefined });
    expect(await read(memory, "a", first)).toEqual({ ids: [second], gap: undefined });
    vi.advanceTimersByTime(5_000);
    expect(await read(memory, "a", first)).toEqual({ ids: [], gap: "trimmed" });
    expect(await read(memory, "a", second)).toEqual({ ids: [], gap: undefined });
  });

  it("keep so many bytes of all channels, and let the oldest message of all go first", async () => {
    const memory = create({ totalBytes: 3 * (100 + KEEPING) });
    const [old] = await send(memory, "quiet", sized(100));
    const busy = await send(memory, "busy", sized(100), sized(100));
    expect(memory.held()).toMatchObject({ channels: 2, messages: 3, bytes: 3 * (100 + KEEPING) });
    const [last] = await send(memory, "other", sized(100));
    expect(await read(memory, "quiet", old)).toEqual({ ids: [], gap: undefined });
    expect((await read(memory, "busy")).ids).toEqual(busy);
    expect((await read(memory, "other")).ids).toEqual([last]);
    expect(memory.held()).toMatchObject({ channels: 2, messages: 3, bytes: 3 * (100 + KEEPING), marks: 1 });
  });

  it("aren't held up by a quiet channel whose message is the oldest of all", async () => {
    const memory = create({ history: { count: 10 } });
    await send(memory, "quiet", sized(1));
    for (let i = 0; i < 5_000; i++) await send(memory, "busy", ...frames(5));
    expect(memory.held()).toMatchObject({ channels: 2, messages: 11, keys: 0 });
  });

  it("are remembered by a channel that was empty meanwhile", async () => {
    const memory = create({ history: { age: "1s" } });
    const [first, second] = await send(memory, "a", sized(1), sized(1));
    vi.advanceTimersByTime(2_000);
    expect(memory.held()).toMatchObject({ channels: 0, marks: 1 });
    const [third] = await send(memory, "a", sized(1));
    expect(memory.held()).toMatchObject({ channels: 1, marks: 0 });
    expect(await read(memory, "a", first)).toEqual({ ids: [third], gap: "trimmed" });
    expect(await read(memory, "a", second)).toEqual({ ids: [third], gap: undefined });
  });

  it("release the frames that were dropped", async () => {
    const { setFlagsFromString } = await import("node:v8");
    const { runInNewContext } = await import("node:vm");
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const memory = create({ history: { count: 5 } });
    const refs: WeakRef<Frame>[] = [];
    for (let i = 0; i < 50; i++) {
      const [published] = frames(1);
      if (!published) continue;
      refs.push(new WeakRef(published));
      await send(memory, i === 0 ? "quiet" : "busy", published);
    }
    vi.useRealTimers();
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    const alive = refs.map((ref) => ref.deref() !== undefined);
    expect(alive).toEqual([true, ...Array(44).fill(false), ...Array(5).fill(true)]);
    expect(memory.held().messages).toBe(6);
  });

  it("hold for 100,000 channels that live a moment", async () => {
    const memory = create({ history: { age: "1s" } });
    const first: string[] = [];
    for (let i = 0; i < 100_000; i++) {
      const { unsubscribe } = await memory.transport.subscribe(`channel ${i}`, {}, new Recorder(1));
      const [id] = await send(memory, `channel ${i}`, sized(1));
      if (i % 1_000 === 0) {
        first.push(id ?? "");
        vi.advanceTimersByTime(100);
      }
      unsubscribe();
      if (i % 1_000 === 0) expect(memory.held().channels).toBeLessThanOrEqual(11_000);
    }
    vi.advanceTimersByTime(2_000);
    const empty = { channels: 0, messages: 0, bytes: 0, rooms: 0, listeners: 0, timers: 0 };
    expect(memory.held()).toEqual({ ...empty, keys: 0, keyedChannels: 0, marks: 10_000 });
    // Whoever resumes below is told of a gap, also on a channel that is known no longer: never silence.
    const [, second = ""] = first;
    expect((await read(memory, "channel 0", first[0])).gap).toBe("trimmed");
    expect((await read(memory, "channel 1", first[0])).gap).toBe("trimmed");
    expect((await read(memory, "unheard of", second)).gap).toBe("trimmed");
    const [now] = await send(memory, "channel 0", sized(1));
    expect(await read(memory, "channel 0", now)).toEqual({ ids: [], gap: undefined });
  });

  it("know exactly how far the last 10,000 emptied channels were trimmed", async () => {
    const memory = create({ history: { age: "1s" } });
    const ids: string[][] = [];
    for (let i = 0; i < 10_001; i++) ids.push(await send(memory, `channel ${i}`, sized(1), sized(1)));
    vi.advanceTimersByTime(2_000);
    const gapOf = async (i: number, message: number) =>
      (await read(memory, `channel ${i}`, ids[i]?.[message])).gap;
    expect(memory.held()).toMatchObject({ channels: 0, marks: 10_000 });
    // Known: a gap where the second message is missed, none where it was received.
    expect(await gapOf(5_000, 0)).toBe("trimmed");
    expect(await gapOf(5_000, 1)).toBeUndefined();
    // The first is pushed out; the floor that it left lets its own last position pass.
    expect(await gapOf(0, 0)).toBe("trimmed");
    expect(await gapOf(0, 1)).toBeUndefined();
    // Trimmed again, a channel is the youngest.
    await send(memory, "channel 1", sized(1));
    vi.advanceTimersByTime(2_000);
    await send(memory, "another", sized(1));
    vi.advanceTimersByTime(2_000);
    expect(await gapOf(1, 1)).toBe("trimmed");
    expect(await gapOf(5_000, 1)).toBeUndefined();
  });
});

describe("the keys of memory()", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("are remembered for the window, and no longer", async () => {
    const memory = create({ keyWindow: "10s", history: { age: "1s" } });
    const [first] = await send(memory, "a", sized(1, "k"));
    vi.advanceTimersByTime(9_999);
    expect(await send(memory, "a", sized(1, "k"))).toEqual([first]);
    // A repeat doesn't make it last longer.
    vi.advanceTimersByTime(1);
    const [second] = await send(memory, "a", sized(1, "k"));
    expect(second).not.toBe(first);
    vi.advanceTimersByTime(11_000);
    expect(memory.held()).toMatchObject({ keys: 0, bytes: 0, messages: 0, timers: 0 });
  });

  it("aren't forgotten early: where there is no room, a new one is refused", async () => {
    const each = 2 * (KEEPING + 100) + 2;
    const memory = create({ keyWindow: "10s", totalBytes: 4 * each });
    const sent: string[] = [];
    for (let i = 10; i < 20; i++) sent.push(...(await send(memory, "a", sized(100, `k${i}`))));
    const refused = sent.filter((id) => id === "OVERLOADED");
    // Half of the bytes are for keys: some are taken, and from then on none.
    expect(refused.length).toBeGreaterThan(0);
    expect(sent.slice(-refused.length)).toEqual(refused);
    expect(sent.length - refused.length).toBe(memory.held().keys);
    expect(memory.held().bytes).toBeLessThanOrEqual(4 * each);
    // Those that were taken are known, those that were refused are free; others go on.
    expect(await send(memory, "a", sized(100, "k10"))).toEqual([sent[0]]);
    expect(await send(memory, "a", sized(100))).not.toContain("OVERLOADED");
    vi.advanceTimersByTime(10_000);
    const [later] = await send(memory, "a", sized(100, "k19"));
    expect(later).not.toBe("OVERLOADED");
  });

  it("take room from the history, which shrinks", async () => {
    const memory = create({ totalBytes: 20 * (100 + KEEPING) });
    await send(memory, "a", ...Array.from({ length: 20 }, () => sized(100)));
    expect(memory.held()).toMatchObject({ messages: 20, keys: 0 });
    for (let i = 0; i < 5; i++) await send(memory, "a", sized(100, `${i}`));
    expect(memory.held()).toMatchObject({ messages: 14, keys: 5 });
  });

  it("say what to do where there is no room", async () => {
    const { transport } = create({ totalBytes: 100 });
    const [result] = await transport.publish("news", [sized(1, "k")]);
    expect(result).toMatchObject({
      error: {
        code: "OVERLOADED",
        message:
          'memory: no room to remember another idempotency key (channel "news"). Raise totalBytes, or shorten keyWindow.',
      },
    });
  });
});
