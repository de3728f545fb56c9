import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { formatPosition } from "../../src/position.js";
import { frame, frames } from "../conformance/frames.js";
import { Recorder } from "../conformance/recorder.js";
import type { Telling } from "./array-log.test-support.js";
import { fail, holdReads, setUp, silence, tellAll, texts } from "./log-tests.test-support.js";

describe("a log that tells too little", () => {
  it("is read where what it tells doesn't follow on", async () => {
    const { broker, listen, send } = setUp();
    const { sink } = await listen();
    const untold = silence(broker);
    await send("lost");
    broker.tell = tellAll;
    await send("told");
    await sink.count(2);
    expect(sink.payloads).toEqual(texts("lost", "told"));
    // What comes late is known by then.
    for (const { after, deliveries, watcher } of untold) watcher.stored(after, deliveries);
    expect(sink.deliveries).toHaveLength(2);
    expect(sink.gaps).toEqual([]);
  });

  it("is read when it says that something may have changed", async () => {
    const { broker, listen, send } = setUp();
    const { sink } = await listen();
    const untold = silence(broker);
    await send("lost");
    untold[0]?.watcher.changed();
    await sink.count(1);
    expect(sink.payloads).toEqual(texts("lost"));
  });

  it("goes on from what was told while it was read, without reading that again", async () => {
    const { broker, listen, send } = setUp();
    const { sink } = await listen();
    const untold = silence(broker);
    await send("lost");
    broker.tell = tellAll;
    let go = () => {};
    broker.travel = (what) =>
      what === "read" ? new Promise((resolve) => (go = resolve)) : Promise.resolve();
    untold[0]?.watcher.changed();
    await vi.waitFor(() => expect(broker.calls.filter((call) => call === "read")).toHaveLength(1));
    go();
    await send("meanwhile");
    await send("and again");
    go();
    await vi.waitFor(() => {
      go();
      expect(sink.payloads).toEqual(texts("lost", "meanwhile", "and again"));
    });
    await send("after");
    await sink.count(4);
    expect(broker.calls.filter((call) => call === "read")).toHaveLength(1);
  });

  it("is read again where more is told while it is read than is worth holding", async () => {
    const { broker, listen, send } = setUp();
    broker.keeps = 100_000;
    const { sink } = await listen();
    const untold = silence(broker);
    await send("lost");
    broker.tell = tellAll;
    const release = holdReads(broker);
    untold[0]?.watcher.changed();
    await vi.waitFor(() => expect(broker.calls.at(-1)).toBe("read"));
    for (let i = 0; i < 12; i++) broker.append("a", frames(1_000, `batch ${i}`));
    release();
    await sink.count(12_001);
    expect(new Set(sink.ids).size).toBe(12_001);
    expect(sink.gaps).toEqual([]);
    expect(broker.calls.filter((call) => call === "read").length).toBeGreaterThan(1);
  });

  it("is read again where it says that something may have changed while it was read", async () => {
    const { broker, listen, send } = setUp();
    const { sink } = await listen();
    const [telling] = [silence(broker), await send("lost")][0] as Telling[];
    const release = holdReads(broker);
    telling?.watcher.changed();
    await vi.waitFor(() => expect(broker.calls.at(-1)).toBe("read"));
    await send("unheard");
    telling?.watcher.changed();
    release();
    await sink.count(2);
    expect(sink.payloads).toEqual(texts("lost", "unheard"));
  });
});

describe("a broker that comes and goes", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is asked again later each time, and at once when it says that it is back", async () => {
    const { broker, listen, send, held } = setUp();
    const { sink } = await listen();
    const untold = silence(broker);
    await send("lost");
    const mend = fail(broker, "read");
    untold[0]?.watcher.changed();
    await vi.advanceTimersByTimeAsync(60_000);
    const reads = () => broker.calls.filter((call) => call === "read").length;
    // Twelve at 5 s, and a few before that; with half of the time as the least, twice as many.
    expect(reads()).toBeGreaterThan(10);
    expect(reads()).toBeLessThan(35);
    expect(held().timers).toBe(1);
    mend();
    const before = reads();
    untold[0]?.watcher.changed();
    await vi.advanceTimersByTimeAsync(0);
    expect(reads()).toBe(before + 1);
    expect(sink.payloads).toEqual(texts("lost"));
    expect(sink.errors).toEqual([]);
    expect(held().timers).toBe(0);
    // What went wrong before doesn't count any more.
    fail(broker, "read");
    untold[0]?.watcher.changed();
    await vi.advanceTimersByTimeAsync(101);
    expect(reads()).toBe(before + 3);
  });

  it("isn't asked any more once nobody listens", async () => {
    const { broker, listen, send, held } = setUp();
    const { unsubscribe } = await listen();
    const untold = silence(broker);
    await send("lost");
    fail(broker, "read");
    untold[0]?.watcher.changed();
    await vi.advanceTimersByTimeAsync(10_000);
    unsubscribe();
    const { length } = broker.calls;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(broker.calls).toHaveLength(length);
    expect(held()).toEqual({ rooms: 0, members: 0, timers: 0 });
    expect(broker.watchers.size).toBe(0);
  });

  it("isn't asked for all channels at once when it is back", async () => {
    const { broker, transport } = setUp();
    const sinks = Array.from({ length: 200 }, () => new Recorder(1_000));
    for (const [i, sink] of sinks.entries()) await transport.subscribe(`channel ${i}`, {}, sink);
    let now = 0;
    let most = 0;
    broker.travel = async (what) => {
      if (what !== "read") return;
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 10));
      now--;
    };
    for (const watchers of [...broker.watchers.values()]) for (const watcher of watchers) watcher.changed();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(broker.calls.filter((call) => call === "read")).toHaveLength(200);
    expect(most).toBe(32);
  });
});

