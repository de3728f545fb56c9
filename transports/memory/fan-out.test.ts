import { afterEach, describe, expect, it, vi } from "vitest";
import type { Sink } from "../../src/transport.js";
import { frame, frames, payloadsOf } from "../conformance/frames.js";
import { Recorder } from "../conformance/recorder.js";
import { FanOut } from "../log/fan-out.js";
import { memory } from "./index.js";
import { readOptions } from "./options.js";
import { createMemory } from "./transport.js";

const listen = async (transport: ReturnType<typeof memory>, channel: string, after?: string) => {
  const sink = new Recorder(100);
  const subscription = await transport.subscribe(channel, { after }, sink);
  return { sink, ...subscription };
};

describe("a sink that publishes while it is called", () => {
  it("changes no subscriber's order", async () => {
    const transport = memory();
    const before = await listen(transport, "a");
    const echo = await listen(transport, "a");
    const after = await listen(transport, "a");
    const answers: Promise<unknown>[] = [];
    echo.sink.onDeliver = ([delivery]) => {
      const text = delivery?.frame.payload ?? "";
      if (!text.includes("question")) return;
      echo.sink.onDeliver = undefined;
      answers.push(transport.publish("a", [frame("answer")]));
    };
    await transport.publish("a", frames(2, "question"));
    await transport.publish("a", [frame("last")]);
    await Promise.all(answers);
    const expected = payloadsOf([...frames(2, "question"), frame("answer"), frame("last")]);
    for (const { sink } of [before, echo, after]) expect(sink.payloads).toEqual(expected);
    const { deliveries } = await transport.history("a", { limit: 10 });
    expect(deliveries.map(({ id }) => id)).toEqual(before.sink.ids);
  });

  it("doesn't nest calls, however long the chain", async () => {
    const transport = memory();
    const { sink } = await listen(transport, "a");
    let depth = 0;
    let deepest = 0;
    let left = 20_000;
    const chain: Sink = {
      deliver() {
        depth += 1;
        deepest = Math.max(deepest, depth);
        if (left-- > 0) void transport.publish("a", [frame(left)]);
        depth -= 1;
      },
      gap() {},
      fail() {},
    };
    await transport.subscribe("a", {}, chain);
    await transport.publish("a", [frame("go")]);
    expect([deepest, sink.deliveries.length]).toEqual([1, 20_001]);
  });

  it("does so during its replay: the answer follows the replay", async () => {
    const transport = memory();
    await transport.publish("a", frames(3));
    const sink = new Recorder(100);
    sink.onDeliver = () => {
      sink.onDeliver = undefined;
      void transport.publish("a", [frame("answer")]);
    };
    await transport.subscribe("a", { after: "the start" }, sink);
    expect(sink.payloads).toEqual(payloadsOf([...frames(3), frame("answer")]));
    expect(sink.calls).toBe(3);
  });
});

describe("a sink that subscribes while it is called", () => {
  it("has the new one begin behind the message that it is called with", async () => {
    const transport = memory();
    const { sink } = await listen(transport, "a");
    const live = new Recorder(100);
    const replayed = new Recorder(100);
    const subscribing: Promise<unknown>[] = [];
    sink.onDeliver = () => {
      sink.onDeliver = undefined;
      // Published, but not yet delivered when the two subscribe.
      void transport.publish("a", [frame("waiting")]);
      subscribing.push(transport.subscribe("a", {}, live));
      subscribing.push(transport.subscribe("a", { after: sink.ids[0] }, replayed));
    };
    await transport.publish("a", [frame("first")]);
    await Promise.all(subscribing);
    await transport.publish("a", [frame("last")]);
    expect(live.payloads).toEqual(payloadsOf([frame("last")]));
    expect(replayed.payloads).toEqual(payloadsOf([frame("waiting"), frame("last")]));
    expect(sink.payloads).toEqual(payloadsOf([frame("first"), frame("waiting"), frame("last")]));
  });
});

