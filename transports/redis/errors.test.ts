import { mkdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { available, freePort } from "../brokers.test-support.js";
import { frame } from "../conformance/frames.js";
import { Recorder } from "../conformance/recorder.js";
import { kinds, open, PATIENCE, until } from "./clients.test-support.js";
import { redis } from "./index.js";
import { admin, end, keep, lazy, refused, start } from "./opened.test-support.js";
import { startProxy } from "./proxy.test-support.js";

describe.skipIf(!available("redis")).each(kinds)("what is refused, by $name", (kind) => {
  const at = async (url: string, more: Parameters<typeof open>[2] = {}) => keep(await open(kind, url, more));

  it("by a replica", async () => {
    const [master, replica] = [await start("--repl-diskless-sync-delay", "0"), await start()];
    await admin(replica).replicaof("127.0.0.1", String(master.port));
    const one = await at(replica.url);
    await expect(one.send(1)).rejects.toEqual(
      refused(/"c".*read-only replica.*Nothing was stored/, /^READONLY/),
    );
    await expect(one.listen()).rejects.toEqual(refused(/read-only replica/, /^READONLY/));
  });

  it("by a server that is out of memory, which loses nothing that it took", async () => {
    const server = await start("--maxmemory", "3mb", "--maxmemory-policy", "noeviction");
    const one = await at(server.url, { history: { count: 1_000_000 } });
    const sink = await one.listen();
    const taken: string[] = [];
    const big = "x".repeat(20_000);
    let error: unknown;
    for (let i = 0; i < 1_000 && !error; i++) {
      const [result] = await one.transport.publish("c", [frame(`${i} ${big}`)]).catch((reason) => {
        error = reason;
        return [];
      });
      if (result && "id" in result) taken.push(result.id);
    }
    expect(error).toEqual(refused(/out of memory \(maxmemory\).*Nothing was stored/, /^OOM/));
    expect(taken.length).toBeGreaterThan(5);
    await sink.count(taken.length);
    expect(sink.ids).toEqual(taken);
    expect(sink.gaps).toEqual([]);
    const page = await one.transport.history("c", { limit: 1_000 });
    expect(page.deliveries.map(({ id }) => id)).toEqual(taken);
    await admin(server).config("SET", "maxmemory", "100mb");
    const [next] = await one.send(1);
    expect(Number(next?.split(".")[1])).toBe(taken.length + 1);
  });

  it("by a server that evicts what it keeps, as a gap", async () => {
    const server = await start("--maxmemory", "3mb", "--maxmemory-policy", "allkeys-lru");
    const one = await at(server.url);
    const [first = ""] = await one.send(1, 2);
    const other = admin(server);
    await until("the channel to be evicted", async () => {
      await other.set(`filler:${crypto.randomUUID()}`, "x".repeat(50_000));
      return (await other.exists("halyard:{c}:stream")) === 0;
    });
    const [reason, ...rest] = await one.missed(first);
    expect(["epoch", "trimmed"]).toContain(reason);
    expect(rest).toEqual([]);
  });

  it("by a server that can't save", async () => {
    const server = await start("--save", "3600", "1000000");
    // Where its snapshot belongs is a folder.
    mkdirSync(path.join(server.folder, "dump.rdb"));
    const one = await at(server.url);
    const [first = ""] = await one.send(1, 2);
    const other = admin(server);
    await other.bgsave();
    await until("it to fail", async () => (await other.info("persistence")).includes("bgsave_status:err"));
    await expect(one.send(3)).rejects.toEqual(refused(/can't save.*Nothing was stored/, /^MISCONF/));
    expect(await one.missed(first)).toEqual([undefined, 2]);
  });

  it("by a password that is asked for", async () => {
    const server = await start();
    await admin(server).config("SET", "requirepass", "secret");
    const one = keep(await open({ ...kind, client: unconnected(kind.name) }, server.url, { timeout: "2s" }));
    await expect(one.send(1)).rejects.toEqual(refused(/user or password/, /NOAUTH|unauthenticated/));
    await expect(one.listen()).rejects.toEqual(refused(/user or password/, /NOAUTH|unauthenticated/));
    const right = await at(server.url.replace("//", "//:secret@"));
    const sink = await right.listen();
    await right.send(1);
    await sink.count(1);
  });

  it.each(["xtrim", "pexpire", "set"])(
    "by a permission that it takes later (%s), with nothing half stored",
    async (command) => {
      const server = await start();
      const acl = admin(server);
      await acl.call(
        "ACL",
        "SETUSER",
        "app",
        "on",
        ">pw",
        "~halyard:*",
        "&halyard:*",
        "+@all",
        `-${command}`,
      );
      const one = await at(server.url.replace("//", "//app:pw@"), { history: { count: 20 } });
      await expect(one.send(0)).rejects.toEqual(
        refused(/lacks a permission.*Nothing was stored/, /NOPERM|can't run/),
      );
      expect(await acl.exists("halyard:{c}:stream")).toBe(0);
      await acl.call("ACL", "SETUSER", "app", `+${command}`);
      await one.send(1);
      expect(await one.missed(undefined)).toEqual([undefined, 1]);
    },
  );

  it("by permissions that lack", async () => {
    const server = await start();
    const acl = admin(server);
    const url = server.url.replace("//", "//app:pw@");
    await acl.call("ACL", "SETUSER", "app", "on", ">pw", "~halyard:*", "&halyard:*", "+@all", "-info");
    const one = await at(url);
    await expect(one.send(1)).rejects.toEqual(
      refused(/lacks a permission.*Nothing was stored/, /can't run this command/),
    );
    // What the docs list.
    const commands =
      "eval evalsha info get set exists unlink pttl pexpire time xadd xrange xtrim publish subscribe unsubscribe ping";
    await acl.call(
      "ACL",
      "SETUSER",
      "app",
      "-@all",
      "+@connection",
      ...commands.split(" ").map((name) => `+${name}`),
    );
    const [first = ""] = await one.send(1);
    const sink = await one.listen(first);
    await one.transport.publish("c", [frame(2, { key: "k" })]);
    await sink.count(1);
    // A user who may write, but may neither publish nor subscribe, stores nothing that nobody is told.
    await acl.call("ACL", "SETUSER", "mute", "on", ">pw", "~halyard:*", "resetchannels", "+@all");
    const mute = await at(server.url.replace("//", "//mute:pw@"));
    await expect(mute.send(9)).rejects.toEqual(
      refused(/lacks a permission.*Nothing was stored/, /NOPERM|channel/i),
    );
    await expect(mute.listen()).rejects.toEqual(refused(/lacks a permission/, /NOPERM|channel/i));
    expect(await one.missed(first)).toEqual([undefined, 2]);
    // Unless it loses that meanwhile: then what is stored is said.
    await acl.call("ACL", "SETUSER", "app", "resetchannels");
    await expect(one.send(3)).rejects.toEqual(refused(/stored, but .* may not PUBLISH/, /NOPERM|channel/i));
    expect(await mute.missed(first)).toEqual([undefined, 2, 3]);
  });

  it("by keys that hold something else", async () => {
    const server = await start();
    const other = admin(server);
    const one = await at(server.url);
    await other.lpush("halyard:{c}:state", "x");
    await expect(one.send(1)).rejects.toEqual(refused(/holds something else.*prefix.*Nothing/, /WRONGTYPE/));
    await other.set("halyard:{c}:state", "x");
    await expect(one.send(1)).rejects.toEqual(
      refused(/holds something else.*prefix.*Nothing/, /HALYARD state/),
    );
    await other.del("halyard:{c}:state");
    const [first] = await one.send(1);
    await other.xadd("halyard:{c}:stream", `2-${Date.now()}`, "1", "not a batch");
    const state = await other.get("halyard:{c}:state");
    await other.set("halyard:{c}:state", String(state).replace(" 1 ", " 2 "));
    await expect(one.missed(first)).rejects.toMatchObject({
      code: "TRANSPORT_FAILED",
      message: /isn't one of/,
    });
  });

  it("by nobody, since nobody is there", async () => {
    const client = lazy(kind.name, `redis://127.0.0.1:${await freePort()}`);
    const transport = redis({ client, timeout: 300 });
    keep(transport);
    const gone = refused(/"c" failed: .*(reached|connected|closed)/, /./);
    await expect(transport.publish("c", [frame(1)])).rejects.toEqual(gone);
    await expect(transport.history("c", { limit: 1 })).rejects.toEqual(gone);
    const sink = new Recorder(PATIENCE);
    await expect(transport.subscribe("c", {}, sink)).rejects.toEqual(refused(/reached/, /ECONNREFUSED/));
    end(client);
  });

  it("by a client that is closed", async () => {
    const server = await start();
    const one = await at(server.url);
    // Another transport came and went on this client.
    const before = redis({ client: one.client });
    await before.subscribe("c", {}, new Recorder(PATIENCE));
    await before.close();
    const sink = await one.listen();
    end(one.client);
    await sink.until("the subscription to fail", () => sink.errors.length > 0);
    expect(sink.errors).toEqual([refused(/closed/, /closed/)]);
    const closed = refused(/closed/, /closed/);
    await expect(one.send(1)).rejects.toEqual(closed);
    await expect(one.missed(undefined)).rejects.toEqual(closed);
    await until("its other connection to be closed", async () => {
      const list = (await admin(server).client("LIST")) as string;
      return !/ sub=[1-9]/.test(list);
    });
  });

  it("by a server that hangs, in time; and a line that hangs is replaced", async () => {
    const server = await start();
    const proxy = keep(await startProxy(server.port));
    const one = await at(proxy.url, { timeout: 1_000 });
    const sink = await one.listen();
    await one.send(1);
    await sink.count(1);
    proxy.hold = true;
    await expect(one.send(2)).rejects.toEqual(refused(/no answer within 1000 ms.*not known/, /./));
    const before = proxy.count;
    // Nothing says that the line is dead but that it doesn't answer.
    await until("another line to be tried", async () => proxy.count > before);
    proxy.hold = false;
    proxy.cut();
    await until("the server to be reached", () =>
      one.send(3).then(
        () => true,
        () => false,
      ),
    );
    await sink.until("what was missed", () => sink.payloads.some((payload) => payload.includes('"data":3')));
  });

  it("without a storm of attempts", async () => {
    const server = await start();
    const proxy = keep(await startProxy(server.port));
    const one = await at(proxy.url, { timeout: 1_000 });
    await one.listen();
    const direct = admin(server);
    // From now on every line breaks as soon as it is made.
    const since = performance.now();
    const before = proxy.count;
    proxy.refuse = true;
    proxy.cut();
    const sink = new Recorder(PATIENCE);
    const attempts = Array.from({ length: 50 }, (_, i) =>
      one.transport.subscribe(`c${i}`, {}, sink).catch((error) => error.code),
    );
    expect(new Set(await Promise.all(attempts))).toEqual(new Set(["TRANSPORT_FAILED"]));
    const seconds = (performance.now() - since) / 1_000;
    // The user's client tries every 20 ms, as it is told to; a line for subscriptions at most four times a second. Each of the 50
    // on its own, or none with a pause, would be many hundreds; what timers make up for on a busy machine is a few.
    expect(proxy.count - before).toBeLessThan(100 + seconds * (50 + 8));
    await direct.ping();
  });
});

/** A kind whose client isn't waited for. */
const unconnected = (name: string) => async (url: string) => {
  const client = lazy(name, url);
  return { client, end: () => end(client) };
};
