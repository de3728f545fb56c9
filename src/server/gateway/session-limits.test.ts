import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { memory } from "../../../transports/memory/index.js";
import type { TransportSubscription } from "../../transport.js";
import { internalsOf } from "../app.js";
import { gatewayLimits } from "./limits.js";
import { ch, connect, makeApp, settle } from "./session.test-support.js";

beforeEach(() => void vi.useFakeTimers({ now: 1_800_000_000_000 }));
afterEach(() => void vi.useRealTimers());

describe("subscribe frames per second", () => {
  it("may come in a burst, then at a rate; more of them close with 4429", async () => {
    const { app } = makeApp();
    const client = connect(app, { maxSubscribesPerSecond: 10, maxSubscriptions: 20 });
    const { key } = await app.token({ channel: ch });
    let id = 0;
    const ask = () => client.send({ type: "subscribe", id: ++id, token: "rubbish" });
    client.send({ type: "subscribe", id: ++id, token: key });
    for (let i = 1; i < 20; i++) ask();
    await vi.advanceTimersByTimeAsync(1000);
    for (let i = 0; i < 10; i++) ask();
    expect(client.socket.close).not.toHaveBeenCalled();
    ask();
    expect(client.socket.close).toHaveBeenCalledExactlyOnceWith(4429, expect.stringMatching(/per second/));
  });

  it("count refreshes, also of what isn't there; not what ends one", async () => {
    const { app } = makeApp();
    const client = connect(app, { maxSubscribesPerSecond: 5, maxSubscriptions: 1 });
    for (let i = 0; i < 100; i++) client.send({ type: "unsubscribe", id: 1 });
    for (let i = 0; i < 5; i++) client.send({ type: "refresh", id: 9, token: "x" });
    expect(client.socket.close).not.toHaveBeenCalled();
    client.send({ type: "refresh", id: 9, token: "x" });
    expect(client.socket.close).toHaveBeenCalledExactlyOnceWith(4429, expect.any(String));
  });
});

describe("connections per subject", () => {
  const limits = { maxConnectionsPerSubject: 2 };

  it("are bounded: one more is told why, and closed with 4429; another subject, and none, are let in", async () => {
    const { app } = makeApp();
    const token = async (subject?: string) => (await app.token({ channel: ch, subject })).key;
    const clients = [connect(app, limits), connect(app, limits), connect(app, limits), connect(app, limits)];
    for (const client of clients.slice(0, 3)) {
      client.send({ type: "subscribe", id: 1, token: await token("u") });
      await settle();
    }
    expect(await clients[2]?.got("ended")).toMatchObject([{ code: "TOO_MANY_CONNECTIONS", retry: true }]);
    expect(clients[2]?.socket.close).toHaveBeenCalledExactlyOnceWith(4429, expect.any(String));
    clients[3]?.send({ type: "subscribe", id: 1, token: await token("other") });
    clients[3]?.send({ type: "subscribe", id: 2, token: await token() });
    expect(await clients[3]?.got("subscribed", 2)).toHaveLength(2);
  });

  it("count once per connection, until it is gone", async () => {
    const { app } = makeApp();
    const key = (await app.token({ channel: ch, subject: "u" })).key;
    const [a, b] = [connect(app, limits), connect(app, limits)];
    for (let id = 1; id < 5; id++) a.send({ type: "subscribe", id, token: key });
    b.send({ type: "subscribe", id: 1, token: key });
    expect(await a.got("subscribed", 4)).toHaveLength(4);
    expect(await b.got("subscribed")).toHaveLength(1);
    a.send({ type: "unsubscribe", id: 1 });
    const refused = connect(app, limits);
    refused.send({ type: "subscribe", id: 1, token: key });
    expect(await refused.got("ended")).toHaveLength(1);
    for (const client of [a, b, refused]) {
      client.session.closed();
      client.session.closed();
    }
    expect(internalsOf(app, "test").gateway.subjects.size).toBe(0);
  });

  it("hold for a refresh, too, which is then refused", async () => {
    const { app } = makeApp();
    const token = async (subject: string) => (await app.token({ channel: ch, subject })).key;
    const [a, b] = [
      connect(app, { maxConnectionsPerSubject: 1 }),
      connect(app, { maxConnectionsPerSubject: 1 }),
    ];
    a.send({ type: "subscribe", id: 1, token: await token("a") });
    b.send({ type: "subscribe", id: 1, token: await token("b") });
    await b.got("subscribed");
    b.send({ type: "refresh", id: 1, token: await token("a") });
    expect(await b.got("refused")).toMatchObject([{ code: "TOO_MANY_CONNECTIONS" }]);
    expect(b.socket.close).not.toHaveBeenCalled();
  });
});

