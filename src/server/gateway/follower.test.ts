import { describe, expect, it, vi } from "vitest";
import { memory } from "../../../transports/memory/index.js";
import type { HistoryPage, Sink, Transport } from "../../transport.js";
import { ch, connect, makeApp, settle } from "./session.test-support.js";

/** A broker of which another server takes over, while a page of the old one's history is still on its way. */
function broker() {
  const inner = memory();
  const sinks: Sink[] = [];
  const answers: (() => void)[] = [];
  let hasFailedOver = false;
  const transport: Transport = {
    ...inner,
    supports: inner.supports,
    async subscribe(channel, at, sink) {
      if (channel === ch.name) sinks.push(sink);
      return inner.subscribe(channel, at, sink);
    },
    async history(channel, query) {
      const { after } = query;
      if (channel !== ch.name) return inner.history(channel, query);
      const page: HistoryPage = hasFailedOver
        ? { deliveries: [], gap: { reason: "epoch", after }, position: "new.0", more: false }
        : await inner.history(channel, query);
      await new Promise<void>((resolve) => answers.push(resolve));
      return page;
    },
  };
  return {
    transport,
    /** The history answers what it was asked first. */
    answer: async () => {
      answers.shift()?.();
      await settle();
    },
    failOver() {
      hasFailedOver = true;
      for (const sink of sinks) sink.gap({ reason: "epoch", after: undefined });
    },
  };
}

describe("a follower that is behind", () => {
  it("reads again where a gap comes while it reads: the page is older than the gap", async () => {
    const { transport, answer, failOver } = broker();
    const { app } = makeApp(transport);
    const first = await app.publish(ch.step, 0);
    const second = await app.publish(ch.step, 1);
    const client = connect(app);
    const { key } = await app.token({ channel: ch });
    client.send({ type: "subscribe", id: 1, token: key, after: first.id });
    await client.got("subscribed");
    await settle();

    failOver();
    await answer();
    expect(client.data()).toEqual([1]);
    await answer();

    expect(client.frames.at(-1)).toEqual({
      type: "gap",
      id: 1,
      reason: "epoch",
      after: second.id,
      position: "new.0",
    });
    await app.publish(ch.step, 2);
    expect(client.data()).toEqual([1, 2]);
  });

  it("asks the history where a gap came since the head: the head may be of another one", async () => {
    const { transport, answer, failOver } = broker();
    const { app } = makeApp(transport);
    const first = await app.publish(ch.step, 0);
    const { key } = await app.token({ channel: ch });
    // Somebody else is there all the time.
    const other = connect(app);
    other.send({ type: "subscribe", id: 1, token: key });
    await other.got("subscribed");
    failOver();

    const fresh = connect(app);
    fresh.send({ type: "subscribe", id: 1, token: key });
    await fresh.got("subscribed");
    const client = connect(app);
    client.send({ type: "subscribe", id: 1, token: key, after: first.id });
    await client.got("subscribed");
    await settle();
    await answer();

    const gap = { type: "gap", id: 1, reason: "epoch", after: first.id, position: "new.0" };
    expect(client.frames.at(-1)).toEqual(gap);
    // Who wants what comes from now on has missed nothing.
    expect(fresh.frames.map(({ type }) => type)).toEqual(["welcome", "subscribed"]);
    await app.publish(ch.step, 1);
    expect([client.data(), fresh.data(), other.data()]).toEqual([[1], [1], [1]]);
  });

  it("gives nothing twice where the history is a new one before the subscription was told so", async () => {
    const inner = memory();
    const sinks: Sink[] = [];
    const payload = (data: number) => JSON.stringify({ topic: "step", data, createdAt: 0 });
    const stored = (n: number) => ({ id: `new.${n}`, frame: { topic: "step", payload: payload(n) } });
    const transport: Transport = {
      ...inner,
      supports: inner.supports,
      async subscribe(channel, at, sink) {
        if (channel === ch.name) sinks.push(sink);
        return { ...(await inner.subscribe(channel, at, sink)), position: "old.7" };
      },
      async history(channel, query) {
        if (channel !== ch.name) return inner.history(channel, query);
        const isNew = query.after?.startsWith("new.") === true;
        const gap = isNew ? undefined : ({ reason: "epoch", after: query.after } as const);
        const deliveries = isNew ? [] : [stored(1), stored(2)];
        return { deliveries, gap, position: "new.2", more: false };
      },
    };
    const { app } = makeApp(transport);
    const { key } = await app.token({ channel: ch });
    const other = connect(app);
    other.send({ type: "subscribe", id: 1, token: key });
    await other.got("subscribed");
    const client = connect(app);
    client.send({ type: "subscribe", id: 1, token: key, after: "old.5" });
    // It gives up waiting for the subscription to come where the history is, and says so.
    await vi.waitFor(() => expect(client.frames.at(-1)).toMatchObject({ type: "gap", reason: "trimmed" }));
    // What the client has stays good to resume from.
    expect(client.frames.at(-1)).toMatchObject({ after: "new.2", position: null });

    for (const sink of sinks) {
      sink.gap({ reason: "epoch", after: "old.7" });
      sink.deliver([stored(1), stored(2), stored(3)]);
    }
    await settle();
    expect(client.data()).toEqual([1, 2, 3]);
    expect(other.data()).toEqual([1, 2, 3]);
  });
});
