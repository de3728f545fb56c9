import { afterEach, describe, expect, it, vi } from "vitest";
import { RealtimeError } from "./errors.js";
import { createSubscription, type SubscriptionOptions } from "./subscription.js";
import type { Gap } from "./transport.js";

interface Message {
  readonly n: number;
}
type Options = Partial<SubscriptionOptions<Message, Message>>;

function setUp(options: Options = {}) {
  const calls: string[] = [];
  const producer = createSubscription<Message, Message>({
    flow: {
      pause: () => calls.push("pause"),
      resume: () => calls.push("resume"),
      close: () => calls.push("close"),
    },
    read: (raw) => raw,
    print: (_, raw) => JSON.stringify(raw),
    ...options,
  });
  const send = (...numbers: number[]) => numbers.map((n) => producer.push({ n }));
  return { ...producer, send, calls };
}

/** Reads on until the end; what it was like. */
async function drain(source: AsyncIterable<Message>) {
  const numbers: number[] = [];
  try {
    for await (const { n } of source) numbers.push(n);
    return numbers;
  } catch (error) {
    return [...numbers, error];
  }
}

const settled = () => new Promise<void>((resolve) => setTimeout(resolve));
const failure = new RealtimeError("TRANSPORT_FAILED", "It broke.");
const gapAfter = (after: string): Gap => ({ reason: "trimmed", after });

/** Listeners on a signal: added less removed. */
function countListeners(signal: AbortSignal) {
  let count = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    count++;
    addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    count--;
    removeEventListener.apply(signal, args);
  };
  return () => count;
}

describe("order", () => {
  it("calls a sync onMessage at once", () => {
    const got: number[] = [];
    const { send } = setUp({ onMessage: ({ n }) => got.push(n) });
    send(1);
    expect(got).toEqual([1]);
    send(2, 3);
    expect(got).toEqual([1, 2, 3]);
  });

  it("awaits an async onMessage before the next message", async () => {
    const log: string[] = [];
    const { send } = setUp({
      async onMessage({ n }) {
        log.push(`start ${n}`);
        await new Promise((resolve) => setTimeout(resolve, n === 1 ? 10 : 0));
        log.push(`end ${n}`);
      },
    });
    send(1, 2, 3);
    await vi.waitFor(() => expect(log).toHaveLength(6));
    expect(log).toEqual(["start 1", "end 1", "start 2", "end 2", "start 3", "end 3"]);
  });

  it("keeps the order where reading takes longer for some", async () => {
    const got: number[] = [];
    const read = (raw: Message) =>
      raw.n === 2 ? raw : new Promise<Message>((resolve) => setTimeout(() => resolve(raw), 10 - 3 * raw.n));
    const { send, end, subscription } = setUp({ read, onMessage: ({ n }) => got.push(n) });
    const iterated = drain(subscription);
    send(1, 2, 3);
    end();
    expect(await iterated).toEqual([1, 2, 3]);
    await vi.waitFor(() => expect(got).toEqual([1, 2, 3]));
  });

  it("reads each message once, however many read", async () => {
    const read = vi.fn((raw: Message) => ({ ...raw }));
    const got: Message[] = [];
    const { send, end, subscription } = setUp({ read, onMessage: (message) => got.push(message) });
    const iterator = subscription[Symbol.asyncIterator]();
    send(1);
    end();
    expect((await iterator.next()).value).toBe(got[0]);
    expect(read).toHaveBeenCalledTimes(1);
  });
});

