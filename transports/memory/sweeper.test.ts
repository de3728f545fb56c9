import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Frame } from "../../src/frame.js";
import { frame } from "../conformance/frames.js";
import { Recorder } from "../conformance/recorder.js";
import { type MemoryOptions, readOptions } from "./options.js";
import { createMemory } from "./transport.js";

const create = (options: MemoryOptions = {}) => createMemory(readOptions(options));

const sized = (size: number, key?: string): Frame => ({ ...frame("x", { key }), size });

const send = ({ transport }: ReturnType<typeof create>, channel: string, ...batch: Frame[]) =>
  transport.publish(channel, batch);

describe("the timer of memory()", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("is one, while there is something to expire, and frees what nobody asks for", async () => {
    const memory = create({ history: { age: "10s" }, keyWindow: "30s" });
    expect(vi.getTimerCount()).toBe(0);
    await memory.transport.subscribe("a", {}, new Recorder(1));
    expect(vi.getTimerCount()).toBe(0);
    for (let i = 0; i < 10; i++) await send(memory, `${i}`, sized(1, "k"), sized(1));
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(11_000);
    expect(memory.held()).toMatchObject({ messages: 0, keys: 10, keyedChannels: 10 });
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(20_000);
    expect(memory.held()).toMatchObject({ keys: 0, keyedChannels: 0, bytes: 0 });
    expect(vi.getTimerCount()).toBe(0);
    await send(memory, "again", sized(1));
    expect(vi.getTimerCount()).toBe(1);
  });

  it("wakes for what expires first, whichever came first", async () => {
    const memory = create({ history: { age: "10m" }, keyWindow: "1s" });
    await send(memory, "a", sized(1));
    await send(memory, "a", sized(1, "k"));
    vi.advanceTimersByTime(2_000);
    expect(memory.held()).toMatchObject({ messages: 2, keys: 0 });
  });

  it("doesn't fire per message: it takes a second's worth at once", async () => {
    const memory = create({ history: { age: "10s" }, keyWindow: "10s" });
    for (let i = 0; i < 1_000; i++) {
      await send(memory, "a", sized(1));
      vi.advanceTimersByTime(1);
    }
    const spy = vi.spyOn(globalThis, "setTimeout");
    vi.advanceTimersByTime(20_000);
    expect(memory.held().messages).toBe(0);
    expect(spy.mock.calls.length).toBeLessThanOrEqual(2);
    spy.mockRestore();
  });

  it("keeps no process running, and stops when the transport closes", async () => {
    vi.useRealTimers();
    const spy = vi.spyOn(globalThis, "setTimeout");
    const memory = create();
    await send(memory, "a", sized(1, "k"));
    const [timer] = spy.mock.results.map(({ value }) => value as NodeJS.Timeout);
    spy.mockRestore();
    expect(timer?.hasRef()).toBe(false);
    expect(memory.held().timers).toBe(1);
    await memory.transport.close();
    expect(memory.held()).toMatchObject({ timers: 0, messages: 0, keys: 0, bytes: 0, channels: 0 });
  });

  it("survives a life that is longer than a timer can wait", async () => {
    const memory = create({ history: { age: "60d" }, keyWindow: "60d" });
    const spy = vi.spyOn(globalThis, "setTimeout");
    await send(memory, "a", sized(1, "k"));
    expect(spy.mock.calls.map(([, delay]) => delay)).toEqual([2 ** 31 - 1]);
    spy.mockRestore();
    vi.advanceTimersByTime(59 * 86_400_000);
    expect(memory.held()).toMatchObject({ messages: 1, keys: 1, timers: 1 });
    vi.advanceTimersByTime(2 * 86_400_000);
    expect(memory.held()).toMatchObject({ messages: 0, keys: 0, timers: 0 });
  });
});
