import { describe, expect, it } from "vitest";
import {
  client,
  gateway,
  handlers,
  log,
  open,
  sent,
  tick,
  token,
  url,
  useGateway,
} from "./set-up.test-support.js";

useGateway();

const ids = (from: number, to: number, epoch = "e.") =>
  Array.from({ length: to - from + 1 }, (_, i) => `${epoch}${from + i}`);

describe("a slow reader", () => {
  it("is taken off the wire when it is full, and resumes after what it got", async () => {
    let count = 0;
    const subscription = await open({ token: () => ({ ...token, key: `key ${++count}` }) });
    gateway.last.messages(1, ...ids(1, 1_200));
    gateway.last.messages(1, ...ids(1_201, 1_300));
    gateway.last.send({ type: "ended", id: 1, code: "FORBIDDEN", message: "", retry: false });
    expect(sent().slice(1)).toEqual([{ type: "unsubscribe", id: 1 }]);
    const iterator = subscription[Symbol.asyncIterator]();
    const got: unknown[] = [];
    for (let i = 0; i < 499; i++) got.push((await iterator.next()).value?.id);
    expect(sent()).toHaveLength(2);
    got.push((await iterator.next()).value?.id);
    await tick();
    expect(sent().slice(2)).toEqual([
      { type: "subscribe", id: 2, token: "key 2", channel: "pipeline:1", after: "e.1000" },
    ]);
    gateway.last.subscribed("e.1000", 2).messages(2, ...ids(1_001, 1_100));
    for (let i = 0; i < 600; i++) got.push((await iterator.next()).value?.id);
    expect(got).toEqual(ids(1, 1_100));
    expect(log).toEqual(["connecting", "open"]);
  });

  it("counts large messages by their bytes", async () => {
    await open();
    const messages = ids(1, 50).map((id) => [
      id,
      { topic: "status", data: "x".repeat(200_000), createdAt: 1 },
    ]);
    gateway.last.send({ type: "messages", id: 1, messages });
    expect(sent().slice(1)).toEqual([{ type: "unsubscribe", id: 1 }]);
  });

  it("isn't disturbed where the connection is lost meanwhile", async () => {
    const subscription = await open();
    gateway.last.messages(1, ...ids(1, 1_000));
    gateway.last.close(4401);
    await tick(60_000);
    expect(gateway.connections).toHaveLength(1);
    const iterator = subscription[Symbol.asyncIterator]();
    for (let i = 0; i < 500; i++) await iterator.next();
    await tick();
    gateway.last.open();
    expect(sent()).toEqual([
      { type: "subscribe", id: 1, token: "key", channel: "pipeline:1", after: "e.1000" },
    ]);
  });

  it("loses what doesn't fit where there is no history, and is told", async () => {
    const subscription = await open({}, null);
    gateway.last.messages(1, ...ids(1, 1_010, "random-"));
    expect(sent()).toHaveLength(1);
    const iterator = subscription[Symbol.asyncIterator]();
    for (let i = 0; i < 500; i++) await iterator.next();
    gateway.last.messages(1, "random-2000");
    const got: unknown[] = [];
    for (let i = 0; i < 501; i++) got.push((await iterator.next()).value?.id);
    expect(got).toEqual([...ids(501, 1_000, "random-"), "random-2000"]);
    expect(log).toEqual(["connecting", "open", { reason: "overflow", after: undefined }]);
  });

  it("that never reads costs no more than the limit, whatever the network does", async () => {
    const subscription = await open({}, null);
    log.length = 0;
    for (let i = 0; i < 20; i++) {
      gateway.last.messages(1, ...ids(1, 500, `random-${i}-`));
      gateway.last.close();
      const attempts = gateway.connections.length;
      while (gateway.connections.length === attempts) await tick(250);
      gateway.last.open().subscribed(null);
    }
    log.length = 0;
    const iterator = subscription[Symbol.asyncIterator]();
    for (let i = 0; i < 999; i++) await iterator.next();
    gateway.last.messages(1, "random-last");
    expect((await iterator.next()).value?.id).toBe("random-last");
    // What came while it was full is one gap: losses of connections, too.
    expect(log).toEqual([
      { reason: "no-replay", after: undefined },
      { reason: "overflow", after: undefined },
    ]);
  });

  it("that leaves while it is full leaves nothing", async () => {
    const subscription = await open();
    gateway.last.messages(1, ...ids(1, 1_000));
    subscription.close();
    expect(gateway.last.closedWith).toEqual([1000, ""]);
    expect(log).toEqual(["connecting", "open", "closed"]);
  });
});

