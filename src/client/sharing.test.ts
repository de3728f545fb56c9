import { describe, expect, it } from "vitest";
import {
  channel,
  client,
  gateway,
  handlers,
  log,
  open,
  sent,
  tick,
  token,
  useGateway,
} from "./set-up.test-support.js";

useGateway();

const ended = (id: number, code: string, retry: boolean) =>
  gateway.last.send({ type: "ended", id, code, message: "", retry });
const noting = (name: string, got: string[]) => ({
  onMessage: ({ id }: { id: string }) => got.push(`${name} ${id}`),
});
/** Subscribes without an answer of the gateway's. */
const join = (options: object = {}) => client.subscribe({ token, ...options });
/** Subscribes, and waits for no answer. */
const ask = async (options: object) => {
  join(options).catch(() => {});
  await tick();
};

describe("the same channel and topics", () => {
  it("twice are one subscription, answered at once for the second, which gets what comes from then on", async () => {
    const got: string[] = [];
    await open(noting("one", got));
    gateway.last.messages(1, "e.1");
    await join({ ...noting("other", got), ...handlers });
    expect(log).toEqual(["connecting", "open", "connecting", "open"]);
    gateway.last.messages(1, "e.1", "e.2");
    expect(got).toEqual(["one e.1", "one e.2", "other e.2"]);
    expect(sent()).toHaveLength(1);
  });

  it("in another order, from the channel, from the token: all the same", async () => {
    await open({ topics: ["status", "tokens"] });
    await join({ topics: ["tokens", "status"] });
    await join({ channel });
    await join({ token: { ...token, topics: ["tokens", "status"] } });
    expect(sent()).toHaveLength(1);
  });

  it("before the gateway's answer wait for that together", async () => {
    const promises = [client.subscribe({ token }), client.subscribe({ token })];
    await tick();
    gateway.last.open().subscribed();
    expect(await Promise.all(promises)).toHaveLength(2);
    expect(sent()).toHaveLength(1);
  });

  it.each<[string, object]>([
    ["other topics", { topics: ["tokens"] }],
    ["another channel", { token: { ...token, channel: "pipeline:2" } }],
    ["a position of its own", { after: "e.3" }],
    ["a bare key, of unknown topics", { token: { key: "other", url: token.url } }],
  ])("%s: are two", async (_, options) => {
    await open({}, "e.5");
    await ask(options);
    expect(sent()).toHaveLength(2);
  });

  it("of bare keys are one only for the same key", async () => {
    await open({ token: { key: "a.b.c", url: token.url } });
    await join({ token: { key: "a.b.c", url: token.url } });
    expect(sent()).toHaveLength(1);
    await ask({ token: { key: "a.b.d", url: token.url }, topics: ["status"] });
    await ask({ token: { key: "a.b.e", url: token.url }, topics: ["status"] });
    expect(sent()).toHaveLength(3);
  });

  it("of tokens that don't say what they open are one only for the same key", async () => {
    const bare = { channel: token.channel, url: token.url };
    await open({ token: { ...bare, key: "one" } });
    await join({ token: { ...bare, key: "one" } });
    expect(sent()).toHaveLength(1);
    await ask({ token: { ...bare, key: "two" } });
    expect(sent()).toHaveLength(2);
  });

  it("from the position where the first stands are one", async () => {
    await open({}, "e.5");
    await join({ after: "e.5" });
    gateway.last.messages(1, "e.6");
    await join({ after: "e.6" });
    expect(sent()).toHaveLength(1);
  });

  it("without history are one", async () => {
    const got: string[] = [];
    await open(noting("one", got), null);
    await join(noting("other", got));
    gateway.last.messages(1, "random");
    expect([got, sent().length]).toEqual([["one random", "other random"], 1]);
  });

  it("for one that subscribes from within a message, start after that message", async () => {
    const got: string[] = [];
    let more: Promise<unknown> | undefined;
    await open({
      onMessage({ id }: { id: string }) {
        got.push(`one ${id}`);
        more ??= client.subscribe({ token, ...noting("other", got) });
      },
    });
    gateway.last.messages(1, "e.1");
    await tick();
    gateway.last.messages(1, "e.2");
    await more;
    expect(got).toEqual(["one e.1", "one e.2", "other e.2"]);
  });
});