describe("what is held back", () => {
  it("is no more than some megabytes: beyond that, it is read", async () => {
    for (const count of [100, 400]) {
      const { broker, listen, send } = setUp();
      const { sink } = await listen();
      const release = holdReads(broker);
      for (const watcher of broker.watchers.get("a") ?? []) watcher.changed();
      await vi.waitFor(() => expect(broker.calls.at(-1)).toBe("read"));
      const all = Array.from({ length: count }, (_, i) => `${i} `.padEnd(30_000, "x"));
      for (const text of all) await send(text);
      release();
      await sink.count(count);
      expect(sink.payloads).toEqual(texts(...all));
      // The first was before them.
      expect(broker.calls.filter((call) => call === "read").length > 1).toBe(count === 400);
    }
  });

  it("is no more than some megabytes for who resumes, too", async () => {
    const { broker, listen, send } = setUp();
    const { sink: other } = await listen();
    const [first] = await send("first");
    const release = holdReads(broker);
    const listening = listen(first);
    await vi.waitFor(() => expect(broker.calls.at(-1)).toBe("read"));
    const all = Array.from({ length: 400 }, (_, i) => `${i} `.padEnd(30_000, "x"));
    for (const text of all) await send(text);
    release();
    const { sink } = await listening;
    await sink.count(400);
    expect(sink.payloads).toEqual(texts(...all));
    expect(other.payloads).toHaveLength(401);
    expect(broker.calls.filter((call) => call === "read").length).toBeGreaterThan(1);
  });
});

describe("a log that is closed", () => {
  it("isn't asked any more, though many wait for their turn to read", async () => {
    const { broker, transport } = setUp();
    for (let i = 0; i < 100; i++) await transport.subscribe(`channel ${i}`, {}, new Recorder(1_000));
    const release = holdReads(broker);
    for (const watchers of [...broker.watchers.values()]) for (const watcher of watchers) watcher.changed();
    await transport.close();
    release();
    // Whoever had its turn has had it, and passed it on.
    await new Promise((resolve) => setTimeout(resolve));
    expect(broker.calls.slice(broker.calls.indexOf("close"))).toEqual(["close"]);
  });
});

describe("a log that was reset", () => {
  it("is a gap for who listens, and then everything that is kept", async () => {
    const { broker, listen, send } = setUp();
    const { sink } = await listen();
    const [last] = await send("before");
    silence(broker);
    broker.reset("second");
    broker.append("a", [frame("unheard")]);
    broker.tell = tellAll;
    await send("after");
    await sink.count(3);
    expect(sink.gaps).toEqual([{ reason: "epoch", after: last, at: 1 }]);
    expect(sink.payloads).toEqual(texts("before", "unheard", "after"));
  });

  it("is a gap also where the first message after it is told", async () => {
    const { broker, listen, send } = setUp();
    const { sink } = await listen();
    await send("before");
    broker.reset("second");
    await send("after");
    await sink.count(2);
    expect(sink.gaps.map(({ reason, at }) => [reason, at])).toEqual([["epoch", 1]]);
  });

  it("starts a subscription where its history goes on, if nothing came yet", async () => {
    const { broker, listen, send } = setUp();
    await send("before");
    const old = formatPosition("another", 3);
    const { sink, position } = await listen(old);
    expect(position).toBe(formatPosition(broker.epoch, 1));
    expect(sink.gaps).toEqual([{ reason: "epoch", after: old, at: 0 }]);
    expect(sink.payloads).toEqual(texts("before"));
  });
});
