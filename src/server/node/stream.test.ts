/** Streams of events over real sockets: `toNodeHandler` in front of `createHandler`. */
import type { Server } from "node:http";
import { connect as connectHttp2, createServer as createHttp2Server } from "node:http2";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { memory } from "../../../transports/memory/index.js";
import { createRealtime } from "../app.js";
import { ch, SECRET } from "../handler/set-up.test-support.js";
import { createHandler } from "../handler.js";
import { toNodeHandler } from "./http.js";
import { listen } from "./raw-client.test-support.js";
import { cleanUp, cleanups, type Started, start, watchSubscriptions } from "./stream.test-support.js";

afterEach(cleanUp);

const connections = (server: Server) =>
  new Promise<number>((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });

describe("a stream over a real socket", () => {
  it("brings what is published, until its client goes, and then nothing is left", async () => {
    const transport = memory();
    const live = watchSubscriptions(transport);
    const { app, open } = await start({}, transport);
    const stop = new AbortController();
    const events = await open({ signal: stop.signal });
    await events.next("subscribed");
    await app.publish(ch.step, 1);
    await app.publish(ch.step, 2);
    expect(await events.data(2)).toEqual([1, 2]);
    expect(live()).toBe(1);
    stop.abort();
    await vi.waitFor(() => expect(live()).toBe(0));
  });

  it.each([
    ["within the head of its request", ({ request }: Started) => request().slice(0, 50)],
    ["within the body", ({ request, body }: Started) => request() + body.slice(0, 50)],
    ["right after it", ({ request, body }: Started) => request() + body],
  ])("a client that is reset %s leaves nothing, and is no error", async (_, textOf) => {
    const transport = memory();
    const live = watchSubscriptions(transport);
    const started = await start({}, transport);
    const socket = started.raw().on("error", () => undefined);
    await new Promise<void>((resolve) => {
      socket.write(textOf(started), () => resolve());
    });
    await vi.waitFor(async () => expect(await connections(started.server)).toBe(1));
    socket.resetAndDestroy();
    await vi.waitFor(async () => expect(await connections(started.server)).toBe(0));
    await vi.waitFor(() => expect(live()).toBe(0));
    expect(started.onError).not.toHaveBeenCalled();
  });

  it("a client that doesn't read costs a bounded amount, and has every message once it does", async () => {
    const keepsAll = memory({ history: { bytes: 64 * 2 ** 20, count: 10_000 }, totalBytes: 128 * 2 ** 20 });
    const { app, lines, request, raw, body } = await start({ maxUnwrittenBytes: 4096 }, keepsAll);
    const socket = raw();
    socket.write(request() + body);
    const chunks: string[] = [];
    const received = new Promise<string>((resolve) => {
      socket.setEncoding("utf8").on("data", (chunk: string) => {
        // What is looked for may stand across two chunks.
        const tail = (chunks.at(-1) ?? "").slice(-20) + chunk;
        chunks.push(chunk);
        if (tail.includes('"3999:')) resolve(chunks.join(""));
        else if (tail.includes('"subscribed"')) socket.pause();
      });
    });
    await vi.waitFor(() => expect(socket.isPaused()).toBe(true));
    const filling = "x".repeat(8000);
    for (let i = 0; i < 4000; i++) {
      await app.publish(ch.log, `${i}:${filling}`);
      // What is published needs turns of the event loop to be sent.
      if (i % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    // 32 MB were published, more than the system's own buffers take.
    expect(lines[0]?.writableLength).toBeLessThan(2 ** 20);
    socket.resume();
    const numbers = [...(await received).matchAll(/"(\d+):x/g)].map(([, number]) => Number(number));
    expect(numbers).toEqual(Array.from({ length: 4000 }, (_, i) => i));
    socket.destroy();
  });

  it("a client that is reset within a frame leaves nothing, and is no error", async () => {
    const transport = memory();
    const live = watchSubscriptions(transport);
    const { app, server, lines, request, raw, body, onError } = await start({}, transport);
    const socket = raw().on("error", () => undefined);
    socket.once("data", () => socket.pause());
    socket.write(request() + body);
    await vi.waitFor(() => expect(live()).toBe(1));
    const frame = "x".repeat(2 ** 19);
    // Until the line takes no more: the last frame is on its way in part.
    while (lines[0]?.writableLength === 0) {
      await app.publish(ch.log, frame);
      await new Promise((resolve) => setImmediate(resolve));
    }
    socket.resetAndDestroy();
    await vi.waitFor(async () => expect(await connections(server)).toBe(0));
    await vi.waitFor(() => expect(live()).toBe(0));
    expect(onError).not.toHaveBeenCalled();
  });

  it("ends with the app: a frame that says so, then the end", async () => {
    const { app, open } = await start();
    const events = await open();
    await events.next("subscribed");
    const closed = app.close();
    expect((await events.rest()).at(-1)).toMatchObject({ type: "close", code: 1012 });
    await closed;
  });

  it("413 arrives, although the body was left unread", async () => {
    const { url, raw, request } = await start();
    const long = "x".repeat(4 * 2 ** 20);
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      // Of no length that is told.
      body: new Blob([long]).stream(),
      duplex: "half",
    } as RequestInit);
    expect([response.status, (await response.json()).error.code]).toEqual([413, "FRAME_TOO_LARGE"]);
    const socket = raw();
    socket.end(request(long.length) + long);
    expect(await text(socket)).toMatch(/^HTTP\/1.1 413 /);
  });

  it("over HTTP/2 as well", async () => {
    const app = createRealtime({ transport: memory(), secret: SECRET });
    const server = createHttp2Server();
    const hosts: unknown[] = [];
    const handler = createHandler(app, {});
    const answer = toNodeHandler((request) => {
      hosts.push(new URL(request.url).host);
      return handler(request);
    });
    // The compatibility API gives what node:http gives.
    server.on("request", (request, response) => void answer(request as never, response as never));
    const { origin } = await listen(server as unknown as Server);
    cleanups.push(() => server.close());
    const session = connectHttp2(`http://${origin}`);
    cleanups.push(() => session.destroy());
    cleanups.push(() => app.close());
    const { key } = await app.token({ channel: ch });
    const stream = session.request({
      ":method": "POST",
      ":path": "/api/realtime",
      "content-type": "application/json",
    });
    stream.end(JSON.stringify({ versions: ["halyard.v1"], subscriptions: [{ id: 1, token: key }] }));
    let all = "";
    stream.on("data", (bytes) => {
      all += bytes;
    });
    await vi.waitFor(() => expect(all).toContain('"subscribed"'));
    await app.publish(ch.step, 42);
    await vi.waitFor(() => expect(all).toContain('"data":42'));
    expect(hosts).toEqual([origin]);
    stream.close();
  });
});
