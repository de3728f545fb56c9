import { describe, expect, it, vi } from "vitest";
import type { RealtimeError } from "../errors.js";
import { realtime } from "../realtime.js";
import { createClient } from "./client.js";
import { Gateway } from "./gateway.test-support.js";
import {
  another,
  channel,
  client,
  gateway,
  handlers,
  log,
  open,
  tick,
  token,
  url,
  useGateway,
} from "./set-up.test-support.js";

useGateway();

describe("the first subscription", () => {
  it("connects to the token's url, sends the key, and resolves when it is answered", async () => {
    let isResolved = false;
    const promise = client.subscribe({ token, ...handlers }).then((subscription) => {
      isResolved = true;
      return subscription;
    });
    await tick();
    expect(gateway.last.url).toBe(url);
    expect(gateway.last.sent).toEqual([]);
    gateway.last.open();
    expect(gateway.last.sent).toEqual([{ type: "subscribe", id: 1, token: "key", channel: "pipeline:1" }]);
    await tick();
    expect([isResolved, log]).toEqual([false, ["connecting"]]);
    gateway.last.subscribed();
    await promise;
    expect(log).toEqual(["connecting", "open"]);
  });

  it("asks for the topics that it was given, or for all of the channel's", async () => {
    await open({ channel, topics: ["tokens"], after: "e.7" });
    await open({ channel });
    await open({ topics: ["status"] });
    expect(gateway.last.sent).toEqual([
      { type: "subscribe", id: 1, token: "key", channel: "pipeline:1", topics: ["tokens"], after: "e.7" },
      { type: "subscribe", id: 2, token: "key", channel: "pipeline:1", topics: ["status", "tokens"] },
      { type: "subscribe", id: 3, token: "key", channel: "pipeline:1", topics: ["status"] },
    ]);
  });

  it("takes a token as JSON text, as a bare key, and from functions of any kind", async () => {
    const key = "header.claims-of_it.signature";
    for (const source of [JSON.stringify(token), () => token, async () => JSON.stringify(token)]) {
      await open({ token: source, after: "e.0" });
      gateway.last.messages(gateway.last.sent.length, `f.${gateway.last.sent.length}`);
    }
    await open({ token: key, url });
    await client.subscribe(key).catch(({ code }) => log.push(code));
    expect(gateway.connections).toHaveLength(1);
    expect(gateway.last.sent.map((frame) => frame.token)).toEqual(["key", "key", "key", key]);
    // A bare key says nothing of an address, and here is no page.
    expect(log.at(-1)).toBe("INVALID_OPTIONS");
  });

  it("gives messages in order, decoded, less repeats", async () => {
    const subscription = await open();
    const connection = gateway.last;
    connection.messages(1, "e.1", "e.2");
    connection.send({
      type: "messages",
      id: 1,
      messages: [
        ["e.2", { topic: "status", data: "again", createdAt: 1 }],
        ["e.3", { topic: "status", data: "1970-01-01T00:00:00.000Z", kinds: { "": "Date" }, createdAt: 2 }],
      ],
    });
    connection.send({ type: "messages", id: 7, messages: [["e.4", {}]] });
    connection.send({ type: "news", id: 1, position: 5 }).send({ type: "news" });
    const iterator = subscription[Symbol.asyncIterator]();
    const got = [await iterator.next(), await iterator.next(), await iterator.next()];
    expect(got.map(({ value }) => value)).toEqual([
      { channel: channel.name, topic: "status", data: { id: "e.1" }, id: "e.1", createdAt: new Date(1) },
      { channel: channel.name, topic: "status", data: { id: "e.2" }, id: "e.2", createdAt: new Date(1) },
      { channel: channel.name, topic: "status", data: new Date(0), id: "e.3", createdAt: new Date(2) },
    ]);
  });

  it("gives messages on as server-sent events as they came, even where others have decoded them", async () => {
    const subscription = await open({ onMessage: ({ data }: { data: unknown }) => log.push(data) });
    const reader = subscription.getEncodedStream().getReader();
    const payload = { topic: "status", data: ["1"], kinds: { "/0": "bigint" }, createdAt: 5 };
    gateway.last.send({ type: "messages", id: 1, messages: [["e.1", payload]] });
    const { value } = await reader.read();
    expect(new TextDecoder().decode(value)).toBe(
      `data: ${JSON.stringify({ channel: channel.name, id: "e.1", ...payload })}\n\n`,
    );
    expect(log.at(-1)).toEqual([1n]);
  });

  it("reports a payload that can't be read, and goes on", async () => {
    await open({ onMessage: ({ id }: { id: string }) => log.push(id) });
    gateway.last.send({
      type: "messages",
      id: 1,
      messages: [
        ["e.1", null],
        ["e.2", { topic: "status", data: "x", kinds: { "": "bigint" }, createdAt: 1 }],
        ["e.3", { topic: "status", createdAt: 1 }],
      ],
    });
    gateway.last.close();
    await tick(500);
    gateway.last.open();
    expect(log.slice(2)).toEqual([
      "INVALID_PAYLOAD",
      "INVALID_PAYLOAD",
      "e.3",
      "reconnecting",
      "CONNECTION_LOST",
    ]);
    expect(gateway.last.sent).toEqual([
      { type: "subscribe", id: 1, token: "key", channel: "pipeline:1", after: "e.3" },
    ]);
  });

  it("tells of gaps in their place", async () => {
    const subscription = await open();
    gateway.last
      .messages(1, "e.1")
      .send({ type: "gap", id: 1, reason: "trimmed", after: "e.1", position: null })
      .messages(1, "e.9")
      .send({ type: "gap", id: 1, reason: "epoch", after: null, position: "f.3" });
    const iterator = subscription[Symbol.asyncIterator]();
    log.length = 0;
    for (let i = 0; i < 2; i++) log.push((await iterator.next()).value?.id);
    const pending = iterator.next();
    expect(log).toEqual([
      "e.1",
      { reason: "trimmed", after: "e.1" },
      "e.9",
      { reason: "epoch", after: undefined },
    ]);
    gateway.last.close();
    await tick(500);
    expect(gateway.last.open().sent[0]).toMatchObject({ after: "f.3" });
    // Without a position, what there is stays good.
    gateway.last
      .subscribed("f.4")
      .send({ type: "gap", id: 1, reason: "trimmed", after: null, position: null });
    gateway.last.close();
    await tick(1_000);
    expect(gateway.last.open().sent[0]).toMatchObject({ after: "f.4" });
    client.close();
    await pending;
  });
});

