import { describe, expect, it, vi } from "vitest";
import { RealtimeError } from "../errors.js";
import {
  another,
  answer,
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

const ended = (code: string, retry: boolean, id = 1) =>
  gateway.last.send({ type: "ended", id, code, message: "The reason.", retry });

/** A token function that gives "key 1", "key 2", … */
function counting(like = token) {
  let count = 0;
  return async () => ({ ...like, key: `key ${++count}` });
}

describe("a token that isn't one, or opens something else", () => {
  it.each([
    ["nothing", undefined, "TOKEN_MALFORMED"],
    ["nonsense", "nonsense", "TOKEN_MALFORMED"],
    ["no key", { ...token, key: undefined }, "TOKEN_MALFORMED"],
    ["an error's JSON", () => Promise.resolve({ error: { code: "FORBIDDEN" } }), "TOKEN_MALFORMED"],
    ["a page", "<!doctype html>", "TOKEN_MALFORMED"],
    ["a channel that is no text", { ...token, channel: 5 }, "TOKEN_MALFORMED"],
  ])("%s: is refused at once", async (_, given, code) => {
    const promise = client.subscribe({ token: given as never, channel, ...handlers });
    await expect(promise).rejects.toMatchObject({ code });
    expect(log).toEqual(["connecting", "closed"]);
    expect(gateway.connections).toEqual([]);
  });

  it("is for the gateway to refuse: it is told which channel is meant", async () => {
    const other = { ...token, channel: "other" };
    void client.subscribe({ token: other as never, channel }).catch(() => undefined);
    void client.subscribe({ token: other as never }).catch(() => undefined);
    void client.subscribe({ token: "a.b.c", url: token.url }).catch(() => undefined);
    await tick();
    gateway.last.open();
    expect(gateway.last.sent.map((frame) => frame.channel)).toEqual(["pipeline:1", "other", undefined]);
  });

  it("may not be for another channel later on", async () => {
    const given = [token, { ...token, channel: "other" }];
    await open({ token: () => given.shift() });
    gateway.last.close();
    await tick(500);
    gateway.last.open();
    expect(gateway.last.sent).toMatchObject([{ channel: "pipeline:1" }]);
  });

  it("is not the end where it comes later and is no token: an endpoint in trouble may answer so", async () => {
    const given = [token, { error: "busy" }, token];
    await open({ token: () => given.shift() });
    gateway.last.close();
    await tick(500);
    expect(log.slice(-1)).toEqual(["TOKEN_MALFORMED"]);
    await tick(500);
    answer();
    expect(log.at(-1)).toBe("open");
  });
});

describe("a token function", () => {
  it("that fails is tried again, with growing waits, and onError is told", async () => {
    let calls = 0;
    const source = vi.fn(() => {
      calls++;
      if (calls === 1) throw new Error("offline");
      return calls < 4 ? Promise.reject(new Error("offline")) : token;
    });
    const errors: RealtimeError[] = [];
    const promise = client.subscribe({ token: source, onError: (error) => errors.push(error) });
    for (const [wait, count] of [
      [0, 1],
      [499, 1],
      [1, 2],
      [999, 2],
      [1, 3],
      [1_999, 3],
      [1, 4],
    ] as const) {
      await tick(wait);
      expect(source).toHaveBeenCalledTimes(count);
    }
    answer();
    await promise;
    expect(errors.map(({ code }) => code)).toEqual(Array(3).fill("TOKEN_REQUEST_FAILED"));
    expect(errors[0]).toMatchObject({
      message: "The token function failed: offline",
      cause: { message: "offline" },
    });
  });

  it("that fails doesn't hold up others", async () => {
    const failing = client.subscribe({ token: () => Promise.reject(new Error("offline")) });
    await tick(10_000);
    await open();
    client.close();
    await expect(failing).rejects.toMatchObject({ code: "CLOSED" });
  });

  it("may give another gateway's address", async () => {
    const urls = ["https://one/x", "https://two/x"];
    await open({ token: () => ({ ...token, url: urls.shift() }) });
    gateway.last.close();
    await tick(500);
    answer();
    expect(gateway.connections.map(({ url }) => url)).toEqual(["https://one/x", "https://two/x"]);
    expect(gateway.live).toBe(1);
  });

  it("may give another gateway's address while the connection to the first is still there", async () => {
    const urls = ["https://one/x", "https://two/x"];
    await open({ token: () => ({ ...token, url: urls.shift() }) });
    ended("TOKEN_EXPIRED", true);
    await tick(500);
    expect(gateway.connections.map(({ closedWith }) => closedWith)).toEqual([[1000, ""], undefined]);
  });

  it("that never settles is let go of when the signal is aborted", async () => {
    const controller = new AbortController();
    const promise = client.subscribe({
      token: () => new Promise<never>(() => {}),
      signal: controller.signal,
      ...handlers,
    });
    await tick();
    controller.abort(new Error("enough"));
    await expect(promise).rejects.toThrow("enough");
    expect(log).toEqual(["connecting", "closed"]);
  });

  it("that settles after the end changes nothing", async () => {
    for (const late of [async () => token, () => Promise.reject(new Error("late"))]) {
      const controller = new AbortController();
      const promise = client.subscribe({
        token: () => tick(10).then(late),
        signal: controller.signal,
        ...handlers,
      });
      controller.abort();
      await expect(promise).rejects.toThrow("aborted");
      await tick(20);
    }
    expect(gateway.connections).toEqual([]);
    expect(log).toEqual(["connecting", "closed", "connecting", "closed"]);
  });
});

describe("ended", () => {
  it("without retry refuses the first subscription", async () => {
    const promise = client.subscribe({ token, ...handlers });
    await tick();
    gateway.last.open();
    ended("SOMETHING_NEW", false);
    await expect(promise).rejects.toMatchObject({ code: "SOMETHING_NEW", message: "The reason." });
    expect(log).toEqual(["connecting", "closed"]);
    expect(gateway.last.closedWith).toEqual([1000, ""]);
  });

  it("without retry ends a subscription after what has come", async () => {
    const subscription = await open();
    gateway.last.messages(1, "e.1");
    ended("FORBIDDEN", false);
    const iterator = subscription[Symbol.asyncIterator]();
    expect((await iterator.next()).value?.id).toBe("e.1");
    await expect(iterator.next()).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(log).toEqual(["connecting", "open", "FORBIDDEN", "closed"]);
  });

  it("by expiry gets a fresh token and goes on, on the same connection, as a matter of routine", async () => {
    await open();
    await open({ token: counting(another) });
    gateway.last.messages(2, "e.5");
    await tick(10_000);
    log.length = 0;
    ended("TOKEN_EXPIRED", true, 2);
    await tick(250);
    expect(sent().slice(2)).toEqual([
      { type: "subscribe", id: 3, token: "key 2", channel: "pipeline:1", after: "e.5" },
    ]);
    gateway.last.subscribed("e.5", 3).messages(3, "e.6");
    expect(log).toEqual([]);
    expect(gateway.connections).toHaveLength(1);
  });

  it("by expiry keeps the connection for the only subscription, too", async () => {
    await open({ token: counting() });
    ended("TOKEN_EXPIRED", true);
    await tick(500);
    expect(sent()).toHaveLength(2);
    expect(gateway.connections).toHaveLength(1);
  });

  it("by expiry tells where the fresh token is no better", async () => {
    await open({ token: counting() });
    ended("TOKEN_EXPIRED", true);
    await tick(500);
    ended("TOKEN_EXPIRED", true, 2);
    expect(log.slice(2)).toEqual(["reconnecting", "TOKEN_EXPIRED"]);
    await tick(999);
    expect(sent()).toHaveLength(2);
    await tick(1);
    expect(sent()).toHaveLength(3);
  });

  it("by expiry is the end for a token that no function gave", async () => {
    const subscription = await open();
    ended("TOKEN_EXPIRED", true);
    await expect(subscription[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: "TOKEN_EXPIRED",
    });
    await tick(60_000);
    expect(sent()).toHaveLength(1);
    expect(log).toEqual(["connecting", "open", "TOKEN_EXPIRED", "closed"]);
  });

  it("with retry waits longer each time, while others go on", async () => {
    const got: string[] = [];
    await open({ onMessage: ({ id }: { id: string }) => got.push(id) });
    await open({ token: another });
    log.length = 0;
    let id = 2;
    for (const wait of [500, 1_000, 2_000]) {
      ended("TRANSPORT_FAILED", true, id);
      await tick(wait - 1);
      expect(sent()).toHaveLength(id);
      await tick(1);
      expect(sent()).toHaveLength(++id);
      gateway.last.subscribed("e.0", id).messages(1, `e.${id}`);
    }
    expect(log).toEqual(Array(3).fill(["reconnecting", "TRANSPORT_FAILED", "open"]).flat());
    expect(got).toEqual(["e.3", "e.4", "e.5"]);
  });

  it("is a gap where there is no history", async () => {
    await open({ token: counting(), onMessage() {} }, null);
    ended("TOKEN_EXPIRED", true);
    await tick(500);
    // Told once it is subscribed again: what one loads anew before that may be out of date by then.
    expect(log.slice(2)).toEqual([]);
    gateway.last.subscribed(null);
    expect(log.slice(2)).toEqual([{ reason: "no-replay", after: undefined }]);
  });
});

it("a user's own RealtimeError from a token function is told as it is", async () => {
  const promise = client.subscribe({
    token: () => Promise.reject(new RealtimeError("FORBIDDEN", "Log in first.")),
    ...handlers,
  });
  await tick();
  expect(log).toEqual(["connecting", "FORBIDDEN"]);
  client.close();
  await expect(promise).rejects.toMatchObject({ code: "CLOSED" });
});
