import { once } from "node:events";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { memory } from "../../../transports/memory/index.js";
import { ch, cleanUp, data, start, subscribe } from "./gateway.test-support.js";

afterEach(cleanUp);
afterEach(() => void vi.useRealTimers());

/** A close frame as a client sends one: masked, by a key of zeros. */
const CLIENT_CLOSE = Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8]);
const CLOSE_OPCODE = 0x88;

describe("what is sent", () => {
  it("in one turn leaves in one write, whatever it is", async () => {
    const { app, connect, streams } = await start();
    const client = await connect();
    for (const id of [1, 2, 3]) await subscribe(client, app, {}, id);
    const [stream] = streams;
    if (!stream) throw new Error("There is no stream.");
    const one = vi.spyOn(stream, "_write");
    const several = vi.spyOn(stream, "_writev");
    await Promise.all([app.publish(ch.step, 1), app.publish(ch.step, 2)]);
    for (const id of [1, 2, 3]) expect(data(await client.messages(2, id))).toEqual([1, 2]);
    expect([one.mock.calls.length, several.mock.calls.length]).toEqual([0, 1]);
  });

  it("is the same bytes for every socket", async () => {
    const { app, connect, streams } = await start();
    const clients = await Promise.all([connect(), connect()]);
    for (const client of clients) await subscribe(client, app);
    const spies = streams.map((stream) => vi.spyOn(stream, "write"));
    await app.publish(ch.step, 1);
    for (const client of clients) await client.messages(1);
    const [first, second] = spies.map((spy) => spy.mock.calls[0]?.[0]);
    expect(first).toBeInstanceOf(Uint8Array);
    expect(first).toBe(second);
  });

  it("keeps its order and its bytes between pongs", async () => {
    const { app, connect } = await start();
    const client = await connect();
    await subscribe(client, app);
    const pongs: string[] = [];
    client.socket.on("pong", (payload: Buffer) => pongs.push(String(payload)));
    const sent = Array.from({ length: 300 }, (_, i) => `${i}:${"ü".repeat((i * 331) % 70_000)}`);
    for (const [i, text] of sent.entries()) {
      client.socket.ping(String(i));
      void app.publish(ch.log, text);
      if (i % 7 === 0) await new Promise(setImmediate);
    }
    expect(data(await client.messages(sent.length))).toEqual(sent);
    await vi.waitFor(() => expect(pongs).toEqual(sent.map((_, i) => String(i))));
  });

  it("leaves before the close frame that comes after it", async () => {
    const { app, connect, gateway } = await start();
    const client = await connect();
    await subscribe(client, app);
    // It is queued, and its turn isn't over.
    await app.publish(ch.step, 1);
    void gateway.close();
    expect(data(await client.messages(1))).toEqual([1]);
    expect((await client.closed).code).toBe(1012);
  });

  it("is dropped once ws has answered the client's close: nothing follows a close frame", async () => {
    const { app, connect, streams } = await start();
    const client = await connect();
    await subscribe(client, app);
    const [stream] = streams;
    if (!stream) throw new Error("There is no stream.");
    const written = vi.spyOn(stream, "write");
    await app.publish(ch.step, 1);
    stream.emit("data", CLIENT_CLOSE);
    // Nor what is published afterwards.
    await app.publish(ch.step, 2);
    await once(stream, "close");
    const frames = written.mock.calls.map(([bytes]) => (bytes as unknown as Uint8Array)[0]);
    expect(frames).toContain(CLOSE_OPCODE);
    expect(frames.slice(frames.indexOf(CLOSE_OPCODE) + 1).filter((first) => first === 0x81)).toEqual([]);
    expect(frames).not.toContain(0x81);
  });

  it("to a stream that was destroyed is dropped without an error", async () => {
    const { app, connect, streams, gateway, onError } = await start();
    const client = await connect();
    await subscribe(client, app);
    await app.publish(ch.step, 1);
    streams[0]?.destroy();
    await app.publish(ch.step, 2);
    await vi.waitFor(() => expect(gateway.connections).toBe(0));
    expect(onError).not.toHaveBeenCalled();
  });
});

describe("what isn't read", () => {
  it("is bounded, a limit below the stream's own too, and goes on when it has left", async () => {
    const keepsAll = memory({ history: { bytes: 32 * 1024 * 1024 } });
    const { app, connect, streams } = await start({ maxUnwrittenBytes: 1024 }, keepsAll);
    const client = await connect();
    await subscribe(client, app);
    // More than the limit, less than a stream's high water mark, in one turn: no write of it says "full".
    for (let round = 0; round < 3; round++) {
      const texts = Array.from({ length: 8 }, (_, i) => `${round}.${i} ${"x".repeat(500)}`);
      await Promise.all(texts.map((text) => app.publish(ch.log, text)));
      expect(data(await client.messages(8))).toEqual(texts);
    }
    expect(streams[0]?.listenerCount("drain")).toBeLessThanOrEqual(1);
  });
});

describe("pongs", () => {
  it.each([{ compression: false }, { compression: true }])(
    "to a client that doesn't read don't pile up: %j",
    async (options) => {
      const { connect, streams, gateway } = await start({ maxUnwrittenBytes: 1024, ...options });
      const client = await connect(undefined, { perMessageDeflate: options.compression });
      await client.next("welcome");
      client.socket.pause();
      let most = 0;
      for (let i = 0; i < 100_000; i++) {
        client.socket.ping("x".repeat(125));
        if (i % 1000 === 0) await new Promise(setImmediate);
        most = Math.max(most, streams[0]?.writableLength ?? 0);
      }
      expect(most).toBeLessThan(100_000);
      expect(gateway.connections).toBe(1);
    },
  );
});

describe("its end", () => {
  it("a client that doesn't answer a close is cut two seconds later", async () => {
    const { connect, gateway } = await start();
    const client = await connect();
    await client.next("welcome");
    client.socket.pause();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const closing = gateway.close();
    await vi.advanceTimersByTimeAsync(1_999);
    expect(gateway.connections).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    await closing;
    expect(gateway.connections).toBe(0);
  });

  it("so is one whose frame was too large", async () => {
    const { connect, gateway, streams } = await start({ maxFrameBytes: 1024 });
    const client = await connect();
    await client.next("welcome");
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const [stream] = streams;
    stream?.on("data", () => client.socket.pause());
    client.socket.send("x".repeat(2000));
    await vi.waitFor(() => expect(stream?.listenerCount("data")).toBe(1));
    await vi.advanceTimersByTimeAsync(2_000);
    await vi.waitFor(() => expect(gateway.connections).toBe(0));
  });

  it("an idle socket keeps nothing of the request that opened it", async () => {
    const { app, connect, server } = await start();
    const requests: WeakRef<object>[] = [];
    server.prependListener("upgrade", (request: object) => requests.push(new WeakRef(request)));
    const client = await connect();
    await subscribe(client, app);
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    await vi.waitFor(async () => {
      await new Promise(setImmediate);
      collect();
      expect(requests.map((request) => request.deref())).toEqual([undefined]);
    });
    await app.publish(ch.step, 1);
    expect(data(await client.messages(1))).toEqual([1]);
  });
});
