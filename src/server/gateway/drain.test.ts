import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { closeOver } from "./drain.js";

const NOW = 1_800_000_000_000;
beforeEach(() => void vi.useFakeTimers({ now: NOW }));
afterEach(() => void vi.useRealTimers());

/** So many sockets, and when each was closed. */
function sockets(count: number) {
  const closed: { socket: number; at: number }[] = [];
  const list = Array.from({ length: count }, (_, socket) => () => {
    closed.push({ socket, at: Date.now() - NOW });
  });
  return { closed, list };
}

type Close = () => void | Promise<void>;
const closeAll = (list: readonly Close[] | Set<Close>, milliseconds: number, hurry?: AbortSignal) =>
  closeOver(new Set(list), (close) => close(), milliseconds, hurry);

describe("closeOver", () => {
  it("closes each once, evenly over the time, in another order each time", async () => {
    const { closed, list } = sockets(100);
    const done = closeAll(list, 10_000);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(closed.length).toBeGreaterThanOrEqual(50);
    expect(closed.length).toBeLessThanOrEqual(51);
    await vi.advanceTimersByTimeAsync(5_000);
    await done;
    expect(new Set(closed.map(({ socket }) => socket)).size).toBe(100);
    expect(closed).toHaveLength(100);
    expect(closed.map(({ at }) => at)).toEqual(Array.from({ length: 100 }, (_, i) => i * 100));
    const order = closed.map(({ socket }) => socket);
    expect(order).not.toEqual([...order].sort((a, b) => a - b));
  });

  it("0 closes all at once; nothing to close is done at once", async () => {
    const { closed, list } = sockets(5);
    await closeAll(list, 0);
    expect(closed.map(({ at }) => at)).toEqual([0, 0, 0, 0, 0]);
    await closeAll([], 60_000);
  });

  it("closes several together where there are more than milliseconds", async () => {
    const { closed, list } = sockets(5000);
    const done = closeAll(list, 100);
    await vi.advanceTimersByTimeAsync(100);
    await done;
    expect(closed).toHaveLength(5000);
    expect(closed.at(-1)?.at).toBeLessThanOrEqual(100);
  });

  it("waits for what takes its time, and one that fails keeps none of the others open", async () => {
    const { closed, list } = sockets(3);
    let finish: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const failing = () => {
      throw new Error("mine");
    };
    const done = closeAll([...list, () => slow, failing], 0);
    let settled = false;
    const outcome = done.then(
      () => "done",
      (error: Error) => error.message,
    );
    void outcome.then(() => {
      settled = true;
    });
    await vi.advanceTimersByTimeAsync(0);
    expect([closed.length, settled]).toEqual([3, false]);
    finish();
    expect(await outcome).toBe("mine");
  });

  it("closes the rest at once when it is to hurry, and leaves no timer", async () => {
    const { closed, list } = sockets(10);
    const hurry = new AbortController();
    const done = closeAll(list, 10_000, hurry.signal);
    await vi.advanceTimersByTimeAsync(2_500);
    expect(closed).toHaveLength(3);
    hurry.abort();
    await done;
    expect(closed).toHaveLength(10);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("neither closes nor waits for who has gone by itself", async () => {
    const { closed, list } = sockets(10);
    const open = new Set(list);
    const done = vi.fn();
    void closeOver(open, (close) => close(), 10_000).then(done);
    await vi.advanceTimersByTimeAsync(2_100);
    expect(closed).toHaveLength(3);
    open.clear();
    await vi.advanceTimersByTimeAsync(250);
    expect(done).toHaveBeenCalledOnce();
    expect(closed).toHaveLength(3);
    expect(vi.getTimerCount()).toBe(0);
  });
});