describe("a sink that ends subscriptions while it is called", () => {
  it("is called no more, not even with what was published before", async () => {
    const transport = memory();
    const { sink, unsubscribe } = await listen(transport, "a");
    const other = await listen(transport, "a");
    sink.onDeliver = () => {
      void transport.publish("a", [frame("second")]);
      unsubscribe();
      other.unsubscribe();
    };
    await transport.publish("a", [frame("first")]);
    expect([sink.calls, other.sink.calls]).toEqual([1, 0]);
  });

  it("by its gap, gets no replay", async () => {
    const transport = memory();
    await transport.publish("a", frames(3));
    const controller = new AbortController();
    const sink = new Recorder(100);
    const gap = vi.spyOn(sink, "gap").mockImplementation(() => controller.abort(new Error("enough")));
    const at = { after: "nonsense", signal: controller.signal };
    await expect(transport.subscribe("a", at, sink)).rejects.toThrow("enough");
    expect([gap.mock.calls.length, sink.calls]).toEqual([1, 0]);
  });

  it("ends one that has yet to be told of its gap", async () => {
    const transport = memory();
    const { sink } = await listen(transport, "a");
    const late = new Recorder(100);
    const attempts: Promise<unknown>[] = [];
    sink.onDeliver = () => {
      const controller = new AbortController();
      attempts.push(transport.subscribe("a", { after: "nonsense", signal: controller.signal }, late));
      controller.abort(new Error("enough"));
    };
    await transport.publish("a", frames(1));
    await Promise.allSettled(attempts);
    expect(late.calls).toBe(0);
  });

  it("closes the transport: everybody is told, nobody gets more", async () => {
    const transport = memory();
    const { sink } = await listen(transport, "a");
    const other = await listen(transport, "a");
    sink.onDeliver = () => void transport.close();
    await transport.publish("a", frames(1));
    expect([sink.deliveries.length, sink.errors.length]).toEqual([1, 1]);
    expect([other.sink.deliveries.length, other.sink.errors.length]).toEqual([0, 1]);
  });
});

describe("a sink that throws", () => {
  afterEach(() => void vi.restoreAllMocks());

  it("harms neither the publish nor the others; its error surfaces as an uncaught one", async () => {
    const transport = memory();
    const surfaced: (() => void)[] = [];
    vi.spyOn(globalThis, "queueMicrotask").mockImplementation((callback) => void surfaced.push(callback));
    const before = await listen(transport, "a");
    const bad = await listen(transport, "a", "nonsense");
    const after = await listen(transport, "a");
    vi.spyOn(bad.sink, "deliver").mockImplementation(() => {
      throw new Error("a fault of the sink");
    });
    await transport.publish("other", frames(1));
    const other = new Recorder(100);
    vi.spyOn(other, "gap").mockImplementation(() => {
      throw new Error("a fault in its gap");
    });
    await transport.subscribe("other", { after: "nonsense" }, other);
    expect(other.deliveries).toHaveLength(1);
    vi.spyOn(bad.sink, "fail").mockImplementation(() => {
      throw new Error("another");
    });
    const results = await transport.publish("a", frames(2));
    await transport.publish("a", frames(1));
    expect(results).toMatchObject([{ duplicate: false }, { duplicate: false }]);
    expect([before.sink.deliveries.length, after.sink.deliveries.length]).toEqual([3, 3]);
    await transport.close();
    expect([before.sink.errors.length, after.sink.errors.length]).toEqual([1, 1]);
    const messages = surfaced.map((callback) => {
      try {
        callback();
      } catch (error) {
        return String(error);
      }
      return "nothing";
    });
    expect(messages).toEqual([
      "Error: a fault in its gap",
      "Error: a fault of the sink",
      "Error: a fault of the sink",
      "Error: another",
    ]);
  });
});

describe("subscriptions", () => {
  it("are copied when somebody comes or leaves, not per publish", () => {
    const fanOut = new FanOut();
    const join = () => fanOut.join("a", new Recorder(100), undefined);
    const first = join();
    const one = fanOut.listeners("a");
    expect(fanOut.listeners("a")).toBe(one);
    const second = join();
    const two = fanOut.listeners("a");
    expect([one, two]).toEqual([[first], [first, second]]);
    expect(fanOut.listeners("a")).toBe(two);
    first.end();
    expect(fanOut.listeners("a")).toEqual([second]);
    second.end();
    expect(fanOut.listeners("a")).toEqual([]);
  });

  it("leave nothing of a channel that all have left", async () => {
    const { transport, held } = createMemory(readOptions({}));
    for (let i = 0; i < 100; i++) {
      const { unsubscribe } = await listen(transport, `channel ${i}`);
      unsubscribe();
    }
    expect(held()).toMatchObject({ rooms: 0, listeners: 0, channels: 0, marks: 0 });
  });
});
