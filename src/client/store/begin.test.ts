/** What a store begins with. */
import { describe, expect, it, vi } from "vitest";
import type { WireEvents } from "../../wire.js";
import {
  ch,
  clock,
  dataOf,
  done,
  frame,
  type Msg,
  makeStore,
  type Options,
  open,
  pair,
  publish,
  shown,
  tokens,
  useStores,
} from "./store.test-support.js";

useStores();

describe("initial messages", () => {
  it("are shown at once, and what came since is added", async () => {
    await publish(1, 2);
    const initialMessages = await pair.app.history({ channel: ch });
    await publish(3);
    const onMessage = vi.fn();
    const store = makeStore({ initialMessages, onMessage });
    const { messages, connectionStatus } = store.getSnapshot();
    expect([dataOf(messages.all), messages.last?.data, messages.byTopic.step?.data, messages.delta]).toEqual([
      [1, 2],
      2,
      2,
      [],
    ]);
    expect([connectionStatus, Object.isFrozen(initialMessages.messages)]).toEqual(["idle", false]);
    store.subscribe(() => {});
    await clock.advance(20);
    expect([shown(store), dataOf(onMessage.mock.calls.flat() as Msg[])]).toEqual([[1, 2, 3], [3]]);
    expect(store.getSnapshot().gap).toBe(null);
  });

  it("may be a list, which is trimmed, and of which the last says where to go on", async () => {
    await publish(1, 2, 3);
    const { messages } = await pair.app.history({ channel: ch });
    await publish(4);
    const store = await open({ initialMessages: messages, historyLimit: 3 });
    await frame();
    expect(shown(store)).toEqual([2, 3, 4]);
  });

  it("appear once, where the position lies before them; and may be none", async () => {
    const { position } = await pair.app.history({ channel: ch });
    await publish(1, 2, 3);
    const { messages } = await pair.app.history({ channel: ch });
    const onMessage = vi.fn();
    // One is missing in the middle.
    const initialMessages = { messages: messages.filter(({ data }) => data !== 2), position };
    const [store, empty] = [
      await open({ initialMessages, onMessage }),
      await open({ initialMessages: { messages: [], position } }),
    ];
    await frame();
    expect([shown(store), onMessage.mock.calls.length]).toEqual([[1, 3, 2], 1]);
    expect(shown(empty)).toEqual([1, 2, 3]);
  });

  it("bring their gap, and the run that they tell of", async () => {
    await publish(1);
    await done("completed");
    const page = await pair.app.history({ channel: ch });
    const gap = { reason: "trimmed", after: "x.1" } as const;
    const options: Partial<Options> = {
      initialMessages: { ...page, gap },
      getRunStatus: ({ topic }) => (topic === "done" ? "completed" : "running"),
    };
    const store = await open(options);
    expect(store.getSnapshot()).toMatchObject({
      gap,
      runStatus: "completed",
      result: "completed",
      connectionStatus: "closed",
    });
    expect([tokens, pair.faults.lines]).toEqual([0, 0]);
    store.reset();
    await clock.advance(0);
    expect(store.getSnapshot()).toMatchObject({
      gap: null,
      runStatus: "unknown",
      connectionStatus: "open",
      messages: { all: [] },
    });
    const other = await open({ ...options, autoCloseOnTerminal: false });
    expect(other.getSnapshot()).toMatchObject({ runStatus: "completed", connectionStatus: "open" });
  });
});

describe("options", () => {
  const wrong: [Partial<Options>, string][] = [
    [{ historyLimit: 1.5 }, "historyLimit"],
    [{ historyLimit: -1 }, "historyLimit"],
    [{ historyLimit: Number.POSITIVE_INFINITY }, "historyLimit"],
    [{ bufferInterval: Number.NaN }, "bufferInterval"],
    [{ bufferInterval: 2 ** 31 }, "bufferInterval"],
    [{ reconnectMinMs: -1 }, "reconnectMinMs"],
    [{ reconnectMaxMs: "5s" as never }, "reconnectMaxMs"],
    [{ reconnectMaxMs: 5_000 }, "client"],
    [{ url: "/a", apiBaseUrl: "/b" }, "apiBaseUrl"],
    [{ onGap: 5 as never }, "onGap"],
    [{ topics: [] }, "topics"],
  ];
  it.each(wrong)("that are wrong are refused: %o", (options, name) => {
    const message = expect.stringContaining(name);
    expect(() => makeStore(options)).toThrow(expect.objectContaining({ code: "INVALID_OPTIONS", message }));
  });

  it("that name a topic which isn't there are refused", () => {
    expect(() => makeStore({ topics: ["typo" as never] })).toThrow(
      expect.objectContaining({ code: "UNKNOWN_TOPIC" }),
    );
  });

  it("url and apiBaseUrl are the same", async () => {
    for (const options of [{ apiBaseUrl: "http://x/y" }, { apiBaseUrl: "http://x/y", url: "http://x/y" }]) {
      const connect = vi.fn((_: string, { closed }: WireEvents) => ({ send() {}, close: closed }));
      const store = await open({ ...options, wires: [{ name: "seen", connect }] });
      expect(connect).toHaveBeenCalledWith("http://x/y", expect.anything());
      store.close();
    }
  });

  it("null is as good as nothing", async () => {
    const store = await open({
      onMessage: null,
      bufferInterval: null,
      reconnect: null,
      url: null,
      initialMessages: null,
    } as never);
    await publish(1);
    await frame();
    expect(shown(store)).toEqual([1]);
  });
});