describe("validate: true", () => {
  it("parses each message again, in order, and tells onError what doesn't fit", async () => {
    const schema = {
      "~standard": {
        version: 1 as const,
        vendor: "test",
        async validate(value: unknown) {
          const { id } = value as { id: string };
          await new Promise((resolve) => setTimeout(resolve, id === "e.1" ? 50 : 1));
          if (id === "e.3") throw new Error("broken validator");
          return id === "e.2"
            ? { issues: [{ message: "no", path: ["a", { key: "b" }] }] }
            : { value: { checked: id } };
        },
      },
    };
    const strict = realtime.channel({ name: "strict", topics: { status: { schema } } });
    const errors: RealtimeError[] = [];
    await open({
      channel: strict,
      token: { ...token, channel: "strict" },
      validate: true,
      onMessage: ({ data }: { data: unknown }) => log.push(data),
      onError: (error: RealtimeError) => errors.push(error),
    });
    log.length = 0;
    gateway.last.messages(1, "e.1", "e.2", "e.3", "e.4");
    await tick(100);
    expect(log).toEqual([{ checked: "e.1" }, { checked: "e.4" }]);
    expect(errors.map(({ code }) => code)).toEqual(["INVALID_PAYLOAD", "SCHEMA_FAILED"]);
    expect(errors[0]?.issues).toEqual([{ message: "no", path: ["a", "b"] }]);
    expect(errors[0]?.message).toBe('Topic "status" failed its schema; see the issues.');
    expect(errors[1]?.cause).toMatchObject({ message: "broken validator" });
  });
});

