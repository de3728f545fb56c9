import { describe, expect, it, vi } from "vitest";
import { countListeners, drain, failure, gapAfter, settled, setUp } from "./subscription.test-support.js";

describe("the end", () => {
  it.each([
    ["close()", (s: ReturnType<typeof setUp>["subscription"]) => s.close()],
    ["unsubscribe()", (s: ReturnType<typeof setUp>["subscription"]) => s.unsubscribe()],
  ])("by %s closes the source once, settles readers, and drops what nobody took", async (_, close) => {
    const { send, push, gap, fail, end, subscription, calls } = setUp();
    const stream = subscription.getJsonStream().getReader();
    const iterator = subscription[Symbol.asyncIterator]();
    const other = subscription[Symbol.asyncIterator]();
    const pending = [iterator.next(), iterator.next()];
    send(1);
    await settled();
    close(subscription);
    close(subscription);
    subscription.close();
    expect((await Promise.all(pending)).map(({ done }) => done)).toEqual([false, true]);
    expect(await other.next()).toEqual({ done: true, value: undefined });
    expect(await stream.read()).toEqual({ done: true, value: undefined });
    expect(calls).toEqual(["close"]);
    expect(push({ n: 2 })).toBe(false);
    gap(gapAfter("x"));
    fail(failure);
    end();
    expect(await drain(subscription)).toEqual([]);
    expect(await drain(subscription.getJsonStream())).toEqual([]);
  });

  it("by leaving a loop", async () => {
    const { send, subscription, calls } = setUp();
    send(1, 2, 3);
    for await (const { n } of subscription) if (n === 2) break;
    expect(calls).toEqual(["close"]);
    expect(await drain(subscription)).toEqual([]);
  });

  it("by return(), with a call of next() under way", async () => {
    const { subscription, calls } = setUp();
    const iterator = subscription[Symbol.asyncIterator]();
    const pending = iterator.next();
    expect(await iterator.return?.()).toEqual({ done: true, value: undefined });
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(calls).toEqual(["close"]);
  });

  it("by the signal, whose listener goes in any case", async () => {
    for (const finish of ["abort", "close", "end", "fail", "end unread", "cancel"]) {
      const controller = new AbortController();
      const listeners = countListeners(controller.signal);
      const { subscription, send, end, fail, calls } = setUp({ signal: controller.signal, onError() {} });
      expect(listeners()).toBe(1);
      if (finish === "end unread") end();
      else {
        send(1);
        const reading = finish === "cancel" ? subscription.getJsonStream().cancel() : drain(subscription);
        await settled();
        if (finish === "abort") controller.abort();
        if (finish === "close") subscription.close();
        if (finish === "end") end();
        if (finish === "fail") fail(failure);
        await reading;
      }
      expect(listeners(), finish).toBe(0);
      expect(calls).toEqual(/abort|close|cancel/.test(finish) ? ["close"] : []);
    }
  });

  it("throws the reason of a signal that was aborted before", () => {
    expect(() => setUp({ signal: AbortSignal.abort("late") })).toThrow("late");
  });

  it("from the source delivers first what was pushed, to iterator, stream and onMessage", async () => {
    const got: number[] = [];
    const { send, end, subscription, calls } = setUp({
      async onMessage({ n }) {
        await settled();
        got.push(n);
      },
    });
    const readers = [drain(subscription), drain(subscription.getJsonStream())];
    send(1, 2, 3);
    end();
    expect(await Promise.all(readers)).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    await vi.waitFor(() => expect(got).toEqual([1, 2, 3]));
    expect(calls).toEqual([]);
  });

  it("by a failure delivers what was pushed, then throws, and tells onError once", async () => {
    const onError = vi.fn();
    const { send, fail, subscription } = setUp({ onError });
    const readers = [drain(subscription), drain(subscription.getJsonStream())];
    await settled();
    send(1, 2);
    fail(failure);
    fail(failure);
    expect(await Promise.all(readers)).toEqual([
      [1, 2, failure],
      [1, 2, failure],
    ]);
    expect(onError.mock.calls).toEqual([[failure]]);
    expect(await drain(subscription)).toEqual([failure]);
  });

  it("by a failure is thrown once by each iterator, and raised nowhere", async () => {
    const raised = vi.fn();
    vi.stubGlobal("reportError", raised);
    const { fail, subscription } = setUp();
    const iterator = subscription[Symbol.asyncIterator]();
    const pending = [iterator.next(), iterator.next()];
    fail(failure);
    expect(await Promise.allSettled(pending)).toEqual([
      { status: "rejected", reason: failure },
      { status: "fulfilled", value: { done: true, value: undefined } },
    ]);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(raised).not.toHaveBeenCalled();
    vi.unstubAllGlobals();
  });

  it("by a failure and then by close() is quiet", async () => {
    const { send, fail, subscription, calls } = setUp();
    send(1);
    fail(failure);
    subscription.close();
    expect(await drain(subscription)).toEqual([]);
    expect(calls).toEqual([]);
  });

  it("by a failure tells onError after the last message", async () => {
    const log: unknown[] = [];
    const { send, fail } = setUp({
      onMessage: async ({ n }) => {
        await settled();
        log.push(n);
      },
      onError: (error) => log.push(error),
    });
    send(1, 2);
    fail(failure);
    await vi.waitFor(() => expect(log).toEqual([1, 2, failure]));
  });

  it("by a failure tells onError at once where nobody reads, and the first to read gets the rest", async () => {
    const onError = vi.fn();
    const { send, fail, subscription } = setUp({ onError });
    send(1);
    fail(failure);
    expect(onError.mock.calls).toEqual([[failure]]);
    expect(await drain(subscription)).toEqual([1, failure]);
    expect(onError).toHaveBeenCalledTimes(1);
  });

  it("by a failure with neither onError nor a loop is raised", () => {
    const raised = vi.fn();
    vi.stubGlobal("reportError", raised);
    setUp({ onMessage: () => {} }).fail(failure);
    expect(raised.mock.calls).toEqual([[failure]]);
    vi.unstubAllGlobals();
  });

  it("from within onMessage stops the rest", async () => {
    const got: number[] = [];
    const setup = setUp({
      onMessage: ({ n }) => {
        got.push(n);
        if (n === 2) setup.subscription.close();
      },
    });
    expect(setup.send(1, 2, 3)).toEqual([true, false, false]);
    expect(got).toEqual([1, 2]);
  });

  it("while a message is read or handled gives nothing more", async () => {
    const got: number[] = [];
    const { send, subscription } = setUp({
      read: async (raw) => {
        await settled();
        return raw;
      },
      onMessage: ({ n }) => got.push(n),
    });
    const pending = subscription[Symbol.asyncIterator]().next();
    send(1, 2);
    subscription.close();
    expect(await pending).toEqual({ done: true, value: undefined });
    await settled();
    await settled();
    expect(got).toEqual([]);
  });
});
