import { describe, expect, it, vi } from "vitest";
import {
  clock,
  dataOf,
  done,
  frame,
  makeStore,
  open,
  pair,
  publish,
  type State,
  setVisible,
  shown,
  useStores,
  watch,
} from "./store.test-support.js";

useStores();

describe("a snapshot", () => {
  it("has the latest messages, the latest of each topic, the last, and what is new", async () => {
    const store = await open({ historyLimit: 3 });
    await done("old");
    await publish(1, 2, 3);
    await frame();
    const { messages } = store.getSnapshot();
    expect(dataOf(messages.all)).toEqual([1, 2, 3]);
    expect(messages.byTopic.done?.data).toBe("old");
    expect(messages.byTopic.step?.data).toBe(3);
    expect(messages.last?.data).toBe(3);
    expect(dataOf(messages.delta)).toEqual(["old", 1, 2, 3]);
    await publish(4);
    await frame();
    expect([shown(store), dataOf(store.getSnapshot().messages.delta)]).toEqual([[2, 3, 4], [4]]);
  });

  it("keeps what didn't change, and can't be changed", async () => {
    const store = await open();
    await publish(1);
    await frame();
    const before = store.getSnapshot();
    expect(store.getSnapshot()).toBe(before);
    pair.faults.cut();
    const lost = store.getSnapshot();
    expect(lost).not.toBe(before);
    expect(lost.messages.all).toBe(before.messages.all);
    expect(lost.messages.byTopic).toBe(before.messages.byTopic);
    // It was new once.
    expect(lost.messages.delta).toEqual([]);
    await clock.advance("1m");
    expect(store.getSnapshot().messages).toBe(lost.messages);
    for (const part of [
      before,
      before.messages,
      before.messages.all,
      before.messages.byTopic,
      before.messages.delta,
    ]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it("has each message in one delta, whatever happens between two", async () => {
    const store = await open({ historyLimit: 2 });
    const deltas: unknown[] = [];
    let before: State = store.getSnapshot();
    store.subscribe(() => {
      const state = store.getSnapshot();
      expect(state).not.toBe(before);
      before = state;
      deltas.push(...dataOf(state.messages.delta));
    });
    for (let i = 0; i < 30; i++) {
      await publish(i);
      if (i % 3 === 0) await setVisible(i % 2 === 1);
      if (i % 4 === 0) await frame();
    }
    await setVisible(true);
    await frame();
    expect(deltas).toEqual(Array.from({ length: 30 }, (_, i) => i));
  });

  it("keeps all messages where that is asked for, and none", async () => {
    const [all, none] = [await open({ historyLimit: null }), await open({ historyLimit: 0 })];
    await publish(...Array.from({ length: 150 }, (_, i) => i));
    await frame();
    const before = none.getSnapshot().messages;
    expect([shown(all).length, before.all, before.last?.data, before.delta.length]).toEqual([
      150,
      [],
      149,
      150,
    ]);
    await publish(150);
    await frame();
    expect(none.getSnapshot().messages.all).toBe(before.all);
  });
});

describe("messages are gathered", () => {
  it("until the next frame, and no longer than where none is painted", async () => {
    const frames: (() => void)[] = [];
    const cancel = vi.fn();
    vi.stubGlobal("requestAnimationFrame", (run: () => void) => frames.push(run));
    vi.stubGlobal("cancelAnimationFrame", cancel);
    const store = await open();
    const listener = vi.fn();
    store.subscribe(listener);
    await publish(1, 2);
    await clock.advance(50);
    expect([shown(store), frames.length]).toEqual([[], 1]);
    frames[0]?.();
    expect([shown(store), listener.mock.calls.length, cancel.mock.calls]).toEqual([[1, 2], 1, [[1]]]);
    await publish(3);
    await clock.advance(99);
    expect(listener).toHaveBeenCalledTimes(1);
    await clock.advance(1);
    expect([shown(store), cancel.mock.lastCall]).toEqual([[1, 2, 3], [2]]);
  });

  it("for as long as was asked for", async () => {
    const store = await open({ bufferInterval: 200 });
    await publish(1);
    await clock.advance(150);
    await publish(2);
    await clock.advance(49);
    expect(shown(store)).toEqual([]);
    await clock.advance(1);
    expect(shown(store)).toEqual([1, 2]);
  });

  it("and come at once with a change of the connection, before it", async () => {
    const store = await open({ bufferInterval: 60_000 });
    await publish(1);
    await clock.advance(0);
    expect(shown(store)).toEqual([]);
    pair.faults.cut();
    expect([shown(store), store.getSnapshot().connectionStatus]).toEqual([[1], "connecting"]);
  });
});

describe("listeners", () => {
  it("that throw don't stop others, and are reported; each leaves once", async () => {
    const onError = vi.fn();
    const store = makeStore({ onError });
    const other = vi.fn();
    const stop = store.subscribe(() => {
      throw new Error("mine");
    });
    const again = store.subscribe(other);
    store.subscribe(other);
    await clock.advance(0);
    expect(other).toHaveBeenCalledTimes(2);
    expect(onError.mock.calls[0]?.[0]).toMatchObject({
      code: "HANDLER_FAILED",
      message: expect.stringContaining("mine"),
    });
    stop();
    again();
    again();
    await publish(1);
    await frame();
    expect([other.mock.calls.length, onError.mock.calls.length]).toEqual([3, 2]);
  });

  it("that were removed while others are told aren't called any more", async () => {
    const store = await open();
    const late = vi.fn();
    let stop = () => {};
    store.subscribe(() => stop());
    stop = store.subscribe(late);
    await publish(1);
    await frame();
    expect(late).not.toHaveBeenCalled();
  });
});

describe("handlers", () => {
  it("get each message at once and once: a function, or one for each topic", async () => {
    const got: unknown[] = [];
    const store = await open({
      onMessage: { step: ({ data }) => got.push(data), done: ({ data }) => got.push(data) },
      bufferInterval: 1_000,
    });
    await publish(1);
    await done("x");
    await clock.advance(0);
    expect([got, shown(store)]).toEqual([[1, "x"], []]);
  });

  it("that throw or reject are reported, and disturb nothing", async () => {
    const onError = vi.fn();
    const store = await open({
      onError,
      onMessage: ({ data }) => {
        if (data === 1) throw new Error("thrown");
        return Promise.reject(new Error("rejected"));
      },
    });
    await publish(1, 2);
    await frame();
    expect(shown(store)).toEqual([1, 2]);
    expect(onError.mock.calls.map(([error]) => [error.code, error.cause.message])).toEqual([
      ["HANDLER_FAILED", "thrown"],
      ["HANDLER_FAILED", "rejected"],
    ]);
    expect(store.getSnapshot().error).toBe(null);
  });

  it("may reset the store: the message is forgotten, too", async () => {
    const store = await open({ onMessage: ({ data }) => data === 2 && store.reset() });
    await publish(1, 2, 3);
    await frame();
    expect([shown(store), dataOf(store.getSnapshot().messages.delta)]).toEqual([[3], [3]]);
  });
});

describe("a run", () => {
  const getRunStatus = ({ topic, data }: { topic: string; data: unknown }) =>
    topic === "done" ? (data as "completed") : data === 1 ? "running" : undefined;

  it("is unknown until a message says otherwise, and ends the connection when it ends", async () => {
    const store = await open({ getRunStatus });
    expect(store.getSnapshot()).toMatchObject({ connectionStatus: "open", runStatus: "unknown" });
    await publish(2, 1);
    await frame();
    expect(store.getSnapshot()).toMatchObject({ runStatus: "running", result: undefined });
    for (const end of ["failed", "late"]) void done(end);
    await clock.advance(0);
    expect(store.getSnapshot()).toMatchObject({
      connectionStatus: "closed",
      runStatus: "failed",
      result: "failed",
      error: null,
    });
    expect([shown(store), pair.faults.lines]).toEqual([[2, 1, "failed"], 0]);
    watch(store);
    await clock.advance("1m");
    expect(pair.faults.lines).toBe(0);
    store.reset();
    await clock.advance(20);
    // What came after the end that it had.
    expect(store.getSnapshot()).toMatchObject({
      connectionStatus: "open",
      messages: { last: { data: "late" } },
    });
  });

  it("may go on", async () => {
    const store = await open({ getRunStatus, autoCloseOnTerminal: false });
    await done("cancelled");
    await publish(1);
    await frame();
    expect(store.getSnapshot()).toMatchObject({
      connectionStatus: "open",
      runStatus: "running",
      result: undefined,
    });
  });

  it("whose function throws is told, and goes on", async () => {
    const onError = vi.fn();
    const store = await open({
      onError,
      getRunStatus() {
        throw new Error("mine");
      },
    });
    await publish(1);
    await frame();
    expect([shown(store), onError.mock.lastCall?.[0].code]).toEqual([[1], "HANDLER_FAILED"]);
  });
});
