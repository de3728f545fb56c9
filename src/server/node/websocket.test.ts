import type { Socket } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { memory } from "../../../transports/memory/index.js";
import { ch, cleanUp, data, run, start, subscribe } from "./gateway.test-support.js";
import type { RawClient } from "./raw-client.test-support.js";

afterEach(cleanUp);

describe("a subscription", () => {
  it("is welcomed, answered, and receives what is published from then on, with all that the protocol says", async () => {
    const { app, connect } = await start();
    await app.publish(ch.step, 0);
    const client = await connect();
    expect(await client.next("welcome")).toEqual({
      type: "welcome",
      heartbeat: 15_000,
      limits: { frame: 65_536, subscriptions: 100 },
    });
    const { position } = await subscribe(client, app);
    const { id } = await app.publish(ch.step, 1);
    const [message] = await client.messages(1);
    expect(message).toEqual([id, { topic: "step", data: 1, createdAt: expect.any(Number) }]);
    expect(position).toMatch(/^[\w-]+\.\d+$/);
  });

  it("gets its topics only, and several messages of one tick in one frame", async () => {
    const { app, connect } = await start();
    const client = await connect();
    await subscribe(client, app, { topics: ["step"] });
    await Promise.all([
      app.publish(ch.step, 1),
      app.publish(ch.log, "no"),
      app.publish(ch.step, 2),
      app.publish(run({ id: "2" }).step, 99),
      app.publish(ch.step, 3),
    ]);
    const frame = await client.next("messages");
    expect(data(frame.messages)).toEqual([1, 2, 3]);
  });

  it("resumes after a position: what was missed, then what comes, each once", async () => {
    const { app, connect } = await start();
    const first = await connect();
    await subscribe(first, app);
    await app.publish(ch.step, 1);
    const [[position] = [""]] = await first.messages(1);
    first.socket.terminate();
    for (let i = 2; i <= 600; i++) void app.publish(ch.step, i);
    await app.flush();
    const second = await connect();
    void subscribe(second, app, { after: position });
    // Published while the gateway reads the history.
    for (let i = 601; i <= 900; i++) await app.publish(ch.step, i);
    expect(data(await second.messages(899))).toEqual(Array.from({ length: 899 }, (_, i) => i + 2));
  });

  it("resumes from `subscribed.position` when the line drops before the first message", async () => {
    const { app, connect } = await start();
    const { position } = await subscribe(await connect(), app);
    await app.publish(ch.step, 1);
    const client = await connect();
    expect((await subscribe(client, app, { after: position })).position).toBe(position);
    expect(data(await client.messages(1))).toEqual([1]);
  });

  it.each([
    ["trimmed", (position: string) => position],
    ["epoch", () => "elsewhere.3"],
    ["unknown", () => "rubbish"],
  ])("is told of a gap (%s), then gets what is kept", async (reason, positionOf) => {
    const { app, connect } = await start({}, memory({ history: { count: 2 } }));
    const first = await connect();
    const { position } = await subscribe(first, app);
    for (let i = 1; i <= 5; i++) await app.publish(ch.step, i);
    const client = await connect();
    const after = positionOf(position);
    await subscribe(client, app, { after });
    expect(await client.next("gap")).toEqual({ type: "gap", id: 1, reason, after, position: null });
    expect(data(await client.messages(2))).toEqual([4, 5]);
  });

  it("is told how far the channel moved on with other topics", async () => {
    const { app, connect } = await start({ heartbeat: 50 });
    const client = await connect();
    await subscribe(client, app, { topics: ["step"] });
    const { id } = await app.publish(ch.log, "other");
    let beat = await client.next("heartbeat");
    while (!beat.positions) beat = await client.next("heartbeat");
    expect(beat.positions).toEqual({ 1: id });
  });

  it("ends with its token, without disturbing the others", async () => {
    const { app, connect } = await start();
    const client = await connect();
    await subscribe(client, app);
    const short = await app.token({ channel: ch, expiresIn: "1s" });
    client.send({ type: "subscribe", id: 2, token: short.key });
    expect(await client.next("ended")).toMatchObject({ id: 2, code: "TOKEN_EXPIRED", retry: true });
    await app.publish(ch.step, 1);
    expect(data(await client.messages(1))).toEqual([1]);
  });

  it("shares one subscription at the transport, and lets it go with the last", async () => {
    const transport = memory();
    const spy = vi.spyOn(transport, "subscribe");
    const { app, connect } = await start({}, transport);
    const clients = await Promise.all([connect(), connect(), connect()]);
    await Promise.all(clients.map((client) => subscribe(client, app)));
    // The gateway's own channel, of revocations, comes before.
    const opened = () => spy.mock.calls.map(([channel]) => channel).filter((name) => !name.startsWith("~"));
    expect(opened()).toEqual(["run:1"]);
    await app.publish(ch.step, 1);
    for (const client of clients) expect(data(await client.messages(1))).toEqual([1]);
    const elsewhere = await app.token({ channel: run({ id: "2" }) });
    for (const client of clients) {
      client.send({ type: "unsubscribe", id: 1 });
      // Frames are read in order: once this one is answered, that one was read.
      client.send({ type: "subscribe", id: 2, token: elsewhere.key });
      await client.next("subscribed");
    }
    await subscribe(clients[0] as RawClient, app, {}, 3);
    expect(opened()).toEqual(["run:1", "run:2", "run:1"]);
  });
});

describe("a slow socket", () => {
  it("costs a bounded amount, and has every message once it reads again", async () => {
    const keepsAll = memory({ history: { bytes: 32 * 1024 * 1024 } });
    const { app, connect, server } = await start({ maxUnwrittenBytes: 4096 }, keepsAll);
    const lines: Socket[] = [];
    server.on("connection", (socket) => lines.push(socket));
    const client = await connect();
    await subscribe(client, app);
    client.socket.pause();
    const text = "x".repeat(2000);
    for (let i = 0; i < 4000; i++) await app.publish(ch.log, `${i}:${text}`);
    // One page of history may be on its way beyond the limit, not the 8 MB that were published.
    expect(lines[0]?.writableLength).toBeLessThan(1024 * 1024);
    client.socket.resume();
    const got = data(await client.messages(4000)).map((line) => Number(String(line).split(":")[0]));
    expect(got).toEqual(Array.from({ length: 4000 }, (_, i) => i));
  });
});

describe("its end", () => {
  it("closing sends what is published, then 1012, and lets nobody in any more", async () => {
    const { app, connect, gateway } = await start();
    const client = await connect();
    await subscribe(client, app);
    void app.publish(ch.step, 1);
    await app.close();
    expect(data(await client.messages(1))).toEqual([1]);
    expect((await client.closed).code).toBe(1012);
    expect(gateway.connections).toBe(0);
    await expect(app.publish(ch.step, 2)).rejects.toMatchObject({ code: "CLOSED" });
  });

  it("a client that answers no ping is cut", async () => {
    const { connect, gateway } = await start({ heartbeat: 40 });
    const client = await connect();
    await client.next("welcome");
    // A half-open line: nothing is read, so no ping is answered.
    client.socket.pause();
    await vi.waitFor(() => expect(gateway.connections).toBe(0));
  });

  it("a client that goes leaves nothing behind", async () => {
    const { app, connect, gateway } = await start();
    const client = await connect();
    await subscribe(client, app);
    client.socket.terminate();
    await vi.waitFor(() => expect(gateway.connections).toBe(0));
    await app.publish(ch.step, 1);
  });
});