describe("closing from within", () => {
  const leaving = async (options: (close: () => void) => object, then: () => void | Promise<void>) => {
    const controller = new AbortController();
    const given = options(() => controller.abort());
    await open({ ...given, signal: controller.signal }, "onGap" in given ? null : "e.0");
    await then();
    await tick(60_000);
    expect(gateway.live).toBe(0);
  };

  it("onMessage drops the rest of the frame", async () => {
    const got: string[] = [];
    await leaving(
      (close) => ({
        onMessage: ({ id }: { id: string }) => {
          got.push(id);
          if (id === "e.2") close();
        },
      }),
      () => void gateway.last.messages(1, "e.1", "e.2", "e.3"),
    );
    expect(got).toEqual(["e.1", "e.2"]);
    expect(log.at(-1)).toBe("closed");
  });

  it("onStatus, before and after a loss", async () => {
    for (const at of ["reconnecting", "closed"]) {
      await leaving(
        (close) => ({ onStatus: (status: string) => log.push(status) && status === at && close() }),
        () => gateway.last.close(at === "closed" ? 4400 : 1006),
      );
    }
    expect(log).toEqual(
      ["connecting", "open", "reconnecting", "closed", "CONNECTION_LOST"].concat([
        "connecting",
        "open",
        "BAD_FRAME",
        "closed",
      ]),
    );
  });

  it("onStatus, when it opens, rejects with the reason", async () => {
    const controller = new AbortController();
    const promise = client.subscribe({
      token,
      signal: controller.signal,
      onStatus: (status) => status === "open" && controller.abort(new Error("enough")),
    });
    await tick();
    gateway.last.open().subscribed();
    await expect(promise).rejects.toThrow("enough");
  });

  it("onStatus, when it starts, rejects with the reason, and nothing is opened", async () => {
    const controller = new AbortController();
    const promise = client.subscribe({
      token,
      signal: controller.signal,
      onStatus: (status) => status === "connecting" && controller.abort(new Error("enough")),
    });
    await expect(promise).rejects.toThrow("enough");
    expect(gateway.connections).toEqual([]);
  });

  it("onGap and onError, when the connection is back or lost", async () => {
    for (const name of ["onGap", "onError"]) {
      await leaving(
        (close) => ({ [name]: close, onMessage() {} }),
        async () => {
          gateway.last.close();
          await tick(500);
          if (name === "onGap") gateway.last.open().subscribed(null);
        },
      );
    }
    expect(gateway.connections).toHaveLength(3);
  });

  it("while it waits, and while it connects", async () => {
    await leaving(
      () => ({}),
      async () => {
        gateway.last.close();
        await tick(100);
        client.close();
      },
    );
  });

  it("while it connects", async () => {
    const controller = new AbortController();
    const promise = client.subscribe({ token, signal: controller.signal, ...handlers });
    await tick();
    controller.abort(new Error("enough"));
    await expect(promise).rejects.toThrow("enough");
    expect(gateway.last.closedWith).toEqual([1000, ""]);
    expect(log).toEqual(["connecting", "closed"]);
  });

  it("between the open line and the answer", async () => {
    const controller = new AbortController();
    const promise = client.subscribe({ token, signal: controller.signal });
    await tick();
    gateway.last.open();
    controller.abort(new Error("enough"));
    await expect(promise).rejects.toThrow("enough");
    gateway.last.subscribed();
    expect(gateway.live).toBe(0);
  });
});

describe("subscribing from within", () => {
  it("onMessage, onStatus and onGap", async () => {
    const more: Promise<unknown>[] = [];
    const subscribe = (topics: string[]) => more.push(client.subscribe({ token: { ...token, topics } }));
    await open(
      {
        onMessage: () => subscribe(["status"]),
        onGap: () => subscribe(["tokens"]),
        onStatus: (status: string) => status === "reconnecting" && subscribe(["third"]),
      },
      null,
    );
    gateway.last.messages(1, "random-1");
    await tick();
    expect(sent()).toHaveLength(2);
    gateway.last.subscribed("e.0", 2).close();
    await tick(500);
    gateway.last.open();
    expect(gateway.connections).toHaveLength(2);
    for (const id of [1, 2, 3, 4]) gateway.last.subscribed("e.0", id);
    expect(sent().map(({ id }) => id)).toEqual([1, 2, 3, 4]);
    gateway.last.subscribed("e.0", 4);
    expect(await Promise.all(more)).toHaveLength(3);
  });

  it("an abort of the last one keeps the new one's connection", async () => {
    const controller = new AbortController();
    let promise: Promise<unknown> | undefined;
    await open({
      signal: controller.signal,
      onStatus(status: string) {
        if (status === "closed") promise = client.subscribe({ token });
      },
    });
    controller.abort();
    await tick();
    expect(gateway.live).toBe(1);
    gateway.last.open().subscribed();
    await promise;
    expect(gateway.last.url).toBe(url);
  });
});
