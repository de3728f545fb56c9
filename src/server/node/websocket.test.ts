import { createServer } from "node:http";
import type { Socket } from "node:net";
import { createSigner } from "fast-jwt";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type MemoryTransport, memory } from "../../../transports/memory/index.js";
import { realtime } from "../../realtime.js";
import { staticSchema } from "../../schema.js";
import { createRealtime } from "../app.js";
import { listen, type RawClient, rawClient } from "./raw-client.test-support.js";
import { type AttachOptions, attachWebSocket } from "./websocket.js";

const SECRET = "a secret of at least thirty-two characters";
const run = realtime.channel({
  name: "run:{id}",
  topics: {
    step: { schema: staticSchema<number>() },
    log: { schema: staticSchema<string>() },
  },
});

const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(options: AttachOptions = {}, transport: MemoryTransport = memory()) {
  const onError = vi.fn();
  const app = createRealtime({ transport, secret: SECRET, onError });
  const { server, origin } = await listen(createServer());
  const gateway = await attachWebSocket(server, app, options);
  cleanups.push(async () => {
    await app.close();
    server.closeAllConnections();
    server.close();
  });
  const connect = async (protocols?: string[]) => {
    const client = await rawClient(`ws://${origin}/api/realtime`, protocols);
    cleanups.push(() => client.socket.terminate());
    return client;
  };
  return { app, transport, server, origin, gateway, connect, onError };
}

type Started = Awaited<ReturnType<typeof start>>;

async function subscribe(client: RawClient, app: Started["app"], more: object = {}, id = 1) {
  const { key } = await app.token({ channel: run({ id: "1" }), topics: ["step", "log"] });
  client.send({ type: "subscribe", id, token: key, ...more });
  return client.next("subscribed");
}

const ch = run({ id: "1" });
const data = (messages: [string, { data?: unknown }][]) => messages.map(([, payload]) => payload.data);

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
    expect(spy).toHaveBeenCalledTimes(1);
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
    expect(spy.mock.calls.map(([channel]) => channel)).toEqual(["run:1", "run:2", "run:1"]);
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

