import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createClient } from "./client.js";
import { type Connection, Gateway } from "./gateway.test-support.js";
import { another, handlers, log, tick, token, useGateway } from "./set-up.test-support.js";

useGateway();

let gateway: Gateway;
let client: ReturnType<typeof createClient>;
beforeEach(() => {
  gateway = new Gateway({ name: "sse", oneWay: true });
  client = createClient({ wires: [gateway.wire], random: () => 1 });
});
afterEach(async () => {
  client.close();
  await tick();
  expect(gateway.live).toBe(0);
});

/** Subscriptions of the last request: id, token and position. */
const wanted = () => {
  const { subscriptions } = gateway.last.sent.at(-1) as { subscriptions: Record<string, unknown>[] };
  return subscriptions.map(({ id, token, after }) => [id, token, after]);
};
const start = async (...options: object[]) => {
  const promises = options.map((one) => client.subscribe({ token, ...handlers, ...one } as never));
  for (const promise of promises) promise.catch(() => {});
  await tick(10);
  gateway.last.open();
  for (const [i, one] of options.entries()) {
    gateway.last.subscribed("position" in one ? null : "e.0", i + 1);
  }
  return Promise.all(promises);
};
const requests = () => gateway.connections.flatMap(({ sent }) => sent).length;

describe("a request", () => {
  it("has all that is wanted, gathered for 10 milliseconds", async () => {
    void client.subscribe({ token, after: "e.7", topics: ["status"] }).catch(() => {});
    await tick(5);
    void client.subscribe({ token: another }).catch(() => {});
    await tick(4);
    expect(gateway.connections).toEqual([]);
    await tick(1);
    expect(gateway.last.sent).toEqual([
      {
        versions: ["halyard.v1"],
        subscriptions: [
          { id: 1, token: "key", channel: "pipeline:1", topics: ["status"], after: "e.7" },
          { id: 2, token: "key", channel: "pipeline:1" },
        ],
      },
    ]);
  });

  it("that is answered after more has come of the last one goes on from there", async () => {
    await start({ onMessage: ({ id }: { id: string }) => log.push(id) });
    void client.subscribe({ token: another }).catch(() => {});
    await tick(10);
    expect(wanted()[0]).toEqual([1, "key", "e.0"]);
    log.length = 0;
    gateway.last.messages(1, "e.1").subscribed("e.0", 1).messages(1, "e.1", "e.2");
    expect(log).toEqual(["e.1", "e.2"]);
  });

  it("is made anew for another subscription, after the position of each as it is then", async () => {
    await start({ onMessage: ({ id }: { id: string }) => log.push(id) });
    const promise = client.subscribe({ token: another });
    await tick(5);
    gateway.last.messages(1, "e.1", "e.2");
    await tick(5);
    expect(wanted()).toEqual([
      [1, "key", "e.2"],
      [2, "key", undefined],
    ]);
    expect(gateway.connections).toHaveLength(1);
    log.length = 0;
    gateway.last.open().subscribed("e.2", 1).subscribed("e.2", 2).messages(1, "e.2", "e.3");
    await promise;
    // That it was subscribed again is routine.
    expect(log).toEqual(["e.3"]);
  });

  it("is made once where several leave and come", async () => {
    const [, other] = await start({}, { token: another });
    other?.close();
    void client.subscribe({ token, topics: ["third"] }).catch(() => {});
    await tick(10);
    expect(wanted()).toEqual([
      [1, "key", "e.0"],
      [3, "key", undefined],
    ]);
    expect(requests()).toBe(2);
  });

  it("isn't made for one who shares", async () => {
    await start({});
    await client.subscribe({ token });
    await tick(100);
    expect(requests()).toBe(1);
  });

  it("is a gap where there is no history, in its place", async () => {
    const [subscription] = await start({ position: null });
    gateway.last.messages(1, "one");
    log.length = 0;
    void client.subscribe({ token: another }).catch(() => {});
    await tick(10);
    gateway.last.open().subscribed(null, 1).messages(1, "two");
    const iterator = subscription?.[Symbol.asyncIterator]();
    const got = [await iterator?.next(), await iterator?.next()].map((result) => result?.value?.id);
    expect([got, log]).toEqual([["one", "two"], [{ reason: "no-replay", after: undefined }]]);
  });

  it("is not made for nothing: where nobody is left, the response is given up", async () => {
    const [subscription] = await start({});
    const iterator = subscription?.[Symbol.asyncIterator]();
    gateway.last.messages(1, ...Array.from({ length: 1_000 }, (_, i) => `e.${i + 1}`));
    await tick(10);
    expect(gateway.last.closedWith).toEqual([1000, ""]);
    for (let i = 0; i < 500; i++) await iterator?.next();
    // Nothing had failed, so nothing is waited for.
    await tick(10);
    expect(gateway.connections).toHaveLength(2);
    expect(wanted()).toEqual([[1, "key", "e.1000"]]);
    expect(log).toEqual(["connecting", "open"]);
  });
});

