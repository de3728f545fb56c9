import { describe, expect, it } from "vitest";
import { createClient } from "./client.js";
import {
  another,
  answer,
  client,
  gateway,
  handlers,
  log,
  open,
  sent,
  subscribeFrame,
  tick,
  token,
  useGateway,
} from "./set-up.test-support.js";

useGateway();

describe("a lost connection", () => {
  it("is resumed after the last message, with a fresh token", async () => {
    let count = 0;
    const got: string[] = [];
    await open({
      token: async () => ({ ...token, key: `key ${++count}` }),
      onMessage: ({ id }: { id: string }) => got.push(id),
    });
    gateway.last.messages(1, "e.1", "e.2");
    gateway.last.close(1001, "bye");
    await tick(499);
    expect([gateway.connections.length, count]).toEqual([1, 1]);
    await tick(1);
    gateway.last.open();
    expect(sent()).toEqual([subscribeFrame({ token: "key 2", after: "e.2" })]);
    gateway.last.subscribed("e.2").messages(1, "e.2", "e.3");
    expect(got).toEqual(["e.1", "e.2", "e.3"]);
    expect(log).toEqual(["connecting", "open", "reconnecting", "CONNECTION_LOST", "open"]);
  });

  it("is resumed after the position of the answer, where no message came", async () => {
    await open({}, "e.41");
    gateway.last.close();
    await tick(500);
    gateway.last.open();
    expect(sent()).toEqual([subscribeFrame({ after: "e.41" })]);
  });

  it("is resumed after what the user gave, where no answer came", async () => {
    const promise = client.subscribe({ token, after: "e.7", ...handlers });
    await tick();
    gateway.last.open().close();
    await tick(500);
    gateway.last.open();
    expect(sent()).toEqual([subscribeFrame({ after: "e.7" })]);
    gateway.last.subscribed();
    await promise;
    expect(log).toEqual(["connecting", "CONNECTION_LOST", "open"]);
  });

  it("is resumed after a heartbeat's position", async () => {
    await open();
    await open({ token: another });
    gateway.last.send({ type: "heartbeat", positions: { 2: "e.50", 9: "e.1" } }).send({ type: "heartbeat" });
    gateway.last.close();
    await tick(500);
    gateway.last.open();
    expect(sent()).toEqual([subscribeFrame({ after: "e.0" }), subscribeFrame({ id: 2, after: "e.50" })]);
  });

  it("is a gap where there is no history", async () => {
    const subscription = await open({}, null);
    gateway.last.messages(1, "random-1");
    gateway.last.close();
    gateway.connections.at(-1)?.messages(1, "late");
    await tick(500);
    gateway.last.open();
    expect(sent()).toEqual([subscribeFrame()]);
    gateway.last.close();
    await tick(1_000);
    answer(null).messages(1, "random-2");
    const iterator = subscription[Symbol.asyncIterator]();
    log.length = 0;
    for (let i = 0; i < 2; i++) log.push((await iterator.next()).value?.id);
    expect(log).toEqual(["random-1", { reason: "no-replay", after: undefined }, "random-2"]);
  });

  it("is shared: all of its subscriptions wait once, and take one connection", async () => {
    await open();
    await open({ token: another });
    gateway.last.close();
    await tick(500);
    expect(gateway.connections).toHaveLength(2);
    gateway.last.close();
    await tick(999);
    expect(gateway.connections).toHaveLength(2);
    await tick(1);
    expect(gateway.connections).toHaveLength(3);
    gateway.last.open();
    expect(sent().map(({ id }) => id)).toEqual([1, 2]);
  });

  it("makes one that subscribes meanwhile wait as well", async () => {
    await open();
    gateway.last.close();
    const promise = client.subscribe({ token: another });
    await tick(499);
    expect(gateway.connections).toHaveLength(1);
    await tick(1);
    gateway.last.open();
    expect(sent()).toHaveLength(2);
    gateway.last.subscribed("e.0", 2);
    await promise;
  });

  it("ends the connection attempt of nobody but who left", async () => {
    const one = await open();
    const other = await open({ token: another });
    gateway.last.close();
    one.close();
    await tick(500);
    gateway.last.open();
    expect(sent()).toEqual([subscribeFrame({ after: "e.0" })]);
    other.close();
    expect(gateway.last.closedWith).toEqual([1000, ""]);
  });

  it.each([1000, 1001, 1005, 1006, 1011, 1012, 4401, 4999])("with code %i is mended", async (code) => {
    await open();
    gateway.last.close(code);
    expect(log.slice(2)).toEqual(["reconnecting", "CONNECTION_LOST"]);
    await tick(500);
    expect(gateway.connections).toHaveLength(2);
  });

  it.each([
    [1009, "FRAME_TOO_LARGE"],
    [4400, "BAD_FRAME"],
    [4403, "ORIGIN_REFUSED"],
    [4406, "PROTOCOL_VERSION"],
    [4409, "BAD_FRAME"],
    [4413, "FRAME_TOO_LARGE"],
  ])("with code %i is the end", async (code, error) => {
    const subscription = await open();
    const refused = client.subscribe({ token: another });
    await tick();
    gateway.last.messages(1, "e.1").close(code, "the reason");
    await expect(refused).rejects.toMatchObject({
      code: error,
      message: expect.stringContaining("the reason"),
    });
    const iterator = subscription[Symbol.asyncIterator]();
    expect((await iterator.next()).value?.id).toBe("e.1");
    await expect(iterator.next()).rejects.toMatchObject({ code: error });
    await tick(60_000);
    expect(gateway.connections).toHaveLength(1);
    expect(log).toEqual(["connecting", "open", error, "closed"]);
  });
});

