import { createHmac } from "node:crypto";
import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { memory } from "../../../transports/memory/index.js";
import { createRealtime } from "../app.js";
import { ch, cleanUp, data, SECRET, start, subscribe } from "./gateway.test-support.js";
import { rawClient } from "./raw-client.test-support.js";
import { attachWebSocket } from "./websocket.js";

afterEach(cleanUp);

const DIGEST = { HS256: "sha256", HS512: "sha512" } as const;

/** A JWT by hand (RFC 7515, appendix A.1), so that the library that checks it isn't the one that made it. */
function sign(claims: object, key = SECRET, alg: keyof typeof DIGEST | "none" = "HS256"): string {
  const text = [{ alg, typ: "JWT" }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${text}.${alg === "none" ? "" : createHmac(DIGEST[alg], key).update(text).digest("base64url")}`;
}

describe("refusals", () => {
  const good = {
    iss: "halyard",
    channel: "run:1",
    topics: ["step"],
    iat: Math.floor(Date.now() / 1000) - 60,
    exp: Math.floor(Date.now() / 1000) + 60,
    jti: "1",
  };

  it.each([
    ["TOKEN_MALFORMED", () => "rubbish"],
    ["TOKEN_EXPIRED", () => sign({ ...good, exp: Math.floor(Date.now() / 1000) - 1 })],
    ["TOKEN_INVALID", () => sign(good, "another secret of at least thirty-two characters")],
    ["TOKEN_INVALID", () => sign(good, SECRET, "HS512")],
    ["TOKEN_INVALID", () => sign({ ...good, iss: "somebody" })],
    ["TOKEN_INVALID", () => sign({ ...good, exp: undefined })],
    ["TOKEN_MALFORMED", () => sign({ ...good, topics: [] })],
    ["TOKEN_INVALID", () => sign(good, SECRET, "none")],
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

  it("TOKEN_SCOPE for a channel that the client didn't mean", async () => {
    const { connect } = await start();
    const client = await connect();
    client.send({ type: "subscribe", id: 1, token: sign(good), channel: "run:2" });
    expect(await client.next("ended")).toMatchObject({
      code: "TOKEN_SCOPE",
      message: 'The token opens step of "run:1", not "run:2".',
      retry: false,
    });
    client.send({ type: "subscribe", id: 2, token: sign(good), channel: "run:1" });
    expect(await client.next("subscribed")).toMatchObject({ id: 2, channel: "run:1" });
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
    ["a channel that is no string", { type: "subscribe", id: 1, token: "x", channel: 3 }],
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

  it("404 for a client that hangs up rudely, or not at all, costs nothing; nor with two gateways", async () => {
    const { origin, server, app } = await start();
    await attachWebSocket(server, app, { path: "/other" });
    const { hostname, port } = new URL(`http://${origin}`);
    const upgrade = "GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    for (const rude of [true, false]) {
      const socket = connectTcp({ host: hostname, port: Number(port), allowHalfOpen: true });
      const closed = once(socket, rude ? "close" : "end");
      socket.on("error", () => undefined);
      socket.write(upgrade, () => rude && socket.resetAndDestroy());
      socket.resume();
      await closed;
      socket.destroy();
    }
    await vi.waitFor(async () => {
      expect(await new Promise((resolve) => server.getConnections((_, count) => resolve(count)))).toBe(0);
    });
  });

  it("a client that sends and doesn't read is cut: what it is answered doesn't pile up", async () => {
    const { connect, gateway, app } = await start({ maxUnwrittenBytes: 1024, maxSubscribesPerSecond: 1e6 });
    const client = await connect();
    await subscribe(client, app);
    client.socket.pause();
    for (let id = 2; gateway.connections > 0 && id < 200_000; id++) {
      client.send({ type: "subscribe", id, token: "x" });
      if (id % 500 === 0) await new Promise(setImmediate);
    }
    await vi.waitFor(() => expect(gateway.connections).toBe(0));
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

  it("refuses a second gateway at one path, and what is no server", async () => {
    const { server, app, gateway } = await start();
    await expect(attachWebSocket(server, app)).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
    await expect(attachWebSocket({} as never, app)).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
    await gateway.close();
    await attachWebSocket(server, app);
  });

  it("refuses an app that is closed meanwhile, and leaves no listener", async () => {
    const { server, app } = await start();
    const before = server.listenerCount("upgrade");
    const attached = attachWebSocket(server, app, { path: "/late" });
    const closing = app.close();
    await expect(attached).rejects.toMatchObject({ code: "CLOSED" });
    await closing;
    expect(server.listenerCount("upgrade")).toBe(before - 1);
  });

  it("refuses an app that is closed", async () => {
    const { server, app } = await start();
    await app.close();
    await expect(attachWebSocket(server, app)).rejects.toMatchObject({ code: "CLOSED" });
  });

  it("refuses an app whose secret is missing or short", async () => {
    const { server } = await start();
    const app = createRealtime({ transport: memory(), secret: "short" });
    await expect(attachWebSocket(server, app)).rejects.toMatchObject({ code: "INVALID_SECRET" });
  });
});
