/** Frame by frame: what a store asks a gateway for, and what it keeps. */
import { describe, expect, it, vi } from "vitest";
import { createClient } from "../client.js";
import { Gateway } from "../gateway.test-support.js";
import { channel, client, gateway, sent, tick, token, useGateway } from "../set-up.test-support.js";
import { make, open } from "./scripted.test-support.js";
import { createStore } from "./store.js";

useGateway();

describe("a page that is hidden", () => {
  it("lets go of the connection: no timer, no token; and resumes from where heartbeats had moved it", async () => {
    const source = vi.fn(() => token);
    const { state, show } = await open({ token: source });
    gateway.last.send({ type: "heartbeat", positions: { 1: "e.7" } });
    show(false);
    expect([gateway.live, vi.getTimerCount(), source.mock.calls.length]).toEqual([0, 0, 1]);
    expect(state()).toMatchObject({ connectionStatus: "paused", isPaused: true, pauseReason: "hidden" });
    await tick(10_000_000);
    expect([gateway.connections.length, source.mock.calls.length]).toEqual([1, 1]);
    show(true);
    expect(state()).toMatchObject({ connectionStatus: "connecting", isPaused: false, pauseReason: null });
    await tick();
    gateway.last.open();
    expect(sent()).toEqual([
      {
        type: "subscribe",
        id: 1,
        token: "key",
        channel: "pipeline:1",
        topics: ["status", "tokens"],
        after: "e.7",
      },
    ]);
    gateway.last.subscribed("e.7");
    expect(state().connectionStatus).toBe("open");
    expect(source).toHaveBeenCalledTimes(2);
  });

  it("gives up an attempt that is under way, whatever that waits for", async () => {
    const waits: (() => unknown)[] = [
      () => {}, // for the token
      () => tick(), // for the connection
      async () => {
        await tick();
        gateway.last.open(); // for the answer
      },
      async () => {
        await tick();
        gateway.last.open().close(); // to try again
      },
    ];
    for (const wait of waits) {
      const { store, show, state } = make();
      await wait();
      show(false);
      expect([gateway.live, vi.getTimerCount()]).toEqual([0, 0]);
      await tick(60_000);
      const before = gateway.connections.length;
      show(true);
      await tick(500);
      expect(gateway.connections.length).toBe(before + 1);
      gateway.last.open().subscribed();
      expect(state().connectionStatus).toBe("open");
      store.close();
    }
  });

  it("loses what comes meanwhile where there is no history, and says so once it is back", async () => {
    const onGap = vi.fn();
    const { show, state, ids } = await open({ onGap }, null);
    gateway.last.messages(1, "random-1");
    show(false);
    expect(onGap).not.toHaveBeenCalled();
    show(true);
    await tick();
    gateway.last.open().subscribed(null);
    gateway.last.messages(1, "random-2");
    await tick(16);
    expect(onGap.mock.calls).toEqual([[{ reason: "no-replay", after: undefined }]]);
    expect([ids(), state().gap?.reason]).toEqual([["random-1", "random-2"], "no-replay"]);
  });

  it("that was hidden from the first connects when it is shown", async () => {
    const page = Object.assign(new EventTarget(), { visibilityState: "hidden" });
    vi.stubGlobal("document", page);
    const store = createStore({ client, channel, token });
    store.subscribe(() => {});
    await tick(1_000);
    expect([store.getSnapshot().connectionStatus, gateway.connections.length]).toEqual(["paused", 0]);
    page.visibilityState = "visible";
    page.dispatchEvent(new Event("visibilitychange"));
    await tick();
    expect(gateway.connections).toHaveLength(1);
  });

  it("stays connected where that is wanted, and goes on without frames", async () => {
    const { show, ids, state } = await open({ pauseOnHidden: false });
    show(false);
    vi.stubGlobal("requestAnimationFrame", () => 1);
    vi.stubGlobal("cancelAnimationFrame", () => {});
    gateway.last.messages(1, "e.1");
    expect(ids()).toEqual([]);
    await tick(100);
    expect([ids(), state().connectionStatus]).toEqual([["e.1"], "open"]);
  });

  it("ends with its error where a token that can't be fetched anew expired meanwhile", async () => {
    const onError = vi.fn();
    const { show, state } = await open({ token, onError });
    show(false);
    show(true);
    await tick();
    gateway.last.open().send({ type: "ended", id: 1, code: "TOKEN_EXPIRED", message: "", retry: true });
    expect(state()).toMatchObject({ connectionStatus: "error", error: { code: "TOKEN_EXPIRED" } });
    expect(onError).toHaveBeenCalledTimes(1);
    await tick(60_000);
    expect(gateway.connections).toHaveLength(2);
  });

  it("leaves nothing where its client was closed meanwhile", async () => {
    const mine = createClient({ wires: [gateway.wire] });
    const { show, state } = await open({ client: mine });
    show(false);
    mine.close();
    show(true);
    await tick(60_000);
    expect([state().connectionStatus, gateway.connections.length]).toEqual(["closed", 1]);
  });
});

