import { describe, expect, it, vi } from "vitest";
import { type MemoryTransport, memory } from "../../../transports/memory/index.js";
import { RealtimeError } from "../../errors.js";
import { inProcess } from "../../testing/in-process.js";
import { testPair } from "../../testing/pair.js";
import type { Sink } from "../../transport.js";
import { ch } from "../handler/set-up.test-support.js";
import { bare, overWebSocket, watched } from "./observe.test-support.js";

const connection = { connection: 1, wire: "in-process" };

describe("in process", () => {
  it("what happens is told, in order, as frozen data", async () => {
    const { app, events } = watched();
    const { client } = testPair({ app });
    const token = await app.token({ channel: ch, topics: ["step"], subject: "ann" });
    const got = vi.fn();
    const subscription = await client.subscribe({ token, onMessage: got });
    const { id } = await app.publish(ch.step, 7, { key: "k" });
    await vi.waitFor(() => expect(got).toHaveBeenCalledOnce());
    await app.publish(ch.step, 7, { key: "k" });
    subscription.close();
    await vi.waitFor(() => expect(events.at(-1)).toMatchObject({ type: "disconnected" }));
    const ann = { ...connection, subject: "ann", channel: "job:7" };
    const published = {
      type: "published",
      channel: "job:7",
      topic: "step",
      id,
      bytes: expect.any(Number),
      key: "k",
    };
    expect(events).toEqual([
      { type: "connected", ...connection },
      { type: "subscribed", ...ann, topics: ["step"], after: undefined },
      { type: "delivered", ...ann, count: 1, bytes: expect.any(Number) },
      { ...published, duplicate: false, durationMs: expect.any(Number) },
      { ...published, duplicate: true, durationMs: expect.any(Number) },
      { type: "unsubscribed", ...ann },
      {
        type: "disconnected",
        ...connection,
        subject: "ann",
        durationMs: expect.any(Number),
        code: 1000,
        reason: "",
      },
    ]);
    for (const event of events) expect(Object.isFrozen(event)).toBe(true);
  });

  it("what was revoked ends with its code, and the next attempt is refused", async () => {
    const { app, of } = watched();
    const { client } = testPair({ app });
    const token = await app.token({ channel: ch, subject: "ann" });
    await client.subscribe({ token, onError: () => undefined });
    await app.revoke({ subject: "ann" });
    await vi.waitFor(() =>
      expect(of("unsubscribed")).toMatchObject([{ code: "TOKEN_REVOKED", channel: "job:7" }]),
    );
    expect(of("refused")).toEqual([]);
    await expect(client.subscribe({ token })).rejects.toMatchObject({ code: "TOKEN_REVOKED" });
    expect(of("refused")).toMatchObject([
      { what: "subscribe", code: "TOKEN_REVOKED", channel: "job:7", subject: "ann", wire: "in-process" },
    ]);
    // What servers tell each other is no message of the app's.
    expect(of("published")).toEqual([]);
  });

  it("what the transport broke ends with that, and wasn't refused", async () => {
    const inner = memory();
    const sinks: Sink[] = [];
    const transport: MemoryTransport = {
      ...inner,
      subscribe(channel, at, sink) {
        if (channel === ch.name) sinks.push(sink);
        return inner.subscribe(channel, at, sink);
      },
    };
    const { app, of } = watched(transport);
    const { client } = testPair({ app });
    await client.subscribe({ token: await app.token({ channel: ch }), onError: () => undefined });
    for (const sink of sinks) sink.fail(new RealtimeError("TRANSPORT_FAILED", "gone"));
    await vi.waitFor(() => expect(of("unsubscribed")).toMatchObject([{ code: "TRANSPORT_FAILED" }]));
    expect(of("refused")).toEqual([]);
    client.close();
  });

  it("a position that isn't kept any more is a gap", async () => {
    const { app, of } = watched(memory({ history: { count: 1 } }));
    const { client } = testPair({ app });
    const { id } = await app.publish(ch.step, 1);
    for (const step of [2, 3, 4]) await app.publish(ch.step, step);
    await client.subscribe({ token: await app.token({ channel: ch }), after: id });
    await vi.waitFor(() => expect(of("gap")).toHaveLength(1));
    expect(of("gap")).toEqual([
      { type: "gap", ...connection, channel: "job:7", reason: "trimmed", after: id },
    ]);
    expect(of("subscribed")).toMatchObject([{ after: id }]);
  });

  it.each([
    ["is held back, and nothing is dropped where there is a history", memory(), 0],
    ["loses messages where there is none, and the count says how many", bare(), 4],
  ])("a client that reads too slowly %s", async (_, transport, dropped) => {
    const { app, of } = watched(transport);
    const wire = inProcess(app, { maxUnwrittenBytes: 1_024 });
    const closed = vi.fn();
    const line = wire.connect("http://localhost", { open() {}, frame() {}, closed });
    const { key } = await app.token({ channel: ch, topics: ["log"] });
    await Promise.resolve();
    line.send(JSON.stringify({ type: "subscribe", id: 1, token: key }));
    await vi.waitFor(() => expect(of("subscribed")).toHaveLength(1));
    wire.hold();
    await app.publish(ch.log, "x".repeat(2_000));
    expect(of("slow")).toEqual([{ type: "slow", ...connection, unwritten: expect.any(Number) }]);
    // What it is answered meanwhile doesn't make it slow once more.
    line.send(JSON.stringify({ type: "subscribe", id: 2, token: "none" }));
    await vi.waitFor(() => expect(of("refused")).toHaveLength(1));
    // Of another topic: the client doesn't miss it.
    await app.publish(ch.step, 1);
    await Promise.all(["a", "b", "c"].map((text) => app.publish(ch.log, text)));
    await app.publish(ch.log, "d");
    expect(of("dropped").reduce((sum, { count }) => sum + count, 0)).toBe(dropped);
    for (const event of of("dropped")) expect(event).toMatchObject({ reason: "overflow", channel: "job:7" });
    wire.release();
    await vi.waitFor(() =>
      expect(of("gap").map(({ reason }) => reason)).toEqual(dropped ? ["overflow"] : []),
    );
    if (!dropped) await vi.waitFor(() => expect(of("delivered").at(-1)).toMatchObject({ count: 4 }));
    expect(of("slow")).toHaveLength(1);
    line.close(1000, "");
  });
});

