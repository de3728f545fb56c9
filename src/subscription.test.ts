import { describe, expect, it, vi } from "vitest";
import { createSubscription } from "./subscription.js";
import { drain, gapAfter, type Message, settled, setUp } from "./subscription.test-support.js";

interface Topical {
  readonly topic: "slow" | "quick";
  readonly n: number;
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

  it("calls the function of a message's topic, where there is one, and awaits it before the next message", async () => {
    const got: string[] = [];
    const { push, subscription } = createSubscription<Topical, Topical>({
      flow: { pause() {}, resume() {}, close() {} },
      read: (raw) => raw,
      print: (_, raw) => JSON.stringify(raw),
      onMessage: {
        async slow({ n }) {
          await settled();
          got.push(`slow ${n}`);
        },
        quick: ({ n }) => got.push(`quick ${n}`),
      },
    });
    push({ topic: "slow", n: 1 });
    push({ topic: "other" as "slow", n: 2 });
    push({ topic: "quick", n: 3 });
    expect(got).toEqual([]);
    await settled();
    await settled();
    expect(got).toEqual(["slow 1", "quick 3"]);
    subscription.close();
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