describe("several stores", () => {
  it("share a connection and a subscription; one of them may let go", async () => {
    const one = await open();
    const other = make({ pauseOnHidden: false });
    await tick();
    expect([gateway.connections.length, sent().length, other.state().connectionStatus]).toEqual([
      1,
      1,
      "open",
    ]);
    one.stop();
    await tick(1_000);
    expect([gateway.live, one.state().connectionStatus]).toEqual([1, "idle"]);
    gateway.last.messages(1, "e.1");
    await tick(16);
    expect([one.ids(), other.ids()]).toEqual([[], ["e.1"]]);
  });

  it("of one pace share a client of that pace", async () => {
    const mine = new Gateway();
    const options = { client: undefined, wires: [mine.wire], reconnectMinMs: 10, reconnectMaxMs: 20 };
    const stores = [make(options), make({ ...options, reconnectMaxMs: 30 }), make(options)];
    await tick();
    expect(mine.connections).toHaveLength(2);
    for (const connection of mine.connections) connection.open().subscribed();
    mine.connections[0]?.close();
    await tick(20);
    expect(mine.connections).toHaveLength(3);
    for (const { store } of stores) store.close();
    expect(mine.live).toBe(0);
  });
});

it("a flood of 100,000 messages keeps what is kept within its bounds", async () => {
  const { store, listener, ids } = await open({ bufferInterval: 60_000 });
  const onGap = vi.fn();
  const [slow, idle] = [store.follow({ onGap }), store.follow({ onGap })];
  listener.mockClear();
  const before = store.getSnapshot();
  for (let i = 0; i < 100_000; i += 1_000) {
    gateway.last.messages(1, ...Array.from({ length: 1_000 }, (_, j) => `e.${i + j + 1}`));
    const { delta, all } = store.getSnapshot().messages;
    expect([all.length <= 100, delta.length <= 10_000]).toEqual([true, true]);
  }
  expect(listener).toHaveBeenCalledTimes(10);
  expect([ids().length, ids().at(-1)]).toEqual([100, "e.100000"]);
  const missed = slow.delta(store.getSnapshot());
  expect([missed.length, missed[0]?.id]).toEqual([10_000, "e.90001"]);
  expect(onGap).not.toHaveBeenCalled();
  // What it is past already.
  slow.commit(before);
  expect(onGap).not.toHaveBeenCalled();
  slow.commit(store.getSnapshot());
  expect(onGap.mock.calls).toEqual([[{ reason: "overflow", after: undefined }]]);
  // Who didn't look doesn't miss anything.
  idle.commit(store.getSnapshot());
  expect(onGap).toHaveBeenCalledTimes(1);
  expect(slow.delta(store.getSnapshot())).toEqual([]);
});

it("an idle store is forgotten by its client", async () => {
  const forget = vi.fn();
  vi.stubGlobal("addEventListener", () => {});
  vi.stubGlobal("removeEventListener", forget);
  const { stop } = await open();
  stop();
  await tick(1_000);
  expect(forget.mock.calls.map(([type]) => type)).toContain("online");
  expect([gateway.live, vi.getTimerCount()]).toEqual([0, 0]);
});
