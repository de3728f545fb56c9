import type { Redis } from "ioredis";
import { describe, expect, it } from "vitest";
import { available } from "../brokers.test-support.js";
import { kinds, numbersOf, type Opened, open, until } from "./clients.test-support.js";
import { admin, keep, start } from "./opened.test-support.js";
import { startProxy } from "./proxy.test-support.js";

const replication = async (client: Redis, field: string) =>
  new RegExp(`^${field}:(.*)\r$`, "m").exec(await client.info("replication"))?.[1];

/** A master and its replica, and a way to promote the replica with what comes from now on missing. */
async function startPair() {
  const [master, replica] = await Promise.all([start("--repl-diskless-sync-delay", "0"), start()]);
  const [ofMaster, ofReplica] = [admin(master), admin(replica)];
  await ofReplica.replicaof("127.0.0.1", String(master.port));
  await until("replication", async () => (await replication(ofReplica, "master_link_status")) === "up");
  return {
    master,
    replica,
    async cutReplication() {
      const sent = await replication(ofMaster, "master_repl_offset");
      await until("the replica", async () => {
        return Number(await replication(ofReplica, "slave_repl_offset")) >= Number(sent);
      });
      // Nobody listens there, so it stays a replica that falls behind.
      await ofReplica.replicaof("127.0.0.1", "1");
    },
    promote: () => ofReplica.replicaof("NO", "ONE"),
  };
}

describe.skipIf(!available("redis")).each(kinds)("what a server loses, by $name", (kind) => {
  const at = async (url: string, ...more: [Parameters<typeof open>[2]?]): Promise<Opened> =>
    keep(await open(kind, url, ...more));

  it("tells of a replica that was promoted with messages missing", async () => {
    const { master, replica, cutReplication, promote } = await startPair();
    const before = await at(master.url);
    const [, , third = ""] = await before.send(1, 2, 3);
    await cutReplication();
    const [fourth = "", fifth = ""] = await before.send(4, 5);
    await promote();

    const after = await at(replica.url);
    // Before anything is stored there: the positions of 4 and 5 are free, but must not be taken for what comes.
    expect(await after.missed(fifth)).toEqual(["epoch"]);
    await after.send(40, 50, 60);
    expect(await after.missed(fifth)).toEqual(["epoch", 40, 50, 60]);
    expect(await after.missed(fourth)).toEqual(["epoch", 40, 50, 60]);
    // It may be told again what was lost, but not what it has.
    expect(await after.missed(third)).toEqual(["epoch", 40, 50, 60]);
    expect(await after.missed(undefined)).toEqual([undefined, 1, 2, 3, 40, 50, 60]);
  });

  it("tells a live subscriber of a promotion, and goes on", async () => {
    const { master, replica, cutReplication, promote } = await startPair();
    const proxy = keep(await startProxy(master.port));
    const [here, publisher] = [await at(proxy.url), await at(master.url)];
    const sink = await here.listen();
    await publisher.send(1, 2);
    await sink.count(2);
    await cutReplication();
    await publisher.send(3);
    await sink.count(3);
    await promote();
    proxy.target = replica.port;
    proxy.cut();
    await sink.until("a gap", () => sink.gaps.length > 0);
    const next = await at(replica.url);
    await next.send(30, 40);
    await sink.count(5);
    expect(numbersOf(sink)).toEqual([1, 2, 3, 30, 40]);
    expect(sink.gaps).toMatchObject([{ reason: "epoch", at: 3 }]);
  });

  it("tells of a restart without persistence", async () => {
    const server = await start();
    const one = await at(server.url);
    const sink = await one.listen();
    const [first = "", second = ""] = await one.send(1, 2);
    await sink.count(2);
    await server.kill();
    await server.restart();
    await sink.until("a gap", () => sink.gaps.length > 0);
    await one.send(10, 20, 30);
    await sink.count(5);
    expect(numbersOf(sink)).toEqual([1, 2, 10, 20, 30]);
    for (const id of [first, second]) expect(await one.missed(id)).toEqual(["epoch", 10, 20, 30]);
  });

  it("tells of a restart from an old snapshot", async () => {
    const server = await start();
    const one = await at(server.url);
    const [, second = ""] = await one.send(1, 2);
    await admin(server).save();
    const [third = "", fourth = ""] = await one.send(3, 4);
    await server.kill();
    await server.restart();
    expect(await one.missed(fourth)).toEqual(["epoch"]);
    await one.send(30, 40, 50);
    for (const id of [second, third, fourth]) expect(await one.missed(id)).toEqual(["epoch", 30, 40, 50]);
    expect(await one.missed(undefined)).toEqual([undefined, 1, 2, 30, 40, 50]);
  });

  it("keeps what an append-only file has, though it can't know that nothing is missing", async () => {
    const server = await start("--appendonly", "yes", "--appendfsync", "always");
    const one = await at(server.url);
    const [first = ""] = await one.send(1, 2);
    await server.kill();
    await server.restart();
    expect(await one.missed(first)).toEqual(["epoch", 2]);
    const [, , fifth = ""] = await one.send(3, 4, 5);
    expect(await one.missed(first)).toEqual(["epoch", 2, 3, 4, 5]);
    await one.send(6);
    expect(await one.missed(fifth)).toEqual([undefined, 6]);
  });

  it("tells of FLUSHALL, to who resumes and to who listens", async () => {
    const server = await start();
    const one = await at(server.url);
    const sink = await one.listen();
    const [first = "", second = ""] = await one.send(1, 2);
    await sink.count(2);
    await admin(server).flushall();
    expect(await one.missed(second)).toEqual(["epoch"]);
    await one.send(10, 20, 30);
    await sink.count(5);
    expect(numbersOf(sink)).toEqual([1, 2, 10, 20, 30]);
    expect(sink.gaps).toMatchObject([{ reason: "epoch", at: 2 }]);
    for (const id of [first, second]) expect(await one.missed(id)).toEqual(["epoch", 10, 20, 30]);
  });

  it("tells of each key that is deleted", async () => {
    const server = await start();
    const one = await at(server.url, { prefix: "p:" });
    const keys = admin(server);
    const [first = ""] = await one.send(1, 2);
    await keys.del("p:{c}:state");
    expect(await one.missed(first)).toEqual(["epoch"]);

    const [third = ""] = await one.send(3);
    await one.send(4);
    const [fifth = ""] = await one.send(5, 6);
    const entries = await keys.xrange("p:{c}:stream", "2-0", "3-0");
    expect(await keys.xdel("p:{c}:stream", ...entries.map(([id]) => id))).toBe(1);
    // A hole is told where it is.
    expect(await one.missed(third)).toEqual(["trimmed", 5, 6]);
    const page = await one.transport.history("c", { limit: 10 });
    expect([page.deliveries.length, page.gap, page.more]).toEqual([1, undefined, true]);
    expect(await one.missed(page.position)).toEqual(["trimmed", 5, 6]);

    await keys.del("p:{c}:stream");
    expect(await one.missed(fifth)).toEqual(["trimmed"]);
    await one.send(7);
    expect(await one.missed(fifth)).toEqual(["trimmed", 7]);
  });
});
