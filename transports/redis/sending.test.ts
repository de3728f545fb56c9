import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { available, type Server, startRedis } from "../brokers.test-support.js";
import { frame } from "../conformance/frames.js";
import { kinds, type Opened, open, until } from "./clients.test-support.js";
import { keep } from "./opened.test-support.js";
import { startProxy } from "./proxy.test-support.js";

let server: Server;
let admin: Redis;
let count = 0;

describe.skipIf(!available("redis")).each(kinds)("what is sent, by $name", (kind) => {
  beforeAll(async () => {
    server = await startRedis();
    admin = new Redis(server.url);
  });

  afterAll(async () => {
    admin.disconnect();
    await server.kill();
  });

  /** Opens a transport with keys of its own; gives those too. */
  const start = async (more: Parameters<typeof open>[2] = {}, url = server.url) => {
    const prefix = `p${count++}:`;
    const one: Opened = keep(await open(kind, url, { prefix, ...more }));
    return { one, prefix, stream: `${prefix}{c}:stream`, state: `${prefix}{c}:state` };
  };

  it("is stored once, where the client sends it again because its answer was lost", async () => {
    const proxy = keep(await startProxy(server.port));
    const { one, stream } = await start({}, proxy.url);
    await one.send(1);
    proxy.holdAnswers = true;
    const sending = one.send(2);
    await until("it to be stored", async () => (await admin.xlen(stream)) === 2);
    proxy.cut();
    proxy.holdAnswers = false;
    // One client sends it again and gets the first answer, the other can't know.
    if (kind.name === "ioredis") expect((await sending)[0]).toMatch(/\.2$/);
    else await expect(sending).rejects.toMatchObject({ code: "TRANSPORT_FAILED", message: /not known/ });
    const [third] = await one.send(3);
    expect(third).toMatch(/\.3$/);
    expect(await one.missed(undefined)).toEqual([undefined, 1, 2, 3]);
  });

  it("isn't stored long after its publisher was told that it failed", async () => {
    const proxy = keep(await startProxy(server.port));
    const { one } = await start({ timeout: 1_000 }, proxy.url);
    await one.send(1);
    proxy.refuse = true;
    proxy.cut();
    await expect(one.send(2)).rejects.toMatchObject({ code: "TRANSPORT_FAILED" });
    proxy.refuse = false;
    // The client may keep it in its queue, and sends it first.
    await until("another to be stored", () =>
      one.send(3).then(
        () => true,
        () => false,
      ),
    );
    const [, first, ...rest] = await one.missed(undefined);
    expect(first).toBe(1);
    expect(new Set(rest)).toEqual(new Set([3]));
  });

  it.each([true, false])(
    "isn't stored at all once that was told, though a server was known: %s",
    async (known) => {
      const proxy = keep(await startProxy(server.port));
      const { one, prefix } = await start({ timeout: 1_000 }, proxy.url);
      if (known) await one.send(1);
      proxy.refuse = true;
      proxy.cut();
      await expect(one.send(2)).rejects.toMatchObject({ code: "TRANSPORT_FAILED" });
      proxy.refuse = false;
      // The client's queue is behind once this is stored; and what would follow from it, once that is.
      const other = () =>
        one.sendTo("other", 3).then(
          () => true,
          () => false,
        );
      for (const _ of [1, 2]) await until("another to be stored", other);
      expect(await admin.xlen(`${prefix}{c}:stream`)).toBe(known ? 1 : 0);
    },
  );

  it("isn't stored again where a client sends it again after what was remembered of it is gone", async () => {
    const proxy = keep(await startProxy(server.port));
    const { one, stream, prefix } = await start({ timeout: 1_000 }, proxy.url);
    await one.send(1);
    proxy.holdAnswers = true;
    await expect(one.send(2)).rejects.toMatchObject({ code: "TRANSPORT_FAILED" });
    expect(await admin.xlen(stream)).toBe(2);
    for (const key of await admin.keys(`${prefix}{c}:writer:*`)) await admin.del(key);
    proxy.holdAnswers = false;
    proxy.cut();
    for (const _ of [1, 2]) {
      await until("another to be stored", () =>
        one.sendTo("other", 3).then(
          () => true,
          () => false,
        ),
      );
    }
    expect(await one.missed(undefined)).toEqual([undefined, 1, 2]);
  });

  it("is stored, though another publish to the channel is under way", async () => {
    const { one } = await start();
    await one.send(0);
    // A key takes time to hash, so that what comes behind could overtake it.
    const all = [frame(1, { key: "k" }), frame(2), frame(3, { key: "l" }), frame(4)];
    const results = await Promise.all(all.map((frame) => one.transport.publish("c", [frame])));
    expect(new Set(results.map(([result]) => result && "id" in result && result.id)).size).toBe(4);
    expect(await one.missed(undefined)).toEqual([undefined, 0, 1, 2, 3, 4]);
  });

  it("is stored where a clock is set", async () => {
    const { one, state } = await start({ timeout: 1_000 });
    await one.send(1);
    // To the transport, the server's is an hour ahead of where it was.
    const now = performance.now.bind(performance);
    const clock = vi.spyOn(performance, "now").mockImplementation(() => now() - 3_600_000);
    await one.send(2).finally(() => clock.mockRestore());
    // What is left of a clock that ran ahead: a message of the future, and a check that is due then.
    const [, seed, run] = (await admin.get(state))?.split(" ") ?? [];
    await admin.set(state, `1 ${seed} ${run} 2 ${Date.now() + 86_400_000} 0 -`);
    await one.send(3);
    expect(await one.missed(undefined)).toEqual([undefined, 1, 2, 3]);
  });

  it("finds its script again once the server has forgotten it", async () => {
    const { one } = await start();
    await one.send(1);
    await admin.script("FLUSH");
    await Promise.all([one.send(2), one.missed(undefined)]);
    expect(await one.missed(undefined)).toEqual([undefined, 1, 2]);
  });

  it("keeps so many messages, though they lie in entries of many", async () => {
    const { one, stream } = await start({ history: { count: 100 } });
    const [first = ""] = await one.send(0);
    for (let i = 0; i < 40; i++) await one.send(...Array.from({ length: 7 }, (_, j) => 1 + i * 7 + j));
    const last = Array.from({ length: 100 }, (_, i) => 181 + i);
    expect(await one.missed(undefined)).toEqual([undefined, ...last]);
    expect(await one.missed(first)).toEqual(["trimmed", ...last]);
    // 100 messages and a twentieth, in sevens; and the entry that the bound goes through.
    expect(await admin.xlen(stream)).toBeLessThanOrEqual(17);
  });

  it("keeps messages so long, also on a channel that goes on", async () => {
    const { one, stream } = await start({ history: { age: 300 } });
    const [first = ""] = await one.send(1, 2);
    await until("the messages to be too old", async () => (await one.missed(undefined)).length === 1);
    expect(await one.missed(first)).toEqual(["trimmed"]);
    const [third = ""] = await one.send(3);
    await one.send(4);
    expect(await one.missed(first)).toEqual(["trimmed", 3, 4]);
    expect(await one.missed(third)).toEqual([undefined, 4]);
    await until("old entries to go", async () => {
      await one.send(5);
      return (await admin.xrange(stream, "-", "+", "COUNT", 1)).every(([id]) => Number.parseInt(id, 10) > 2);
    });
  });

  it("finds where the old ones end in a long history", async () => {
    const { one, stream } = await start({ history: { age: "1m" } });
    const ids: string[] = [];
    for (let i = 1; i <= 30; i++) ids.push(...(await one.send(i)));
    // The first 20 become an hour old.
    const entries = await admin.xrange(stream, "-", "+");
    const move = admin.multi().del(stream);
    for (const [id, fields] of entries) {
      const [offset, at] = id.split("-").map(Number);
      move.xadd(stream, `${offset}-${Number(offset) <= 20 ? Number(at) - 3_600_000 : at}`, ...fields);
    }
    await move.exec();
    const kept = Array.from({ length: 10 }, (_, i) => 21 + i);
    expect(await one.missed(undefined)).toEqual([undefined, ...kept]);
    for (const i of [1, 10, 19]) expect(await one.missed(ids[i - 1])).toEqual(["trimmed", ...kept]);
    expect(await one.missed(ids[19])).toEqual([undefined, ...kept]);
    expect(await one.missed(ids[24])).toEqual([undefined, ...kept.slice(5)]);
  });

  it("leaves nothing of a channel that is no longer used", async () => {
    const { one, prefix } = await start({ history: { age: "1m" }, keyWindow: "2m" });
    await one.transport.publish("c", [frame(1, { key: "k" })]);
    await one.transport.history("never published to", { limit: 1 });
    const keys = await admin.keys(`${prefix}*`);
    expect(keys.length).toBe(5);
    for (const key of keys) {
      const life = await admin.pttl(key);
      expect([key, life > 60_000 && life <= 600_000]).toEqual([key, true]);
    }
  });

  it("is whole, however large a batch is", async () => {
    const { one, stream } = await start();
    const texts = Array.from({ length: 1_000 }, (_, i) => `${i} é水🎏\u0000\n,:`.repeat(60));
    const results = await one.transport.publish(
      "c",
      texts.map((text, i) => frame(text, i % 100 === 50 ? { key: `k${i}` } : {})),
    );
    expect(results.every((result) => "id" in result && !result.duplicate)).toBe(true);
    expect(await admin.xlen(stream)).toBeLessThan(20);
    expect(await one.missed(undefined)).toEqual([undefined, ...texts]);
    const ids = results.map((result) => ("id" in result ? result.id : ""));
    for (const i of [0, 1, 499, 998])
      expect(await one.missed(ids[i])).toEqual([undefined, ...texts.slice(i + 1)]);
  });

  it("is heard of again on the lines that it has, when the client's own is replaced", async () => {
    const proxy = keep(await startProxy(server.port));
    const { one, prefix } = await start({}, proxy.url);
    const sinks = await Promise.all(Array.from({ length: 50 }, (_, i) => one.listen(undefined, `c${i}`)));
    const connections = async () =>
      ((await admin.client("LIST")) as string).split("\n").filter((line) => / sub=[1-9]/.test(line));
    expect((await connections()).length).toBe(1);
    expect((await connections())[0]).toContain(" sub=50 ");
    proxy.cut();
    await until("it to listen again", async () => (await connections())[0]?.includes(" sub=50 ") === true);
    const other = keep(await open(kind, server.url, { prefix }));
    await Promise.all(sinks.map((_, i) => other.transport.publish(`c${i}`, [frame(i)])));
    for (const sink of sinks) await sink.count(1);
    expect(sinks.flatMap((sink) => sink.gaps)).toEqual([]);
  });
});
