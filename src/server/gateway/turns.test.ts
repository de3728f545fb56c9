import { describe, expect, it, vi } from "vitest";
import { memory } from "../../../transports/memory/index.js";
import type { HistoryPage } from "../../transport.js";
import { ch, connect, type Frame, makeApp, settle } from "./session.test-support.js";

/** A client with subscriptions that resume, of a history that is read when the test says so, two messages a page. */
async function resuming(subscriptions: number, messages: number, unwritten = 1_048_576) {
  const transport = memory();
  const history = transport.history.bind(transport);
  const asked: { answer(): Promise<void>; refuse(): Promise<void>; after: string | undefined }[] = [];
  transport.history = (channel, query) => {
    if (channel !== ch.name) return history(channel, query);
    return new Promise<HistoryPage>((resolve, reject) => {
      asked.push({
        after: query.after,
        async answer() {
          resolve(await history(channel, { ...query, limit: 2 }));
          await settle();
          // After some pages the next one waits for the turn's end.
          await new Promise(setImmediate);
          await settle();
        },
        async refuse() {
          reject(new Error("gone"));
          await settle();
        },
      });
    });
  };
  const { app } = makeApp(transport);
  const first = await app.publish(ch.step, 0);
  for (let i = 1; i <= messages; i++) await app.publish(ch.step, i);
  const { key } = await app.token({ channel: ch });
  const client = connect(app, { maxUnwrittenBytes: unwritten });
  for (let id = 1; id <= subscriptions; id++)
    client.send({ type: "subscribe", id, token: key, after: first.id });
  await client.got("subscribed", subscriptions);
  await settle();
  const got = (id: number) =>
    client.frames
      .filter((frame: Frame) => frame.type === "messages" && frame.id === id)
      .flatMap(({ messages }) => messages.map(([, { data }]: [string, { data: number }]) => data));
  return { app, client, asked, got, key, first };
}

describe("subscriptions of a socket that are behind", () => {
  it("read one page at a time, in turns, until each has everything", async () => {
    const { client, asked, got } = await resuming(3, 6);
    const order: string[] = [];
    for (let i = 0; i < asked.length; i++) {
      expect(asked).toHaveLength(i + 1);
      const before = client.frames.length;
      await asked[i]?.answer();
      order.push(
        client.frames
          .slice(before)
          .map(({ id }) => id)
          .join(),
      );
    }
    expect(order).toEqual(["1", "2", "3", "1", "2", "3", "1", "2", "3"]);
    for (const id of [1, 2, 3]) expect(got(id)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("read nothing while the socket has had enough; then the next one does", async () => {
    const { client, asked, got } = await resuming(3, 4, 1024);
    client.socket.unwritten = 2000;
    await asked[0]?.answer();
    expect(asked).toHaveLength(1);
    client.socket.unwritten = 0;
    client.session.drained();
    await settle();
    client.socket.unwritten = 2000;
    await asked[1]?.answer();
    expect([got(1), got(2), got(3), asked.length]).toEqual([[1, 2], [1, 2], [], 2]);
    client.socket.unwritten = 0;
    client.session.drained();
    for (let i = 2; i < asked.length; i++) await asked[i]?.answer();
    for (const id of [1, 2, 3]) expect(got(id)).toEqual([1, 2, 3, 4]);
  });

  it("pass the turn on where a read fails, or one of them is dropped while it waits", async () => {
    const { client, asked, got } = await resuming(4, 2);
    client.send({ type: "unsubscribe", id: 2 });
    await asked[0]?.refuse();
    expect(await client.got("ended")).toMatchObject([{ id: 1, code: "TRANSPORT_FAILED" }]);
    await asked[1]?.answer();
    await asked[2]?.answer();
    expect([got(1), got(2), got(3), got(4)]).toEqual([[], [], [1, 2], [1, 2]]);
    expect(asked).toHaveLength(3);
  });

  it("read no more at once where they come and go, and the next one goes on", async () => {
    const { client, asked, got, key, first } = await resuming(1, 2);
    for (let id = 2; id <= 20; id++) {
      client.send({ type: "unsubscribe", id: id - 1 });
      client.send({ type: "subscribe", id, token: key, after: first.id });
      await settle();
    }
    expect(asked).toHaveLength(1);
    await asked[0]?.answer();
    await asked[1]?.answer();
    expect([got(1), got(20), asked.length]).toEqual([[], [1, 2], 2]);
  });

  it("read nothing more once the connection is gone", async () => {
    const { client, asked } = await resuming(5, 2);
    const before = client.frames.length;
    client.session.closed();
    await asked[0]?.answer();
    expect([asked.length, client.frames.length]).toEqual([1, before]);
  });

  it("let others run between pages, where the history answers without waiting for anything", async () => {
    const transport = memory();
    const kept = transport.history.bind(transport);
    let pages = 0;
    transport.history = async (channel, query) => {
      if (channel !== ch.name) return kept(channel, query);
      return { deliveries: [], gap: undefined, position: query.after ?? "", more: ++pages < 1000 };
    };
    const { app } = makeApp(transport);
    const { id } = await app.publish(ch.step, 0);
    await app.publish(ch.step, 1);
    const client = connect(app);
    const token = (await app.token({ channel: ch })).key;
    client.send({ type: "subscribe", id: 1, token, after: id });
    await new Promise(setImmediate);
    const read = pages;
    expect(read).toBeLessThan(100);
    await new Promise(setImmediate);
    expect(pages).toBeGreaterThan(read);
    client.session.closed();
  });

  it("end a catch-up that leads nowhere with a gap, and go on live", async () => {
    const transport = memory();
    const kept = transport.history.bind(transport);
    transport.history = async (channel, query) => {
      if (channel !== ch.name) return kept(channel, query);
      return { deliveries: [], gap: undefined, position: query.after ?? "", more: false };
    };
    const { app } = makeApp(transport);
    const first = await app.publish(ch.step, 0);
    const last = await app.publish(ch.step, 1);
    const client = connect(app);
    const token = (await app.token({ channel: ch })).key;
    client.send({ type: "subscribe", id: 1, token, after: first.id });
    const gap = { type: "gap", id: 1, reason: "trimmed", after: first.id, position: last.id };
    await vi.waitFor(() => expect(client.frames.at(-1)).toEqual(gap));
    await app.publish(ch.step, 2);
    expect(client.data()).toEqual([2]);
    client.session.closed();
  });
});