describe("of those who share", () => {
  it("each may leave, and the last one unsubscribes", async () => {
    const got: string[] = [];
    const one = await open(noting("one", got));
    const other = await join(noting("other", got));
    await open({ topics: ["tokens"] });
    one.close();
    one.close();
    gateway.last.messages(1, "e.1");
    expect([got, sent().length]).toEqual([["other e.1"], 2]);
    other.close();
    expect(sent().slice(2)).toEqual([{ type: "unsubscribe", id: 1 }]);
  });

  it("one may leave from within a message that the other is still to get", async () => {
    const got: string[] = [];
    await open({ onMessage: () => other?.close() });
    const other = await join(noting("other", got));
    const third = await join(noting("third", got));
    gateway.last.messages(1, "e.1");
    expect(got).toEqual(["third e.1"]);
    third.close();
  });

  it("one may be closed by another that hears of a loss first, and then hears of nothing", async () => {
    await open({ onStatus: (status: string) => status === "reconnecting" && other?.close() });
    const other = await join(handlers);
    log.length = 0;
    gateway.last.close();
    expect(log).toEqual(["closed", "CONNECTION_LOST"]);
  });

  it("one may be slow: it leaves, and comes back to a subscription of its own", async () => {
    const got: string[] = [];
    const slow = await open();
    await join(noting("fast", got));
    gateway.last.messages(1, ...Array.from({ length: 1_200 }, (_, i) => `e.${i + 1}`));
    expect([got.length, sent().length]).toEqual([1_200, 1]);
    const iterator = slow[Symbol.asyncIterator]();
    for (let i = 0; i < 500; i++) await iterator.next();
    await tick();
    expect(sent()[1]).toMatchObject({ type: "subscribe", id: 2, after: "e.1000" });
    gateway.last.subscribed("e.1000", 2).messages(2, "e.1001").messages(1, "e.1201");
    for (let i = 500; i < 1_000; i++) await iterator.next();
    expect((await iterator.next()).value?.id).toBe("e.1001");
    expect(got.at(-1)).toBe("fast e.1201");
  });

  it("all are told of a gap, and of the end", async () => {
    await open({ onMessage() {} });
    await join({ ...handlers, onMessage() {} });
    log.length = 0;
    gateway.last.send({ type: "gap", id: 1, reason: "trimmed", after: "e.0", position: null });
    ended(1, "FORBIDDEN", false);
    const gap = { reason: "trimmed", after: "e.0" };
    expect(log).toEqual([gap, gap, "FORBIDDEN", "closed", "FORBIDDEN", "closed"]);
  });

  it("all come back to one subscription after a loss, from one position", async () => {
    const got: string[] = [];
    await open(noting("one", got));
    await join(noting("other", got));
    gateway.last.messages(1, "e.1").close();
    await tick(500);
    expect(gateway.last.open().sent).toMatchObject([{ id: 1, after: "e.1" }]);
    gateway.last.subscribed("e.1").messages(1, "e.2");
    expect(got.slice(2)).toEqual(["one e.2", "other e.2"]);
  });

  it("one isn't ended by what was said of another's token", async () => {
    const got: string[] = [];
    for (const [code, retry] of [
      ["TOKEN_EXPIRED", true],
      ["TOKEN_REVOKED", true],
      ["FORBIDDEN", false],
    ] as const) {
      const one = await open();
      const other = await join({ token: { ...token, key: "better" }, ...noting("other", got) });
      ended(sent().length, code, retry);
      await expect(one[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code });
      await tick(500);
      expect(sent().at(-1)).toMatchObject({ type: "subscribe", token: "better", after: "e.0" });
      gateway.last.subscribed("e.0").messages(sent().length, `e.${sent().length}`);
      other.close();
    }
    expect(got).toHaveLength(3);
  });
});