describe("several subscriptions", () => {
  it("share a connection, which goes with the last", async () => {
    const one = await open();
    const other = await open({ token: another });
    expect(gateway.connections).toHaveLength(1);
    one.close();
    one.close();
    expect(gateway.last.sent.slice(2)).toEqual([{ type: "unsubscribe", id: 1 }]);
    expect(gateway.last.closedWith).toBeUndefined();
    other.close();
    expect(gateway.last.closedWith).toEqual([1000, ""]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("have a connection for each url, and for each wire", async () => {
    await open();
    await open({ url: "wss://other/x#top" });
    const elsewhere = new Gateway();
    const promise = client.subscribe({ token, wires: [elsewhere.wire] });
    await tick();
    elsewhere.last.open().subscribed();
    await promise;
    expect(gateway.connections.map(({ url }) => url)).toEqual([url, "https://other/x"]);
    expect(elsewhere.connections).toHaveLength(1);
    client.close();
    expect(elsewhere.live).toBe(0);
  });

  it("don't disturb each other", async () => {
    const got: string[] = [];
    await open({ onMessage: ({ id }: { id: string }) => got.push(`one ${id}`) });
    await open({ token: another, onMessage: ({ id }: { id: string }) => got.push(`other ${id}`) });
    gateway.last.messages(1, "e.1");
    gateway.last.messages(2, "e.1");
    gateway.last.send({ type: "ended", id: 1, code: "FORBIDDEN", message: "no", retry: false });
    gateway.last.messages(2, "e.2");
    expect(got).toEqual(["one e.1", "other e.1", "other e.2"]);
    expect(gateway.last.closedWith).toBeUndefined();
  });

  it("start on a fresh connection after the last one left", async () => {
    (await open()).close();
    await open();
    expect(gateway.connections).toHaveLength(2);
    expect(gateway.last.sent).toEqual([{ type: "subscribe", id: 1, token: "key", channel: "pipeline:1" }]);
  });
});

describe("the client", () => {
  it("ends everything when it closes, and takes nothing more", async () => {
    const subscription = await open();
    const pending = client.subscribe({ token: another });
    const waiting = client.subscribe({ token: () => new Promise<never>(() => {}) });
    client.close();
    await expect(pending).rejects.toMatchObject({ code: "CLOSED" });
    await expect(waiting).rejects.toMatchObject({ code: "CLOSED" });
    await expect(client.subscribe({ token })).rejects.toMatchObject({ code: "CLOSED" });
    expect(await subscription[Symbol.asyncIterator]().next()).toEqual({ done: true, value: undefined });
    expect(log).toEqual(["connecting", "open", "closed"]);
  });

  it("forgets a subscription that has ended", async () => {
    const added = vi.spyOn(Set.prototype, "add");
    const deleted = vi.spyOn(Set.prototype, "delete");
    added.mockClear();
    const subscription = await open();
    const kept = added.mock.calls.map(([member]) => member);
    subscription.close();
    expect(kept.length).toBeGreaterThan(0);
    expect(deleted.mock.calls.map(([member]) => member)).toEqual(expect.arrayContaining(kept));
    vi.restoreAllMocks();
  });

  it("has a url of its own, which a subscription may override, and a token's gives way", async () => {
    const mine = createClient({ wires: [gateway.wire], url: "http://mine/x" });
    const settled = Promise.allSettled([
      mine.subscribe({ token }),
      mine.subscribe({ token, url: "http://yours/x" }),
    ]);
    await tick();
    expect(gateway.connections.map(({ url }) => url)).toEqual(["http://mine/x", "http://yours/x"]);
    mine.close();
    await settled;
  });

  it("takes a path on the page's origin, by default /api/realtime", async () => {
    vi.stubGlobal("location", { origin: "https://page:8080" });
    await open({ url: "/base/api" });
    await open({ token: { ...token, url: undefined } });
    expect(gateway.connections.map(({ url }) => url)).toEqual([
      "https://page:8080/base/api",
      "https://page:8080/api/realtime",
    ]);
  });
});
