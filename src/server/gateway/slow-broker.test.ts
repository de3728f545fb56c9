/** A broker that takes its time, or never answers: what waits for it, and for how long. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { memory } from "../../../transports/memory/index.js";
import { RealtimeError } from "../../errors.js";
import { registry } from "../../registry.js";
import type { Sink } from "../../transport.js";
import { internalsOf } from "../app.js";
import { createHandler } from "../handler.js";
import { gatewayLimits } from "./limits.js";
import { createSession } from "./session.js";
import { ch, connect, makeApp, run, settle } from "./session.test-support.js";

const isRevocations = (channel: string) => channel.startsWith("~halyard:");

type Hold = "revocations" | "channel" | "history";

/** What is held isn't answered before `answer`, or `refuse`. */
function slow(held: Hold | undefined) {
  const inner = memory();
  const waiting: { resolve(): void; reject(error: Error): void }[] = [];
  const sinks: Sink[] = [];
  const hold = { held };
  const wait = () => new Promise<void>((resolve, reject) => void waiting.push({ resolve, reject }));
  const transport: typeof inner = {
    ...inner,
    async subscribe(channel, at, sink) {
      if (isRevocations(channel)) sinks.push(sink);
      if (hold.held === (isRevocations(channel) ? "revocations" : "channel")) await wait();
      return inner.subscribe(channel, at, sink);
    },
    async history(channel, query) {
      if (hold.held === "history" && channel === ch.name) await wait();
      return inner.history(channel, query);
    },
  };
  return {
    transport,
    hold,
    sinks,
    asked: () => waiting.length,
    async answer() {
      hold.held = undefined;
      for (const { resolve } of waiting.splice(0)) resolve();
      await settle();
    },
    async refuse() {
      for (const { reject } of waiting.splice(0)) reject(new Error("no route"));
      await settle();
    },
  };
}

describe("a token that expires while the revocations are loaded", () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_800_000_000_000 }));
  afterEach(() => void vi.useRealTimers());

  it("opens nothing, and publishes nothing", async () => {
    const broker = slow("revocations");
    const { app } = makeApp(broker.transport);
    const handler = createHandler(app, { channels: registry({ run }), authorize: () => true, publish: true });
    const { key } = await app.token({ channel: ch, publish: ["step"], expiresIn: "2s" });
    const client = connect(app);
    client.send({ type: "subscribe", id: 1, token: key });
    const publishing = handler(
      new Request("https://example.com/api/realtime/publish", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ token: key, channel: ch.name, messages: [{ topic: "step", data: 1 }] }),
      }),
    );
    await vi.advanceTimersByTimeAsync(2000);
    await broker.answer();
    expect(await client.got("ended")).toMatchObject([{ id: 1, code: "TOKEN_EXPIRED", retry: true }]);
    expect(client.frames.map(({ type }) => type)).toEqual(["welcome", "ended"]);
    const response = await publishing;
    expect([response.status, await response.json()]).toMatchObject([
      401,
      { error: { code: "TOKEN_EXPIRED" } },
    ]);
  });

  it("is refused as a fresh one, too", async () => {
    const broker = slow(undefined);
    const { app } = makeApp(broker.transport);
    const token = async (expiresIn: "2s" | "1h") => (await app.token({ channel: ch, expiresIn })).key;
    const client = connect(app);
    client.send({ type: "subscribe", id: 1, token: await token("1h") });
    await client.got("subscribed");
    broker.hold.held = "revocations";
    broker.sinks[0]?.fail(new RealtimeError("TRANSPORT_FAILED", "lost"));
    client.send({ type: "refresh", id: 1, token: await token("2s") });
    await vi.advanceTimersByTimeAsync(2000);
    await broker.answer();
    expect(await client.got("refused")).toMatchObject([{ id: 1, code: "TOKEN_EXPIRED" }]);
  });
});

describe("refreshes, while it isn't known what was revoked", () => {
  async function refreshing() {
    const broker = slow(undefined);
    const { app } = makeApp(broker.transport);
    const client = connect(app);
    const token = async (minutes: number) => (await app.token({ channel: ch, expiresIn: `${minutes}m` })).key;
    for (const id of [1, 2]) client.send({ type: "subscribe", id, token: await token(1) });
    await client.got("subscribed", 2);
    broker.hold.held = "revocations";
    broker.sinks[0]?.fail(new RealtimeError("TRANSPORT_FAILED", "lost"));
    for (const minutes of [5, 10, 20]) client.send({ type: "refresh", id: 1, token: await token(minutes) });
    client.send({ type: "refresh", id: 2, token: await token(30) });
    await settle();
    expect(await client.got("refreshed", 0)).toEqual([]);
    return { broker, client };
  }

  it("wait, one for each subscription: the newest", async () => {
    const { broker, client } = await refreshing();
    await broker.answer();
    const refreshed = (await client.got("refreshed", 2)).map(({ id, expires }) => [
      id,
      Math.round(expires / 60_000),
    ]);
    expect(refreshed).toEqual([
      [1, 20],
      [2, 30],
    ]);
  });

  it("are refused where it can't be known, and not answered for what was dropped", async () => {
    const { broker, client } = await refreshing();
    client.send({ type: "unsubscribe", id: 2 });
    await broker.refuse();
    expect(client.frames.filter(({ type }) => type === "refused")).toMatchObject([
      { id: 1, code: "TRANSPORT_FAILED" },
    ]);
    client.session.closed();
  });
});

describe("a broker that never answers", () => {
  it.each(["revocations", "channel", "history"] as const)(
    "holds no connection that is gone (%s)",
    async (held) => {
      const broker = slow(held);
      const { app } = makeApp(broker.transport);
      const { id } = await app.publish(ch.step, 1);
      await app.publish(ch.step, 2);
      const { key } = await app.token({ channel: ch });
      const come = async () => {
        // Not the usual one: a mock is kept by the test runner, and keeps its session.
        const socket = { unwritten: 0, send() {}, ping() {}, close() {}, terminate() {} };
        const context = { ...internalsOf(app, "test").gateway, limits: gatewayLimits({}) };
        const session = createSession(context, socket);
        for (const subscription of [1, 2])
          session.receive(JSON.stringify({ type: "subscribe", id: subscription, token: key, after: id }));
        await settle();
        session.closed();
        return new WeakRef(session);
      };
      const gone = [await come(), await come()];
      // Each connection's own, where it reads; one for all, where the channel or the revocations are opened.
      expect(broker.asked()).toBe(held === "history" ? 2 : 1);
      setFlagsFromString("--expose-gc");
      const collect = runInNewContext("gc") as () => void;
      await vi.waitFor(async () => {
        await new Promise(setImmediate);
        collect();
        expect(gone.map((session) => session.deref() === undefined)).toEqual([true, true]);
      });
    },
  );
});