describe("refusals", () => {
  const sign = (claims: object, key = SECRET, algorithm: "HS256" | "HS512" = "HS256") =>
    createSigner({ key, algorithm })(claims);
  const good = {
    iss: "halyard",
    channel: "run:1",
    topics: ["step"],
    exp: Math.floor(Date.now() / 1000) + 60,
  };

  it.each([
    ["TOKEN_MALFORMED", () => "rubbish"],
    ["TOKEN_EXPIRED", () => sign({ ...good, exp: Math.floor(Date.now() / 1000) - 60 })],
    ["TOKEN_INVALID", () => sign(good, "another secret of at least thirty-two characters")],
    ["TOKEN_INVALID", () => sign(good, SECRET, "HS512")],
    ["TOKEN_INVALID", () => sign({ ...good, iss: "somebody" })],
    ["TOKEN_INVALID", () => sign({ iss: "halyard", channel: "run:1", topics: ["step"] })],
    ["TOKEN_MALFORMED", () => sign({ ...good, topics: [] })],
    [
      "TOKEN_INVALID",
      () =>
        `${Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url")}.${Buffer.from(JSON.stringify(good)).toString("base64url")}.`,
    ],
  ])("%s ends the subscription, and says nothing of the token", async (code, make) => {
    const { connect } = await start();
    const client = await connect();
    const token = make();
    client.send({ type: "subscribe", id: 1, token });
    const ended = await client.next("ended");
    expect(ended).toMatchObject({ id: 1, code, retry: code === "TOKEN_EXPIRED" });
    expect(ended.message).not.toContain(token);
  });

  it("TOKEN_SCOPE for a topic that the token doesn't open", async () => {
    const { connect } = await start();
    const client = await connect();
    client.send({ type: "subscribe", id: 1, token: sign(good), topics: ["log"] });
    expect(await client.next("ended")).toMatchObject({ code: "TOKEN_SCOPE", retry: false });
  });

  it("TOO_MANY_SUBSCRIPTIONS for one over the limit, and the others go on", async () => {
    const { app, connect } = await start({ maxSubscriptions: 1 });
    const client = await connect();
    await subscribe(client, app);
    client.send({ type: "subscribe", id: 2, token: sign(good) });
    expect(await client.next("ended")).toMatchObject({ id: 2, code: "TOO_MANY_SUBSCRIPTIONS", retry: false });
    await app.publish(ch.step, 1);
    expect(data(await client.messages(1))).toEqual([1]);
  });

  it.each([
    ["not JSON", "{"],
    ["null", "null"],
    ["no type", "{}"],
    ["an unknown type", { type: "publish", id: 1 }],
    ["an id of 0", { type: "subscribe", id: 0, token: "x" }],
    ["an id that is no integer", { type: "unsubscribe", id: 1.5 }],
    ["no token", { type: "subscribe", id: 1 }],
    ["no topics in topics", { type: "subscribe", id: 1, token: "x", topics: [] }],
    ["a position that is no string", { type: "subscribe", id: 1, token: "x", after: 3 }],
  ])("4400 for a frame with %s", async (_, frame) => {
    const { connect } = await start();
    const client = await connect();
    client.send(frame);
    expect(await client.closed).toMatchObject({ code: 4400, reason: expect.stringMatching(/\w/) });
  });

  it("4400 for a binary frame", async () => {
    const { connect } = await start();
    const client = await connect();
    client.socket.send(Buffer.from("{}"), { binary: true });
    expect((await client.closed).code).toBe(4400);
  });

  it("1009 for a frame that is too large, and the server stays up", async () => {
    const { connect, app } = await start({ maxFrameBytes: 1024 });
    const client = await connect();
    client.send({ type: "subscribe", id: 1, token: "x".repeat(2000) });
    expect((await client.closed).code).toBe(1009);
    await subscribe(await connect(), app);
  });

  it("4409 for an id that was used before", async () => {
    const { app, connect } = await start();
    const client = await connect();
    await subscribe(client, app, {}, 2);
    client.send({ type: "subscribe", id: 1, token: "x" });
    expect((await client.closed).code).toBe(4409);
  });

  it("4401 for a socket that subscribes to nothing", async () => {
    const { connect } = await start({ idle: 50 });
    expect((await (await connect()).closed).code).toBe(4401);
  });

  it.each([[["halyard.v9", "halyard.v8"]], [["soap"]]])("4406 for the versions %s", async (protocols) => {
    const { connect } = await start();
    expect(await (await connect(protocols)).closed).toEqual({
      code: 4406,
      reason: "This gateway speaks halyard.v1.",
    });
  });

  it("404 for another path, unless another listener takes it", async () => {
    const { origin, server } = await start();
    await expect(rawClient(`ws://${origin}/elsewhere`)).rejects.toThrow("404");
    server.on("upgrade", (request, socket) => {
      if (request.url === "/mine") socket.end("HTTP/1.1 418 Teapot\r\nConnection: close\r\n\r\n");
    });
    await expect(rawClient(`ws://${origin}/mine`)).rejects.toThrow("418");
  });

  it("a broker's failure is told to onError whole, and to the client without detail", async () => {
    const transport = memory();
    transport.subscribe = () => Promise.reject(new Error("redis://user:password@host is gone"));
    const { app, connect, onError } = await start({}, transport);
    const client = await connect();
    const { key } = await app.token({ channel: ch });
    client.send({ type: "subscribe", id: 1, token: key });
    const ended = await client.next("ended");
    expect(ended).toMatchObject({ code: "TRANSPORT_FAILED", retry: true });
    expect(JSON.stringify(ended)).not.toContain("password");
    expect(onError).toHaveBeenCalledOnce();
    expect(onError.mock.calls[0]?.[0].cause.message).toContain("password");
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

describe("attaching", () => {
  it("refuses what is no app, and a path without a slash", async () => {
    const { server, app } = await start();
    await expect(attachWebSocket(server, {} as never)).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
    await expect(attachWebSocket(server, app, { path: "ws" })).rejects.toMatchObject({
      code: "INVALID_OPTIONS",
    });
    await expect(attachWebSocket(server, app, { heartbeat: 0 })).rejects.toMatchObject({
      code: "INVALID_OPTIONS",
    });
  });

  it("refuses an app whose secret is missing or short", async () => {
    const { server } = await start();
    const app = createRealtime({ transport: memory(), secret: "short" });
    await expect(attachWebSocket(server, app)).rejects.toMatchObject({ code: "INVALID_SECRET" });
  });
});