describe("a subscription of the server's own", () => {
  it("that is too slow drops, without a history, and is told of the gap", async () => {
    const { app, of } = watched(bare());
    const onGap = vi.fn();
    const subscription = await app.subscribe({ channel: ch, topics: ["step"], onGap });
    for (let step = 0; step < 1_002; step++) await app.publish(ch.step, step);
    expect(of("dropped")).toEqual([
      { type: "dropped", channel: "job:7", reason: "overflow", count: 1 },
      { type: "dropped", channel: "job:7", reason: "overflow", count: 1 },
    ]);
    let read = 0;
    for await (const { data } of subscription) {
      // By now there is room again.
      if (++read === 600) await app.publish(ch.step, -1);
      if (data === -1) break;
    }
    expect(onGap).toHaveBeenCalledOnce();
    expect(of("gap")).toEqual([{ type: "gap", channel: "job:7", reason: "overflow", after: undefined }]);
  });

  it("tells of what it can't read", async () => {
    const transport = memory();
    const { app, of } = watched(transport);
    const onError = vi.fn();
    const onMessage = vi.fn();
    await app.subscribe({ channel: ch, onError, onMessage });
    const frame = { topic: "step", payload: "{not JSON", content: "", key: undefined, size: 9 };
    await transport.publish(ch.name, [frame]);
    await app.publish(ch.step, 1);
    await vi.waitFor(() => expect(onMessage).toHaveBeenCalledOnce());
    expect(of("dropped")).toEqual([{ type: "dropped", channel: "job:7", reason: "unreadable", count: 1 }]);
    expect(onError).toHaveBeenCalledOnce();
  });
});