describe("the waiting", () => {
  it("doubles up to 30 seconds while the gateway can't be reached, and tells of each attempt", async () => {
    const promise = client.subscribe({ token, ...handlers });
    const waits: number[] = [];
    for (let i = 0; i < 9; i++) {
      gateway.last.close();
      const before = Date.now();
      const attempts = gateway.connections.length;
      while (gateway.connections.length === attempts) await tick(250);
      waits.push(Date.now() - before);
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    expect(log).toEqual(["connecting", ...Array(9).fill("CONNECT_FAILED")]);
    answer();
    await promise;
    expect(log.at(-1)).toBe("open");
  });

  it("starts anew only after a connection held for 10 seconds", async () => {
    await open();
    for (const [held, wait] of [
      [0, 500],
      [9_999, 1_000],
      [10_000, 250],
      [1, 500],
    ] as const) {
      await tick(held);
      gateway.last.send({ type: "heartbeat" }).close();
      const attempts = gateway.connections.length;
      await tick(wait - 1);
      expect(gateway.connections).toHaveLength(attempts);
      await tick(1);
      expect(gateway.connections).toHaveLength(attempts + 1);
      answer();
    }
  });

  it("doesn't hammer a gateway that accepts and closes", async () => {
    await open();
    for (let time = 0; time < 60_000; time += 250) {
      if (!gateway.last.closedWith) {
        answer();
        gateway.last.close();
      }
      await tick(250);
    }
    expect(gateway.connections.length).toBeLessThan(10);
  });
});

describe("the waits of many", () => {
  it("are spread over the whole range", async () => {
    const half = createClient({ wires: [gateway.wire], random: () => 0.5 });
    const promise = half.subscribe({ token });
    for (let i = 0; i < 12; i++) {
      const attempts = gateway.connections.length;
      gateway.last.close();
      while (gateway.connections.length === attempts) await tick(125);
    }
    gateway.last.close();
    await tick(14_999);
    expect(gateway.live).toBe(0);
    await tick(1);
    expect(gateway.live).toBe(1);
    half.close();
    await expect(promise).rejects.toMatchObject({ code: "CLOSED" });
  });

  it("may be none: then ids of a new connection aren't mixed up with those of the last", async () => {
    const eager = createClient({ wires: [gateway.wire], random: () => 0 });
    const promises: Promise<unknown>[] = [
      eager.subscribe({
        token,
        onStatus: (status) =>
          status === "reconnecting" &&
          promises.push(eager.subscribe({ token: { ...token, topics: ["third"] } })),
      }),
      eager.subscribe({ token: another }),
    ];
    await tick();
    gateway.last.open().subscribed("e.0", 1).subscribed("e.0", 2).close();
    gateway.last.open();
    expect(sent()).toEqual([1, 2, 3].map((id) => expect.objectContaining({ type: "subscribe", id })));
    for (const id of [1, 2, 3]) gateway.last.subscribed("e.0", id);
    await Promise.all(promises);
    eager.close();
  });
});
