import { describe, expect, it, vi } from "vitest";
import { formatPosition } from "../../src/position.js";
import { frame, frames } from "../conformance/frames.js";
import { Recorder } from "../conformance/recorder.js";
import { ArrayBroker, arrayLog, gone } from "./array-log.test-support.js";
import { logTransport } from "./index.js";
import { fail, holdReads, setUp, silence, supports, tellAll, texts } from "./log-tests.test-support.js";

describe("beginning", () => {
  it("asks the broker once for all that listen to a channel", async () => {
    const { broker, listen, send, held } = setUp();
    const all = await Promise.all([listen(), listen(), listen()]);
    expect(broker.calls.filter((call) => call === "watch")).toHaveLength(1);
    await send("one");
    for (const { sink } of all) expect(sink.payloads).toEqual(texts("one"));
    for (const { unsubscribe } of all) unsubscribe();
    expect(held()).toEqual({ rooms: 0, members: 0, timers: 0 });
    expect(broker.watchers.size).toBe(0);
  });

  it("delivers nothing of before, also where the channel is told late", async () => {
    const { broker, listen, send } = setUp();
    const first = await listen();
    const untold = silence(broker);
    const [id] = await send("before");
    const second = await listen();
    expect(second.position).toBe(id);
    for (const { after, deliveries, watcher } of untold) watcher.stored(after, deliveries);
    broker.tell = tellAll;
    await send("now");
    expect(first.sink.payloads).toEqual(texts("before", "now"));
    expect(second.sink.payloads).toEqual(texts("now"));
  });

  it("repeats nothing to who has read ahead of its channel, also after a gap", async () => {
    const { broker, listen, send } = setUp();
    const first = await listen();
    broker.keeps = 3;
    const untold = silence(broker);
    const [start] = await send("1", "2", "3", "4", "5", "6");
    const second = await listen(start);
    expect(second.sink.payloads).toEqual(texts("4", "5", "6"));
    untold[0]?.watcher.changed();
    await first.sink.count(3);
    broker.tell = tellAll;
    await send("7");
    await second.sink.count(4);
    expect(first.sink.payloads).toEqual(texts("4", "5", "6", "7"));
    expect(second.sink.payloads).toEqual(texts("4", "5", "6", "7"));
  });

  it("replays a long history page by page, and goes on live only then", async () => {
    const { broker, listen, send } = setUp();
    broker.keeps = 10_000;
    const [first] = await send("first");
    for (let i = 0; i < 3; i++) broker.append("a", frames(1_000, `batch ${i}`));
    const { sink } = await listen(first);
    await send("live");
    expect(sink.deliveries).toHaveLength(3_001);
    expect(sink.ids.at(-1)).toBe(formatPosition(broker.epoch, 3_002));
  });

  it("reads again where its channel had a gap, or too much came, while it read", async () => {
    for (const meanwhile of [
      (broker: ArrayBroker) => {
        broker.reset("second");
        broker.append("a", [frame("after")]);
      },
      (broker: ArrayBroker) => {
        for (let i = 0; i < 12; i++) broker.append("a", frames(1_000, `batch ${i}`));
        broker.append("a", [frame("after")]);
      },
    ]) {
      const { broker, listen, send } = setUp();
      broker.keeps = 100_000;
      const { sink: other } = await listen();
      const [first] = await send("first", "second");
      const release = holdReads(broker);
      const listening = listen(first);
      await vi.waitFor(() => expect(broker.calls.at(-1)).toBe("read"));
      meanwhile(broker);
      release();
      const { sink } = await listening;
      await sink.payload(frame("after").payload);
      await other.payload(frame("after").payload);
      // Both see the same, but for the message that it resumed after.
      expect(sink.payloads).toEqual(other.payloads.slice(1));
      expect(sink.gaps).toEqual(other.gaps.map((gap) => ({ ...gap, at: gap.at - 1 })));
    }
  });

  it.each(["watch", "end"])(
    "rejects where the broker fails at %s, and is tried anew by who comes next",
    async (what) => {
      const { broker, listen, send, held } = setUp();
      const mend = fail(broker, what);
      await expect(listen()).rejects.toMatchObject({ code: "TRANSPORT_FAILED" });
      await expect(listen("other.1")).rejects.toMatchObject({ code: "TRANSPORT_FAILED" });
      expect(held()).toEqual({ rooms: 0, members: 0, timers: 0 });
      mend();
      const { sink } = await listen();
      await send("one");
      expect(sink.payloads).toEqual(texts("one"));
    },
  );

  it("rejects where the history can't be read, and leaves others alone", async () => {
    const { broker, listen, send, held } = setUp();
    const first = await listen();
    const [id] = await send("one");
    const mend = fail(broker, "read");
    await expect(listen(id)).rejects.toMatchObject({ code: "TRANSPORT_FAILED" });
    expect(held().members).toBe(1);
    mend();
    await send("two");
    expect(first.sink.payloads).toEqual(texts("one", "two"));
  });

  it("ends at once where it is aborted, whatever the broker takes", async () => {
    const { broker, transport, held } = setUp();
    broker.travel = () => new Promise(() => {});
    const controller = new AbortController();
    const subscribing = transport.subscribe("a", { signal: controller.signal }, new Recorder(100));
    controller.abort(new Error("enough"));
    await expect(subscribing).rejects.toThrow("enough");
    expect(held().members).toBe(0);
  });
});

describe("a watch that fails", () => {
  it("ends all who listen, and whoever comes next watches anew", async () => {
    const { broker, transport, listen, send } = setUp();
    const { sink } = await listen();
    const [watcher] = broker.watchers.get("a") ?? [];
    watcher?.fail(gone());
    watcher?.fail(gone());
    watcher?.changed();
    expect(sink.errors.map(({ code }) => code)).toEqual(["TRANSPORT_FAILED"]);
    expect(broker.watchers.size).toBe(0);
    const again = await listen();
    await send("one");
    expect(again.sink.payloads).toEqual(texts("one"));
    expect(sink.payloads).toEqual([]);
    await transport.close();
  });

  it("rejects who is about to begin", async () => {
    const { broker, listen } = setUp();
    broker.travel = async (what) => {
      if (what === "end") for (const watcher of broker.watchers.get("a") ?? []) watcher.fail(gone());
    };
    await expect(listen()).rejects.toMatchObject({ code: "TRANSPORT_FAILED" });
  });
});

describe("publishing", () => {
  it("doesn't ask the broker for what it refuses", async () => {
    const broker = new ArrayBroker();
    const transport = logTransport({
      name: "array",
      supports: { ...supports, keys: false },
      log: arrayLog(broker),
    });
    const [keyed] = await transport.publish("a", [frame("one", { key: "k" })]);
    expect(keyed).toMatchObject({ error: { code: "UNSUPPORTED" } });
    expect(broker.calls).toEqual([]);
  });

  it("closes once, also when it is closed twice", async () => {
    const { broker, transport } = setUp();
    await Promise.all([transport.close(), transport.close()]);
    await transport.close();
    expect(broker.calls).toEqual(["close"]);
  });
});