describe("over WebSocket", () => {
  it("a connection is told from its page to its end", async () => {
    const { app, events, of, types } = watched();
    const connect = await overWebSocket(app, { origins: ["https://app.example.com"] });
    const client = await connect(undefined, { origin: "https://app.example.com" });
    const { key } = await app.token({ channel: ch, subject: "ann" });
    client.send({ type: "subscribe", id: 1, token: key });
    await client.next("subscribed");
    await app.publish(ch.step, 1);
    await client.messages(1);
    expect(types()).toEqual(["connected", "subscribed", "delivered", "published"]);
    expect(events[0]).toEqual({
      type: "connected",
      connection: 1,
      wire: "websocket",
      origin: "https://app.example.com",
    });
    client.send({ type: "unsubscribe", id: 1 });
    await vi.waitFor(() => expect(of("unsubscribed")).toHaveLength(1));
    client.socket.close(1001);
    await vi.waitFor(() => expect(of("disconnected")).toHaveLength(1));
    expect(of("disconnected")).toMatchObject([{ connection: 1, subject: "ann", code: 1001, reason: "" }]);
    expect(of("unsubscribed")).toHaveLength(1);
  });

  it("a page or a version that isn't served is refused, without a connection", async () => {
    const { app, events } = watched();
    const connect = await overWebSocket(app, { origins: ["https://app.example.com"] });
    const evil = await connect(undefined, { origin: "https://evil.example" });
    const old = await connect(["halyard.v0"]);
    await Promise.all([evil.closed, old.closed]);
    const refused = { type: "refused", what: "connect", message: expect.any(String), wire: "websocket" };
    expect(events).toEqual([
      { ...refused, code: "ORIGIN_REFUSED", origin: "https://evil.example" },
      { ...refused, code: "PROTOCOL_VERSION" },
    ]);
  });

  it.each([
    ["asks too often", { maxSubscribesPerSecond: 1, maxSubscriptions: 1 }, "RATE_LIMITED", 4429],
    ["wants too many", { maxSubscriptions: 1 }, "TOO_MANY_SUBSCRIPTIONS", undefined],
    ["has too many connections", { maxConnectionsPerSubject: 1 }, "TOO_MANY_CONNECTIONS", 4429],
  ] as const)("a client that %s is refused", async (_, limits, code, closedWith) => {
    const { app, of } = watched();
    const connect = await overWebSocket(app, limits);
    const { key } = await app.token({ channel: ch, subject: "ann" });
    const first = await connect();
    first.send({ type: "subscribe", id: 1, token: key });
    await first.next("subscribed");
    const client = code === "TOO_MANY_CONNECTIONS" ? await connect() : first;
    client.send({ type: "subscribe", id: 2, token: key });
    await vi.waitFor(() => expect(of("refused")).toMatchObject([{ what: "subscribe", code }]));
    if (!closedWith) return;
    await client.closed;
    expect(of("disconnected")).toMatchObject([{ code: closedWith, reason: expect.stringMatching(/^T/) }]);
  });

  it("a client that refreshes too often is refused that", async () => {
    const { app, of } = watched();
    const client = await (await overWebSocket(app, { maxSubscribesPerSecond: 1, maxSubscriptions: 1 }))();
    const { key: token } = await app.token({ channel: ch, subject: "ann" });
    client.send({ type: "subscribe", id: 1, token });
    await client.next("subscribed");
    client.send({ type: "refresh", id: 1, token });
    await client.closed;
    expect(of("refused")).toMatchObject([{ what: "refresh", code: "RATE_LIMITED", subject: "ann" }]);
  });

  it.each([
    ["a frame that is too large", (send: (text: string) => void) => send("x".repeat(2_000)), 1009],
    ["a frame that is none", (send: (text: string) => void) => send("{"), 4400],
  ])("%s is told by the code that it is closed with", async (_, misbehave, code) => {
    const { app, of } = watched();
    const client = await (await overWebSocket(app, { maxFrameBytes: 1_024 }))();
    misbehave((text) => client.socket.send(text));
    expect(await client.closed).toMatchObject({ code });
    await vi.waitFor(() => expect(of("disconnected")).toMatchObject([{ code }]));
  });
});
