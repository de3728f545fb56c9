import { describe, expect, it, vi } from "vitest";
import { createClient } from "./client.js";
import { Gateway } from "./gateway.test-support.js";
import {
  another,
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

const ended = (code: string, id = 1, retry = true) =>
  gateway.last.send({ type: "ended", id, code, message: "The reason.", retry });

/** Gives "key 1", "key 2", … and fails while `state.isDown`. */
function counting() {
  let count = 0;
  const state = { isDown: false };
  const source = vi.fn(async () => {
    count++;
    if (state.isDown) throw new Error("offline");
    return { ...token, key: `key ${count}` };
  });
  return Object.assign(source, { state });
}
/** Lets time pass while the connection lives. */
async function pass(milliseconds: number) {
  for (let left = milliseconds; left > 0; left -= 10_000) {
    await tick(Math.min(left, 10_000));
    gateway.last.send({ type: "heartbeat" });
  }
}
const refreshes = () => sent().filter(({ type }) => type === "refresh");

describe("a token that a function gave", () => {
  it("is refreshed when a tenth of its time is left, again and again, and nobody is told", async () => {
    await open({ token: counting() });
    await pass(809_999);
    expect(refreshes()).toEqual([]);
    await pass(1);
    expect(refreshes()).toEqual([{ type: "refresh", id: 1, token: "key 2" }]);
    gateway.last.send({ type: "refreshed", id: 1, expires: 100_000 });
    await pass(89_999);
    expect(refreshes()).toHaveLength(1);
    await pass(1);
    expect(refreshes()).toHaveLength(2);
    expect(log).toEqual(["connecting", "open"]);
  });

  it("is refreshed by the gateway's clock, wherever this one stands", async () => {
    vi.setSystemTime(0);
    await open({ token: counting() });
    await pass(810_000);
    expect(refreshes()).toHaveLength(1);
  });

  it("that is good for ages isn't refreshed at once, nor is one that lasts an instant without a pause", async () => {
    const source = counting();
    await open({ token: source });
    gateway.last.subscribed("e.0", 1, 2 ** 33);
    await pass(60_000);
    expect(source).toHaveBeenCalledTimes(1);
    gateway.last.subscribed("e.0", 1, 1);
    await tick(249);
    expect(source).toHaveBeenCalledTimes(1);
    await tick(1);
    expect(source).toHaveBeenCalledTimes(2);
  });

  it.each([null, "soon", 0, -5])("isn't refreshed where expires is %j", async (expires) => {
    const source = counting();
    await open({ token: source });
    gateway.last.subscribed("e.0", 1, expires as never);
    await pass(1_000_000);
    expect(source).toHaveBeenCalledTimes(1);
  });

  it("is refreshed once where the function gives the same again, until the gateway ends it", async () => {
    const source = vi.fn(async () => token);
    await open({ token: source });
    await pass(900_000);
    expect(refreshes()).toEqual([]);
    ended("TOKEN_EXPIRED");
    await tick(500);
    expect(sent()).toHaveLength(2);
  });

  it("may lead elsewhere: then the subscription goes there", async () => {
    const urls = ["https://one/x", "https://two/x"];
    await open({ token: () => ({ ...token, url: urls.shift() }) });
    gateway.last.messages(1, "e.5").send({ type: "heartbeat", positions: { 1: "e.7" } });
    await pass(810_000);
    expect(gateway.connections.map(({ closedWith }) => closedWith)).toEqual([[1000, ""], undefined]);
    expect(gateway.last.open().sent).toMatchObject([{ type: "subscribe", after: "e.7" }]);
    expect(log).toEqual(["connecting", "open"]);
  });
});

describe("a refresh that fails", () => {
  it("is told, and tried again with growing waits, until the gateway ends it; then it recovers", async () => {
    const source = counting();
    await open({ token: source });
    source.state.isDown = true;
    log.length = 0;
    await pass(810_000);
    for (const wait of [500, 1_000, 2_000]) {
      const calls = source.mock.calls.length;
      await tick(wait - 1);
      expect(source).toHaveBeenCalledTimes(calls);
      await tick(1);
      expect(source).toHaveBeenCalledTimes(calls + 1);
    }
    expect(log).toEqual(Array(4).fill("TOKEN_REQUEST_FAILED"));
    ended("TOKEN_EXPIRED");
    await pass(250);
    expect(log.slice(4)).toEqual(["reconnecting", "TOKEN_REQUEST_FAILED"]);
    source.state.isDown = false;
    await pass(500);
    gateway.last.subscribed("e.0", 2);
    expect(log.at(-1)).toBe("open");
    expect(sent().at(-1)).toMatchObject({ type: "subscribe", id: 2, after: "e.0" });
  });

  it("for it gives no token is told and tried again", async () => {
    const given: unknown[] = [
      token,
      { error: "busy" },
      { ...token, url: "ftp://x" },
      { ...token, key: "new" },
    ];
    await open({ token: () => given.shift() });
    await pass(810_000);
    await tick(500);
    expect(log.slice(2)).toEqual(["TOKEN_MALFORMED", "INVALID_OPTIONS"]);
    await tick(1_000);
    expect(refreshes()).toMatchObject([{ token: "new" }]);
  });

  it("since the gateway refused it is told and tried again, and messages go on", async () => {
    await open({ token: counting(), onMessage: ({ id }: { id: string }) => log.push(id) });
    await pass(810_000);
    log.length = 0;
    gateway.last.send({ type: "refused", id: 1, code: "TOKEN_SCOPE", message: "No." }).messages(1, "e.1");
    expect(log).toEqual(["TOKEN_SCOPE", "e.1"]);
    await tick(500);
    expect(refreshes().map(({ token }) => token)).toEqual(["key 2", "key 3"]);
  });

  it("has all who share it try again, each once", async () => {
    const [one, other] = [counting(), counting()];
    await open({ token: one });
    await pass(100_000);
    await client.subscribe({ token: other, onError() {} });
    await pass(710_000);
    gateway.last.send({ type: "refused", id: 1, code: "TOKEN_SCOPE", message: "No." });
    // Past the time when the other's own turn would have been.
    await pass(20_000);
    expect([one.mock.calls.length, other.mock.calls.length]).toEqual([3, 2]);
  });

  it("settles after the connection is lost, or after the end, and changes nothing", async () => {
    for (const leave of [() => gateway.last.close(), () => client.close()]) {
      let settle: (value: unknown) => void = () => {};
      const given = [token, new Promise((resolve) => (settle = resolve))];
      await open({ token: () => given.shift() ?? token });
      await pass(810_000);
      leave();
      settle({ ...token, key: "late" });
      await tick();
      expect(refreshes()).toEqual([]);
      await tick(500);
      if (gateway.live) expect(gateway.last.open().sent).toMatchObject([{ token: "key" }]);
    }
  });
});

describe("a static token", () => {
  it("isn't refreshed", async () => {
    await open();
    await pass(1_000_000);
    expect(sent()).toHaveLength(1);
    expect(gateway.last.closedWith).toBeUndefined();
  });

  it("isn't given to a subscription that another's function keeps fresh", async () => {
    await open({ token: counting() });
    await client.subscribe({ token: { ...token, key: "static" } });
    await pass(899_000);
    expect(refreshes()).toEqual([{ type: "refresh", id: 1, token: "key 2" }]);
  });

  it.each(["TOKEN_EXPIRED", "TOKEN_REVOKED"])("is over with %s", async (code) => {
    const subscription = await open();
    ended(code);
    await expect(subscription[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code });
    await tick(60_000);
    expect(sent()).toHaveLength(1);
  });
});

it("a revoked token is told, and the function asked for another", async () => {
  await open({ token: counting() });
  ended("TOKEN_REVOKED");
  expect(log.slice(2)).toEqual(["reconnecting", "TOKEN_REVOKED"]);
  await tick(500);
  expect(sent()[1]).toMatchObject({ token: "key 2" });
  gateway.last.subscribed("e.0", 2);
  expect(log.at(-1)).toBe("open");
});

describe("a token function of several subscriptions", () => {
  it("is called once at a time, and what it gives is shared", async () => {
    const source = counting();
    const other = counting();
    for (const options of [{ token: source }, { token: source, topics: ["status"] }, { token: other }]) {
      void client.subscribe(options as never).catch(() => {});
    }
    await tick();
    expect([source, other].map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
    void client.subscribe({ token: source }).catch(() => {});
    await tick();
    expect(source).toHaveBeenCalledTimes(2);
  });

  it("that throws or rejects fails for each, and is called anew", async () => {
    const source = vi.fn((): typeof token => {
      throw new Error("offline");
    });
    for (const _ of [1, 2]) void client.subscribe({ token: source, ...handlers }).catch(() => {});
    await tick();
    expect(source).toHaveBeenCalledTimes(1);
    expect(log.slice(2)).toEqual(["TOKEN_REQUEST_FAILED", "TOKEN_REQUEST_FAILED"]);
    await tick(500);
    expect(source.mock.calls.length).toBeGreaterThan(1);
  });

  it("refreshes those that share with one frame", async () => {
    const quick = counting();
    const source = () => new Promise((resolve) => setTimeout(() => resolve(quick()), 100));
    for (const _ of [1, 2]) void client.subscribe({ token: source as () => Promise<typeof token> });
    await tick(100);
    gateway.last.open().subscribed();
    await pass(811_000);
    expect(refreshes()).toHaveLength(1);
    gateway.last.send({ type: "refreshed", id: 1, expires: 900_000 });
    await pass(811_000);
    expect(refreshes()).toHaveLength(2);
  });
});

it("on a one-way wire a refresh asks anew, from the positions", async () => {
  const oneWay = new Gateway({ oneWay: true });
  const mine = createClient({ wires: [oneWay.wire] });
  const promises = [mine.subscribe({ token: another }), mine.subscribe({ token: counting() })];
  await tick(10);
  oneWay.last.open().subscribed("e.0", 1).subscribed("e.0", 2, 1_000).messages(1, "e.3");
  await Promise.all(promises);
  await tick(950);
  expect(oneWay.last.sent[1]?.subscriptions).toMatchObject([
    { id: 1, token: "key", after: "e.3" },
    { id: 2, token: "key 2", after: "e.0" },
  ]);
  // It counts from the new answer.
  oneWay.last.open().subscribed("e.3", 1).subscribed("e.0", 2, 5_000);
  await tick(4_400);
  expect(oneWay.last.sent).toHaveLength(2);
  await tick(200);
  expect(oneWay.last.sent).toHaveLength(3);
  mine.close();
});
