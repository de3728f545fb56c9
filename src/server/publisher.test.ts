import { describe, expect, it, vi } from "vitest";
import { memory } from "../../transports/memory/index.js";
import { snapshot } from "../codec.js";
import type { Frame } from "../frame.js";
import type { Published, Transport } from "../transport.js";
import { createPublisher, type Publication } from "./publisher.js";

const payload = (value: unknown) => snapshot(value, "test");
const message = (value: unknown, more: Partial<Publication> = {}): Publication => ({
  channel: "c",
  topic: "t",
  where: "Topic t",
  key: undefined,
  payload: payload(value),
  ...more,
});

function recording(transport: Transport = memory()) {
  const batches: { channel: string; data: unknown[] }[] = [];
  const publish = vi.fn((channel: string, frames: readonly Frame[]) => {
    batches.push({ channel, data: frames.map((frame) => JSON.parse(frame.payload).data) });
    return transport.publish(channel, frames);
  });
  return { transport: { ...transport, publish }, batches, publish };
}

/** A promise with its ends in hand. */
function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

describe("publishing", () => {
  it("makes one batch of what a tick publishes to a channel", async () => {
    const { transport, batches } = recording();
    const { publish } = createPublisher(transport, 100);
    await Promise.all([publish(message(1)), publish(message("x", { channel: "d" })), publish(message(2))]);
    expect(batches).toEqual([
      { channel: "c", data: [1, 2] },
      { channel: "d", data: ["x"] },
    ]);
  });

  it("keeps the order of calls where an earlier payload is still being parsed", async () => {
    const { transport, batches } = recording();
    const { publish } = createPublisher(transport, 100);
    const slow = deferred<ReturnType<typeof payload>>();
    const all = [publish(message(0, { payload: slow.promise })), publish(message(1))];
    await publish(message("other", { channel: "d" }));
    expect(batches).toHaveLength(1);
    slow.resolve(payload(0));
    await Promise.all(all);
    expect(batches[1]).toEqual({ channel: "c", data: [0, 1] });
  });

  it("lets those behind a refused payload through", async () => {
    const { transport, batches } = recording();
    const { publish } = createPublisher(transport, 100);
    const bad = publish(message(0, { payload: Promise.reject(new Error("no")) }));
    const good = publish(message(1));
    await expect(bad).rejects.toThrow("no");
    await good;
    expect(batches).toEqual([{ channel: "c", data: [1] }]);
  });

  it("has one batch of a channel under way at a time, and gathers the next meanwhile", async () => {
    const answer = deferred<readonly Published[]>();
    const { transport, batches, publish: store } = recording();
    store.mockImplementationOnce((channel, frames) => {
      batches.push({ channel, data: frames.map((frame) => JSON.parse(frame.payload).data) });
      return answer.promise;
    });
    const { publish } = createPublisher(transport, 100);
    const first = publish(message(1));
    await Promise.resolve();
    const rest = [publish(message(2)), publish(message(3))];
    await Promise.resolve();
    expect(batches).toHaveLength(1);
    answer.resolve([{ id: "e.1", duplicate: false }]);
    expect(await first).toEqual({ id: "e.1" });
    await Promise.all(rest);
    expect(batches.slice(1)).toEqual([{ channel: "c", data: [2, 3] }]);
  });

  it.each([
    ["rejects", () => Promise.reject(new Error("broker is gone"))],
    [
      "throws",
      () => {
        throw new Error("broker is gone");
      },
    ],
  ])(
    "says TRANSPORT_FAILED, with the cause, where the transport %s; the next batch goes on",
    async (_, fail) => {
      const { transport, publish: store } = recording();
      store.mockImplementationOnce(fail);
      const { publish } = createPublisher(transport, 100);
      await expect(publish(message(1))).rejects.toMatchObject({
        code: "TRANSPORT_FAILED",
        cause: expect.objectContaining({ message: "broker is gone" }),
      });
      await expect(publish(message(2))).resolves.toMatchObject({ id: expect.any(String) });
    },
  );

  it("says TRANSPORT_FAILED where the transport doesn't answer for every message", async () => {
    const { transport, publish: store } = recording();
    store.mockResolvedValueOnce([]);
    const { publish } = createPublisher(transport, 100);
    await expect(publish(message(1))).rejects.toMatchObject({ code: "TRANSPORT_FAILED" });
  });

  it("keeps one lane per channel, however refusals and publishes meet", async () => {
    const microtasks = async (count: number) => {
      for (let i = 0; i < count; i++) await Promise.resolve();
    };
    for (const [apart, before] of [0, 1, 2, 3].flatMap((a) =>
      [0, 1, 2, 3, 4, 5, 6, 7].map((b) => [a, b] as const),
    )) {
      const { transport, publish: store } = recording();
      const answer = deferred<readonly Published[]>();
      store.mockImplementation(() => answer.promise);
      const { publish } = createPublisher(transport, 100);
      const [first, second] = [deferred<never>(), deferred<never>()];
      for (const { promise } of [first, second])
        publish(message(0, { payload: promise })).catch(() => undefined);
      first.reject(new Error("no"));
      void microtasks(apart).then(() => second.reject(new Error("no")));
      await microtasks(before);
      const published = [publish(message(1))];
      await microtasks(9);
      published.push(publish(message(2)));
      await microtasks(9);
      // The first batch is still under way.
      expect([apart, before, store.mock.calls.length]).toEqual([apart, before, 1]);
      answer.resolve([{ id: "e.1", duplicate: false }]);
      await Promise.all(published);
    }
  });

  it("is bounded: OVERLOADED for one message over the limit, until there is room", async () => {
    const { publish } = createPublisher(memory(), 2);
    const waiting = [publish(message(1)), publish(message(2))];
    await expect(publish(message(3))).rejects.toMatchObject({ code: "OVERLOADED" });
    await Promise.all(waiting);
    await publish(message(4));
  });

  it("flush waits for what was published before, refused or not", async () => {
    const { publish, flush } = createPublisher(memory(), 100);
    const slow = deferred<ReturnType<typeof payload>>();
    const settled: string[] = [];
    const bad = publish(message(0, { payload: slow.promise })).catch(() => settled.push("bad"));
    const good = publish(message(1)).then(() => settled.push("good"));
    const flushed = flush().then(() => settled.push("flushed"));
    slow.reject(new Error("no"));
    await Promise.all([bad, good, flushed]);
    expect(settled.at(-1)).toBe("flushed");
    expect(settled).toHaveLength(3);
  });
});

