import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createClient } from "./client.js";
import { Gateway } from "./gateway.test-support.js";
import {
  another,
  answer,
  client,
  gateway,
  handlers,
  log,
  open,
  sent,
  tick,
  token,
  useGateway,
} from "./set-up.test-support.js";

useGateway();

/** What listens, as the platform keeps it: the same listener once. */
let listeners: EventTarget;
let count: Map<string, Set<unknown>>;
beforeEach(() => {
  listeners = new EventTarget();
  count = new Map();
  vi.stubGlobal("addEventListener", (type: string, listener: EventListener) => {
    count.set(type, (count.get(type) ?? new Set()).add(listener));
    listeners.addEventListener(type, listener);
  });
  vi.stubGlobal("removeEventListener", (type: string, listener: EventListener) => {
    count.get(type)?.delete(listener);
    listeners.removeEventListener(type, listener);
  });
});
afterEach(() => {
  expect(listening()).toBe(2);
  client.close();
  expect(listening()).toBe(0);
});
const listening = () => [...count.values()].reduce((sum, { size }) => sum + size, 0);
const online = () => listeners.dispatchEvent(new Event("online"));
const pageshow = (persisted: boolean) =>
  listeners.dispatchEvent(Object.assign(new Event("pageshow"), { persisted }));

describe("when the network is back", () => {
  it("what waits to connect does so at once", async () => {
    await open();
    gateway.last.close();
    for (const wait of [500, 1_000]) {
      await tick(wait);
      gateway.last.close();
    }
    await tick(100);
    online();
    await tick();
    expect(gateway.connections).toHaveLength(4);
    expect(gateway.last.open().sent).toHaveLength(1);
    gateway.last.subscribed();
    await tick(60_000);
    expect(log.at(-1)).not.toBe("closed");
  });

  it("a connection that may be dead is dropped, and made anew at once, once for all", async () => {
    await open();
    await open({ token: another });
    gateway.last.messages(1, "e.1");
    online();
    await tick();
    expect(gateway.connections).toHaveLength(2);
    expect(gateway.connections[0]?.closedWith?.[0]).toBe(4408);
    gateway.last.open();
    expect(sent()).toMatchObject([{ id: 1, after: "e.1" }, { id: 2 }]);
    gateway.last.subscribed("e.1", 1).subscribed("e.0", 2);
    expect(log.filter((entry) => entry === "open")).toHaveLength(4);
  });

  it("one that is being made is made anew, over the same wire", async () => {
    const other = new Gateway();
    const mine = createClient({ wires: [gateway.wire, other.wire] });
    void mine.subscribe({ token }).catch(() => {});
    void client.subscribe({ token }).catch(() => {});
    await tick();
    online();
    await tick();
    expect(other.connections).toEqual([]);
    expect(gateway.live).toBe(2);
    mine.close();
  });

  it("a token function that failed, or that hangs, is asked again at once", async () => {
    const source = vi
      .fn()
      .mockRejectedValueOnce(new Error("offline"))
      .mockReturnValueOnce(new Promise(() => {}))
      .mockResolvedValue(token);
    const promise = client.subscribe({ token: source, ...handlers });
    await tick(100);
    online();
    await tick();
    expect(source).toHaveBeenCalledTimes(2);
    online();
    await tick();
    answer();
    await promise;
    expect(source).toHaveBeenCalledTimes(3);
  });

  it("a slow reader stays away, and one-way wires are asked at once", async () => {
    await open();
    gateway.last.messages(1, ...Array.from({ length: 1_000 }, (_, i) => `e.${i + 1}`));
    online();
    await tick(60_000);
    expect([gateway.connections.length, gateway.live]).toEqual([1, 0]);
    const oneWay = new Gateway({ oneWay: true });
    const mine = createClient({ wires: [oneWay.wire], random: () => 1 });
    void mine.subscribe({ token }).catch(() => {});
    await tick(10);
    oneWay.last.open().subscribed("e.0", 1).close(1000);
    online();
    expect(oneWay.connections).toHaveLength(2);
    mine.close();
  });
});

it("a page restored from the back/forward cache starts anew; one that is shown for the first time doesn't", async () => {
  await open();
  pageshow(false);
  expect(gateway.connections).toHaveLength(1);
  pageshow(true);
  await tick();
  expect(gateway.connections).toHaveLength(2);
});

it("listens once, however many subscribe, and until the last has gone", async () => {
  expect(listening()).toBe(0);
  const one = await open();
  const other = await open({ token: another });
  expect(listening()).toBe(2);
  one.close();
  expect(listening()).toBe(2);
  other.close();
  expect(listening()).toBe(0);
  // For the check after each test.
  await open();
});
