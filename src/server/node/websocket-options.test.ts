import { afterEach, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { memory } from "../../../transports/memory/index.js";
import { ch, cleanUp, data, start, subscribe } from "./gateway.test-support.js";
import { rawClient } from "./raw-client.test-support.js";
import { attachWebSocket } from "./websocket.js";

afterEach(cleanUp);

describe("origins", () => {
  const origins = ["https://app.example.com"];

  it("a page of another origin learns why it is refused", async () => {
    const { connect, gateway } = await start({ origins });
    const client = await connect(undefined, { origin: "https://evil.example" });
    expect(await client.closed).toEqual({ code: 4403, reason: "The page's origin isn't served." });
    expect(gateway.connections).toBe(0);
  });

  it("pages of a listed one are served, and clients that are no page", async () => {
    const { app, connect } = await start({ origins });
    await subscribe(await connect(undefined, { origin: "https://app.example.com" }), app);
    await subscribe(await connect(), app);
  });

  it("without a list everybody is served", async () => {
    const { app, connect } = await start();
    await subscribe(await connect(undefined, { origin: "https://evil.example" }), app);
  });

  it("a list that no browser could match is refused", async () => {
    await expect(start({ origins: ["https://app.example.com/"] })).rejects.toMatchObject({
      code: "INVALID_OPTIONS",
    });
  });
});

describe("compression", () => {
  const offering = { perMessageDeflate: true };
  const text = "the same again, ".repeat(500);

  it("is off unless asked for, whatever the client offers", async () => {
    const { connect } = await start();
    expect((await connect(undefined, offering)).socket.extensions).toBe("");
  });

  it("makes fewer bytes of what is large enough, and nothing else of the messages", async () => {
    const { app, connect, streams } = await start({ compression: { threshold: 1000 } });
    const client = await connect(undefined, offering);
    expect(client.socket.extensions).toBe("permessage-deflate");
    await subscribe(client, app);
    const before = streams[0]?.bytesWritten ?? 0;
    const sent = [text, "small", text];
    for (const one of sent) await app.publish(ch.log, one);
    expect(data(await client.messages(3))).toEqual(sent);
    expect((streams[0]?.bytesWritten ?? 0) - before).toBeLessThan(text.length / 4);
  });

  it("leaves frames below the threshold as they are", async () => {
    const { app, connect, streams } = await start({ compression: { threshold: 20_000 } });
    const client = await connect(undefined, offering);
    await subscribe(client, app);
    const before = streams[0]?.bytesWritten ?? 0;
    await app.publish(ch.log, text);
    await client.messages(1);
    expect((streams[0]?.bytesWritten ?? 0) - before).toBeGreaterThan(text.length);
  });

  it("clients that don't offer it are sent frames that were prepared for all", async () => {
    const { app, connect } = await start({ compression: true });
    const plain = await connect(undefined, { perMessageDeflate: false });
    const compressed = await connect(undefined, offering);
    for (const client of [plain, compressed]) await subscribe(client, app);
    await app.publish(ch.log, text);
    for (const client of [plain, compressed]) expect(data(await client.messages(1))).toEqual([text]);
  });

  it("a socket that doesn't read costs a bounded amount, and has everything once it does", async () => {
    const keepsAll = memory({ history: { bytes: 32 * 1024 * 1024 } });
    const { app, connect, streams } = await start({ maxUnwrittenBytes: 4096, compression: true }, keepsAll);
    const client = await connect(undefined, offering);
    await subscribe(client, app);
    client.socket.pause();
    // Hardly anything of it can be compressed away.
    const noise = Array.from({ length: 2000 }, () => Math.random().toString(36)).join("");
    const count = 400;
    for (let i = 0; i < count; i++) await app.publish(ch.log, `${i}:${noise}`);
    expect(streams[0]?.writableLength).toBeLessThan(1024 * 1024);
    client.socket.resume();
    const got = data(await client.messages(count)).map((line) => Number(String(line).split(":")[0]));
    expect(got).toEqual(Array.from({ length: count }, (_, i) => i));
  });

  it("what waits to be compressed counts as not written", async () => {
    const { app, connect } = await start({ maxUnwrittenBytes: 4096, compression: true });
    const client = await connect(undefined, offering);
    await subscribe(client, app);
    const send = vi.spyOn(WebSocket.prototype, "send");
    // No turn of the event loop in between, so nothing is compressed yet.
    for (let i = 0; i < 50; i++) await app.publish(ch.log, text);
    expect(send.mock.calls.length).toBe(1);
    send.mockRestore();
    expect(data(await client.messages(50))).toEqual(Array(50).fill(text));
  });

  it("1009 for a frame that grows too large, however small it came", async () => {
    const { connect } = await start({ compression: true, maxFrameBytes: 1024 });
    const client = await connect(undefined, { perMessageDeflate: { threshold: 0 } });
    client.send({ type: "subscribe", id: 1, token: "x".repeat(500_000) });
    expect((await client.closed).code).toBe(1009);
  });

  it.each(["yes", { threshold: -1 }, { threshold: "1k" }, null])("refuses %j", async (compression) => {
    await expect(start({ compression: compression as never })).rejects.toMatchObject({
      code: "INVALID_OPTIONS",
    });
  });
});

describe("while the app drains", () => {
  it("sockets go one after the other; until then they get what is published; new ones are sent elsewhere", async () => {
    const { app, connect, gateway, server, origin } = await start();
    const clients = [await connect(), await connect()];
    for (const client of clients) await subscribe(client, app);
    const closing = app.close({ drain: "1h" });
    const first = await Promise.race(
      clients.map(({ closed }, i) => closed.then(({ code }) => ({ code, i }))),
    );
    expect(first.code).toBe(1012);
    const other = clients[1 - first.i];
    await app.publish(ch.step, 1);
    expect(data((await other?.messages(1)) ?? [])).toEqual([1]);
    const late = await rawClient(`ws://${origin}/api/realtime`);
    expect(await late.closed).toEqual({ code: 1012, reason: "The server restarts." });
    expect(gateway.connections).toBe(1);

    await gateway.close();
    expect((await other?.closed)?.code).toBe(1012);
    await closing;
    expect(server.listenerCount("upgrade")).toBe(0);
  });

  it("a client that goes by itself holds nothing up", async () => {
    const { app, connect, gateway } = await start();
    const clients = [await connect(), await connect()];
    for (const client of clients) await client.next("welcome");
    const closing = app.close({ drain: "1h" });
    for (const client of clients) client.socket.terminate();
    await vi.waitFor(() => expect(gateway.connections).toBe(0));
    await gateway.close();
    await closing;
  });

  it("nobody new is let in while it still waits for its broker", async () => {
    const transport = memory();
    const { app, connect } = await start({}, transport);
    const { publish } = transport;
    let release = () => {};
    transport.publish = (...given) =>
      new Promise((resolve) => {
        release = () => resolve(publish(...given));
      });
    const published = app.publish(ch.step, 1);
    const closing = app.close();
    expect((await (await connect()).closed).code).toBe(1012);
    release();
    await Promise.all([published, closing]);
  });

  it("nobody new is let in while a gateway alone closes", async () => {
    const { connect, gateway, app, server } = await start();
    const client = await connect();
    client.socket.pause();
    const closing = gateway.close();
    expect((await (await connect()).closed).code).toBe(1012);
    client.socket.resume();
    await closing;
    await attachWebSocket(server, app);
    await subscribe(await connect(), app);
  });
});