describe("publishing in a transaction", () => {
  /** A transport whose transactions hold their channels: what else is published there waits for them. */
  function holding() {
    const calls: { channel: string; tx: unknown; data: unknown[] }[] = [];
    const commit = deferred<void>();
    let isHeld = false;
    const publish: Transport["publish"] = async (channel, frames, at) => {
      calls.push({ channel, tx: at?.tx, data: frames.map((frame) => JSON.parse(frame.payload).data) });
      if (at) isHeld = true;
      else if (isHeld) await commit.promise;
      return frames.map((_, i) => ({ id: `e.${i}`, duplicate: false }));
    };
    return { transport: { ...memory(), publish }, calls, commit };
  }
  const tx = { name: "tx" };

  it("hands it on, with a batch of its own per transaction and channel", async () => {
    const { transport, calls, commit } = holding();
    commit.resolve();
    const { publish } = createPublisher(transport, 100);
    const other = { name: "other" };
    await Promise.all([
      publish(message(1, { tx })),
      publish(message(2, { tx: other })),
      publish(message(3, { tx })),
      publish(message(4, { tx, channel: "d" })),
      publish(message(5, { channel: "e" })),
    ]);
    expect(calls).toEqual([
      { channel: "c", tx, data: [1, 3] },
      { channel: "c", tx: other, data: [2] },
      { channel: "d", tx, data: [4] },
      { channel: "e", tx: undefined, data: [5] },
    ]);
  });

  it("doesn't wait for what waits for the transaction", async () => {
    const { transport, calls, commit } = holding();
    const { publish, flush } = createPublisher(transport, 100);
    await publish(message(1, { tx }));
    const outside = publish(message(2));
    const last = deferred<ReturnType<typeof payload>>();
    const parsing = publish(message(0, { tx, payload: last.promise }));
    const inside = publish(message(3, { tx }));
    last.resolve(payload("slow"));
    await Promise.all([parsing, inside]);
    expect(calls.map(({ tx, data }) => [tx !== undefined, data])).toEqual([
      [true, [1]],
      [false, [2]],
      [true, ["slow", 3]],
    ]);
    const flushed = vi.fn();
    flush().then(flushed);
    await Promise.resolve();
    expect(flushed).not.toHaveBeenCalled();
    commit.resolve();
    await outside;
    await vi.waitFor(() => expect(flushed).toHaveBeenCalled());
  });

  it("counts what waits in all transactions together", async () => {
    const { publish } = createPublisher(holding().transport, 1);
    const first = publish(message(1, { tx }));
    await expect(publish(message(2, { tx: {} }))).rejects.toMatchObject({ code: "OVERLOADED" });
    await first;
    await publish(message(3, { tx: {} }));
  });
});