describe("a connection without a subscription", () => {
  it("is closed with 4401 in time, though it asks again and again", async () => {
    const { app } = makeApp();
    const client = connect(app);
    for (let id = 1; id < 20; id++) {
      client.send({ type: "subscribe", id, token: "rubbish" });
      await vi.advanceTimersByTimeAsync(500);
    }
    expect(client.socket.close).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(500);
    expect(client.socket.close).toHaveBeenCalledExactlyOnceWith(4401, expect.any(String));
  });

  it("is closed 10 seconds after its last one ended, and not while it has one", async () => {
    const { app } = makeApp();
    const client = connect(app);
    client.send({ type: "subscribe", id: 1, token: (await app.token({ channel: ch })).key });
    await client.got("subscribed");
    await vi.advanceTimersByTimeAsync(30_000);
    client.send({ type: "unsubscribe", id: 1 });
    await vi.advanceTimersByTimeAsync(9_999);
    expect(client.socket.close).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(client.socket.close).toHaveBeenCalledExactlyOnceWith(4401, expect.any(String));
  });

  it("is closed where its tokens can't be checked, and holds no more of them than it may have subscriptions", async () => {
    const transport = memory();
    vi.spyOn(transport, "subscribe").mockReturnValue(new Promise<TransportSubscription>(() => undefined));
    const { app } = makeApp(transport);
    const client = connect(app, { maxSubscriptions: 3 });
    const { key } = await app.token({ channel: ch });
    for (let id = 1; id <= 4; id++) client.send({ type: "subscribe", id, token: key });
    expect(await client.got("ended")).toMatchObject([{ id: 4, code: "TOO_MANY_SUBSCRIPTIONS" }]);
    await vi.advanceTimersByTimeAsync(5_000);
    for (let id = 1; id <= 3; id++) client.send({ type: "unsubscribe", id });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(client.socket.close).toHaveBeenCalledExactlyOnceWith(4401, expect.any(String));
  });
});

describe("subscriptions that were dropped while the broker kept them waiting", () => {
  it("count no longer, and the broker is asked once for all of them", async () => {
    const transport = memory();
    const { subscribe } = transport;
    const answers: (() => void)[] = [];
    const spy = vi.spyOn(transport, "subscribe").mockImplementation(async (channel, at, sink) => {
      if (channel === ch.name) await new Promise<void>((resolve) => answers.push(resolve));
      return subscribe(channel, at, sink);
    });
    const { app } = makeApp(transport);
    const client = connect(app, { maxSubscriptions: 2 });
    const { key } = await app.token({ channel: ch });
    for (let id = 1; id <= 10; id++) {
      client.send({ type: "subscribe", id, token: key });
      await settle();
      if (id < 9) client.send({ type: "unsubscribe", id });
    }
    expect(spy.mock.calls.filter(([channel]) => channel === ch.name)).toHaveLength(1);
    client.send({ type: "subscribe", id: 11, token: key });
    expect(await client.got("ended")).toMatchObject([{ id: 11, code: "TOO_MANY_SUBSCRIPTIONS" }]);
    for (const answer of answers) answer();
    expect((await client.got("subscribed", 2)).map(({ id }) => id)).toEqual([9, 10]);
    await settle();
    expect(client.frames.filter(({ type }) => type === "subscribed")).toHaveLength(2);
  });
});

describe("subscribe frames per second and subject", () => {
  const limits = { maxSubscribesPerSecond: 5, maxSubscriptions: 10 };
  /** A connection that asks for everything it may at once: how many subscriptions it has then. */
  async function page(app: ReturnType<typeof makeApp>["app"], token: string) {
    const client = connect(app, limits);
    for (let id = 1; id <= 10; id++) client.send({ type: "subscribe", id, token });
    await settle();
    return {
      client,
      has: client.socket.close.mock.calls.length > 0 ? 0 : (await client.got("subscribed")).length,
    };
  }

  it("may be ten connections' worth at once, then as many as one may ask for; others aren't concerned", async () => {
    const { app } = makeApp();
    const token = async (subject?: string) => (await app.token({ channel: ch, subject })).key;
    const mine = await token("u");
    for (let tab = 0; tab < 10; tab++) expect((await page(app, mine)).has).toBe(10);
    const refused = await page(app, mine);
    expect(refused.client.socket.close).toHaveBeenCalledExactlyOnceWith(
      4429,
      expect.stringMatching(/subject/),
    );
    for (let tab = 0; tab < 3; tab++) {
      expect((await page(app, await token("other"))).has).toBe(10);
      expect((await page(app, await token())).has).toBe(10);
    }
  });

  it("take nothing from those who are refused: who comes back in time gets all it asks for", async () => {
    const { app } = makeApp();
    const { key } = await app.token({ channel: ch, subject: "u" });
    for (let tab = 0; tab < 10; tab++) await page(app, key);
    for (let ms = 0; ms < 1900; ms += 100) {
      expect((await page(app, key)).has).toBe(0);
      await vi.advanceTimersByTimeAsync(100);
    }
    await vi.advanceTimersByTimeAsync(100);
    expect((await page(app, key)).has).toBe(10);
  });

  it("count refreshes, and close the connection that sent one too many", async () => {
    const { app } = makeApp();
    const { key } = await app.token({ channel: ch, subject: "u" });
    const [a, b] = [(await page(app, key)).client, (await page(app, key)).client];
    for (let tab = 2; tab < 10; tab++) await page(app, key);
    await vi.advanceTimersByTimeAsync(1000);
    for (const client of [a, b, a, b, a]) client.send({ type: "refresh", id: 1, token: key });
    expect(await a.got("refreshed", 3)).toHaveLength(3);
    expect(await b.got("refreshed", 2)).toHaveLength(2);
    // The connection's own allowance has more.
    b.send({ type: "refresh", id: 1, token: key });
    expect(b.socket.close).toHaveBeenCalledExactlyOnceWith(4429, expect.stringMatching(/subject/));
    expect(a.socket.close).not.toHaveBeenCalled();
  });
});

describe("gatewayLimits", () => {
  it.each([
    [{ maxSubscribesPerSecond: 0 }],
    [{ maxConnectionsPerSubject: 0 }],
    [{ maxConnectionsPerSubject: Number.NaN }],
    [{ heartbeat: "30d" }],
    [{ idle: 5 }],
  ])("refuses %o", (options) => {
    expect(() => gatewayLimits(options as never)).toThrow(
      expect.objectContaining({ code: "INVALID_OPTIONS" }),
    );
  });
});