describe("errors", () => {
  const broken = vi.fn();
  afterEach(() => {
    vi.unstubAllGlobals();
    broken.mockReset();
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("boom");
      },
    ],
    ["rejects", () => Promise.reject(new Error("boom"))],
  ])("tells onError where a handler %s, and goes on", async (_, fail) => {
    const got: number[] = [];
    const { send } = setUp({
      onMessage: ({ n }) => (n === 1 ? fail() : got.push(n)),
      onError: broken,
    });
    send(1, 2);
    await vi.waitFor(() => expect(got).toEqual([2]));
    expect(broken).toHaveBeenCalledTimes(1);
    expect(broken.mock.calls[0]?.[0]).toMatchObject({ code: "HANDLER_FAILED", cause: { message: "boom" } });
  });

  it("tells onError, in its place, of a message that can't be read, and goes on", async () => {
    const log: unknown[] = [];
    const read = (raw: Message) => {
      if (raw.n === 2) throw new RealtimeError("INVALID_PAYLOAD", "bad");
      if (raw.n === 4) return Promise.reject(new TypeError("odd"));
      return raw;
    };
    const { send, subscription, end } = setUp({
      read,
      onMessage: ({ n }) => log.push(n),
      onError: ({ code }: RealtimeError) => log.push(code),
    });
    const iterated = drain(subscription);
    send(1, 2, 3, 4, 5);
    end();
    expect(await iterated).toEqual([1, 3, 5]);
    expect(log).toEqual([1, "INVALID_PAYLOAD", 3, "INVALID_PAYLOAD", 5]);
  });

  it("raises what nobody hears: by reportError where there is one", () => {
    vi.stubGlobal("reportError", broken);
    const { send } = setUp({
      onMessage: () => {
        throw new Error("boom");
      },
    });
    send(1);
    expect(broken.mock.calls[0]?.[0]).toMatchObject({ code: "HANDLER_FAILED" });
  });

  it("raises what nobody hears: as an uncaught exception elsewhere", async () => {
    vi.stubGlobal("reportError", undefined);
    const raised: (() => void)[] = [];
    vi.stubGlobal("queueMicrotask", (raise: () => void) => raised.push(raise));
    const { send } = setUp({ onMessage: () => Promise.reject(new Error("boom")) });
    send(1);
    await vi.waitFor(() => expect(raised).toHaveLength(1));
    expect(raised[0]).toThrow("A handler failed: boom");
  });

  it("raises what onError throws", () => {
    vi.stubGlobal("reportError", broken);
    const { fail } = setUp({
      onError: () => {
        throw new Error("again");
      },
    });
    fail(failure);
    expect(broken.mock.calls[0]?.[0]).toMatchObject({ code: "HANDLER_FAILED", cause: { message: "again" } });
  });
});