describe("a planned end", () => {
  const age = async (connection: Connection, time = 60_000) => {
    for (let passed = 0; passed < time; passed += 10_000) {
      await tick(10_000);
      connection.send({ type: "heartbeat", positions: { 1: "e.5" } });
    }
  };

  it("is followed by the same at once, with the same tokens, from the positions, and nobody is told", async () => {
    const source = vi.fn(async () => token);
    await start({ token: source }, { token: another });
    await age(gateway.last);
    gateway.last.close(1000);
    await tick();
    expect(gateway.connections).toHaveLength(2);
    expect(wanted()).toEqual([
      [1, "key", "e.5"],
      [2, "key", "e.0"],
    ]);
    gateway.last.open().subscribed("e.5", 1).subscribed("e.0", 2);
    expect(log.slice(4)).toEqual([]);
    expect(source).toHaveBeenCalledTimes(1);
  });

  it("said by a close frame is the same", async () => {
    await start({});
    await age(gateway.last);
    gateway.last.send({ type: "close", code: 1000, reason: "age" });
    await tick();
    expect(gateway.live).toBe(1);
    gateway.last.open().subscribed();
    expect(log).toEqual(["connecting", "open"]);
  });

  it("that comes too soon is followed after a wait, which grows", async () => {
    await start({});
    for (const wait of [500, 1_000, 2_000]) {
      gateway.last.close(1000);
      const before = gateway.connections.length;
      await tick(wait - 1);
      expect(gateway.connections).toHaveLength(before);
      await tick(1);
      expect(gateway.connections).toHaveLength(before + 1);
      gateway.last.open().subscribed("e.0", 1);
    }
    expect(log).toEqual(["connecting", "open"]);
  });

  it("waits for nobody who left meanwhile, and takes who came along", async () => {
    const [one] = await start({}, { token: another });
    gateway.last.close(1000);
    one?.close();
    const late = client.subscribe({ token, topics: ["third"] });
    await tick(500);
    await tick(10);
    expect(wanted()).toEqual([
      [2, "key", "e.0"],
      [3, "key", undefined],
    ]);
    gateway.last.open().subscribed("e.0", 2).subscribed("e.0", 3);
    await late;
  });

  it("that comes too soon, while a change is gathered, is waited for all the same", async () => {
    await start({});
    void client.subscribe({ token: another }).catch(() => {});
    gateway.last.close(1000);
    await tick(499);
    expect(gateway.connections).toHaveLength(1);
    await tick(1);
    expect(wanted()).toHaveLength(2);
  });

  it("leaves nothing where all have left meanwhile", async () => {
    const subscriptions = await start({}, { token: another });
    gateway.last.close(1000);
    for (const subscription of subscriptions) subscription.close();
    await tick(60_000);
    expect(gateway.connections).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("before the first frame is a failure", async () => {
    const promise = client.subscribe({ token, ...handlers });
    await tick(10);
    gateway.last.close(1000);
    expect(log).toEqual(["connecting", "CONNECT_FAILED"]);
    client.close();
    await expect(promise).rejects.toMatchObject({ code: "CLOSED" });
  });
});

describe("a loss", () => {
  it("is resumed with fresh tokens, after a wait", async () => {
    let count = 0;
    await start({ token: () => ({ ...token, key: `key ${++count}` }) });
    gateway.last.messages(1, "e.9").close(1006);
    expect(log.slice(2)).toEqual(["reconnecting", "CONNECTION_LOST"]);
    await tick(509);
    expect(gateway.connections).toHaveLength(1);
    await tick(1);
    expect(wanted()).toEqual([[1, "key 2", "e.9"]]);
  });

  it("by a close frame goes by its code", async () => {
    const [subscription] = await start({});
    gateway.last.send({ type: "close", code: 4409, reason: "twice" });
    await expect(subscription?.[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: "BAD_FRAME" });
    await tick(60_000);
    expect(gateway.connections).toHaveLength(1);
  });

  it.each([
    [4403, "ORIGIN_REFUSED"],
    [4404, "CONNECT_FAILED"],
    [4405, "CONNECT_FAILED"],
    [4406, "PROTOCOL_VERSION"],
    [4413, "FRAME_TOO_LARGE"],
  ])("with code %i refuses the first subscription", async (closeCode, code) => {
    const promise = client.subscribe({ token, ...handlers });
    const refused = expect(promise).rejects.toMatchObject({ code });
    await tick(10);
    gateway.last.close(closeCode);
    await refused;
    expect(log).toEqual(["connecting", "closed"]);
  });

  it.each([
    [4404, "CONNECT_FAILED"],
    [4429, "RATE_LIMITED"],
    [4503, "CONNECT_FAILED"],
  ])("with code %i is mended where the gateway was there before", async (closeCode, code) => {
    await start({});
    gateway.last.close(1006);
    await tick(510);
    gateway.last.close(closeCode);
    expect(log.at(-1)).toBe(code);
    await tick(1_010);
    gateway.last.open().subscribed("e.0", 1);
    expect(log.at(-1)).toBe("open");
  });
});

it("closing the client while a request is gathered, made or answered leaves nothing", async () => {
  for (const time of [0, 5, 10]) {
    const closing = createClient({ wires: [gateway.wire] });
    const promise = closing.subscribe({ token });
    await tick(time);
    closing.close();
    await expect(promise).rejects.toMatchObject({ code: "CLOSED" });
    expect([vi.getTimerCount(), gateway.live]).toEqual([0, 0]);
  }
});