describe("bounds", () => {
  it("pauses the source when the limit waits, and resumes it at half of that", async () => {
    const { send, subscription, calls } = setUp({ limit: 4 });
    expect(send(1, 2, 3, 4)).toEqual([true, true, true, false]);
    expect(calls).toEqual(["pause"]);
    const iterator = subscription[Symbol.asyncIterator]();
    await iterator.next();
    expect(calls).toEqual(["pause"]);
    await iterator.next();
    expect(calls).toEqual(["pause", "resume"]);
    expect(send(5)).toEqual([true]);
  });

  it("drops what is pushed while paused, and says so", async () => {
    const log: unknown[] = [];
    const { send, subscription, end } = setUp({ limit: 2, onGap: (gap) => log.push(gap) });
    expect(send(1, 2, 3, 4)).toEqual([true, false, false, false]);
    const iterator = subscription[Symbol.asyncIterator]();
    for (let i = 0; i < 2; i++) log.push((await iterator.next()).value?.n);
    send(5);
    end();
    log.push((await iterator.next()).value?.n);
    expect(log).toEqual([1, 2, { reason: "overflow", after: undefined }, 5]);
  });

  it("holds no more than the limit for a subscriber that never reads", async () => {
    const log: unknown[] = [];
    const { push, gap, calls, subscription, end } = setUp({
      limit: 6,
      onGap: ({ reason }) => log.push(reason),
    });
    for (let i = 0; i < 10_000; i++) {
      push({ n: i });
      gap(gapAfter(String(i)));
    }
    expect(calls).toEqual(["pause"]);
    const iterator = subscription[Symbol.asyncIterator]();
    for (let i = 0; i < 3; i++) log.push((await iterator.next()).value?.n);
    end();
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    // What came while it was full is one gap.
    expect(log).toEqual([0, "trimmed", 1, "trimmed", 2, "trimmed", "overflow"]);
  });

  it("counts a large message as several", () => {
    const { push, calls } = setUp({ limit: 10 });
    expect(push({ n: 1 }, 9 * 4_096)).toBe(true);
    expect(push({ n: 2 }, 10)).toBe(false);
    expect(calls).toEqual(["pause"]);
  });

  it("never pauses for a sync onMessage", () => {
    const { send, calls } = setUp({ limit: 1, onMessage: () => {} });
    expect(send(1, 2, 3)).toEqual([true, true, true]);
    expect(calls).toEqual([]);
  });

  it("is as fast as its slowest reader", async () => {
    const { send, subscription, calls } = setUp({ limit: 2, onMessage: () => {} });
    const stream = subscription.getJsonStream();
    expect(send(1, 2)).toEqual([true, false]);
    await stream.cancel();
    expect(calls).toEqual(["pause", "resume"]);
  });

  it("takes what is pushed from within resume", async () => {
    let n = 0;
    const { push, subscription } = setUp({
      limit: 2,
      flow: { pause() {}, resume: () => void (push({ n: ++n }) && push({ n: ++n })), close() {} },
    });
    push({ n: ++n });
    push({ n: ++n });
    const got: number[] = [];
    for await (const message of subscription) if (got.push(message.n) === 9) break;
    expect(got).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe("readers", () => {
  it("gives what came first to the first reader, and to later ones what comes later", async () => {
    const { send, subscription, end } = setUp();
    send(1, 2);
    const first = drain(subscription);
    await settled();
    const second = drain(subscription);
    await settled();
    send(3);
    end();
    expect(await first).toEqual([1, 2, 3]);
    expect(await second).toEqual([3]);
  });

  it("serves concurrent calls of next in order", async () => {
    const { send, subscription, end } = setUp();
    const iterator = subscription[Symbol.asyncIterator]();
    const results = Promise.all([iterator.next(), iterator.next(), iterator.next()]);
    send(1, 2);
    end();
    expect((await results).map(({ value }) => value?.n)).toEqual([1, 2, undefined]);
  });

  it("makes a stream only when asked for one, each fresh, which takes nothing before it is read", async () => {
    const read = vi.fn((raw: Message) => raw);
    const { send, subscription, end } = setUp({ read });
    const stream = subscription.getJsonStream();
    expect(subscription.getJsonStream()).not.toBe(stream);
    send(1, 2, 3);
    await settled();
    expect(read).not.toHaveBeenCalled();
    end();
    const got: number[] = [];
    for await (const { n } of stream) got.push(n);
    expect(got).toEqual([1, 2, 3]);
  });

  it("leaves other readers alone when a stream is cancelled, and ends when the last one is", async () => {
    const { send, subscription, calls } = setUp();
    const [one, other] = [subscription.getJsonStream(), subscription.getJsonStream()];
    await one.cancel();
    send(1);
    const reader = other.getReader();
    expect(await reader.read()).toEqual({ done: false, value: { n: 1 } });
    expect(calls).toEqual([]);
    await reader.cancel();
    expect(calls).toEqual(["close"]);
    expect(await drain(subscription)).toEqual([]);
  });

  it("keeps going for onMessage when a stream is cancelled", async () => {
    const got: number[] = [];
    const { send, subscription, calls } = setUp({ onMessage: ({ n }) => got.push(n) });
    await subscription.getJsonStream().cancel();
    send(1);
    expect([got, calls]).toEqual([[1], []]);
  });

  it("gives server-sent events that a Response takes", async () => {
    const { send, subscription, end } = setUp();
    send(1, 2);
    end();
    const response = new Response(subscription.getEncodedStream());
    expect(await response.text()).toBe('data: {"n":1}\n\ndata: {"n":2}\n\n');
  });
});

describe("gaps", () => {
  it("are told once, where the first reader reaches them", async () => {
    const log: unknown[] = [];
    const { send, gap, end, subscription } = setUp({ onGap: ({ after }) => log.push(after) });
    const streams = [subscription.getJsonStream(), subscription.getJsonStream()];
    send(1);
    gap(gapAfter("one"));
    send(2);
    gap(gapAfter("two"));
    end();
    for (const stream of streams) for await (const { n } of stream) log.push(n);
    expect(log).toEqual([1, "one", 2, "two", 1, 2]);
  });

  it("hold the next message until onGap is done, whatever it gives", async () => {
    const log: unknown[] = [];
    const onGap = async () => {
      await settled();
      log.push("gap");
      return { n: 99 };
    };
    const { send, gap } = setUp({ onGap, onMessage: ({ n }) => log.push(n) });
    gap(gapAfter("one"));
    send(1);
    await vi.waitFor(() => expect(log).toEqual(["gap", 1]));
  });
});

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
