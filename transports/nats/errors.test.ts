import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { available, brokerUrl, freePort, type Server, startNats } from "../brokers.test-support.js";
import { frame, frameOfBytes, frames } from "../conformance/frames.js";
import { Recorder } from "../conformance/recorder.js";
import {
  callsOf,
  connectTo,
  createCoreNats,
  createNats,
  jetstream,
  jetstreamManager,
  type TestConnection,
  unique,
} from "./nats.test-support.js";

const servers: Server[] = [];
const connections: TestConnection[] = [];
/** Servers without JetStream. */
const others: ChildProcess[] = [];
const folder = mkdtempSync(path.join(tmpdir(), "halyard-nats-test-"));

async function start(...args: string[]): Promise<Server> {
  const server = await startNats({ args });
  servers.push(server);
  return server;
}

/** A server with a configuration. */
function configured(text: string): Promise<Server> {
  const file = path.join(folder, `${unique()}.conf`);
  writeFileSync(file, text);
  return start("-c", file);
}

async function connected(url = brokerUrl("nats"), options: object = {}): Promise<TestConnection> {
  const connection = await connectTo(url, options);
  connections.push(connection);
  return connection;
}

/** A server with users who may do little, each in an account. */
let restricted: Promise<Server> | undefined;
const restrictedServer = () => {
  restricted ??= configured(`
    jetstream: enabled
    no_auth_user: all
    accounts: {
      WITH: { jetstream: enabled, users: [
        { user: all, password: all }
        { user: mute, password: mute, permissions: {
          publish: { deny: ["halyard.>"] }, subscribe: { deny: ["halyard.*.live.secret", "halyard.core.secret"] } } }
        { user: reader, password: reader, permissions: { publish: { deny: ["$JS.API.STREAM.CREATE.>"] } } }
      ] }
      WITHOUT: { users: [{ user: none, password: none }] }
    }`);
  return restricted;
};
const as = async (user: string) => connected((await restrictedServer()).url, { user, pass: user });

const failed = (says: RegExp, cause: object = expect.any(Error)) =>
  expect.objectContaining({ code: "TRANSPORT_FAILED", message: expect.stringMatching(says), cause });

describe.skipIf(!available("nats"))("what can go wrong at NATS", () => {
  afterEach(async () => {
    await Promise.all(connections.splice(0).map((connection) => connection.close()));
  });
  afterAll(async () => {
    for (const other of others) other.kill();
    await Promise.all(servers.map((server) => server.stop()));
    rmSync(folder, { recursive: true });
  });

  it("says that JetStream is off, and core NATS works all the same", async () => {
    const port = await freePort();
    const server = spawn("nats-server", ["-a", "127.0.0.1", "-p", `${port}`], { stdio: "ignore" });
    others.push(server);
    const connection = await connected(`nats://127.0.0.1:${port}`);
    for (const call of callsOf(createNats(connection, {}).transport)) {
      await expect(call()).rejects.toEqual(failed(/JetStream may be disabled|JetStream isn't enabled/));
    }
    const { transport } = createCoreNats(connection);
    expect(await transport.publish("a", [frame("one")])).toMatchObject([{ duplicate: false }]);
  });

  it("says that the account has no JetStream", async () => {
    const { transport } = createNats(await as("none"), {});
    for (const call of callsOf(transport)) {
      await expect(call()).rejects.toEqual(failed(/JetStream (may be disabled|isn't enabled)/));
    }
  });

  it("says what the user may not do", async () => {
    await createNats(await as("all"), { stream: "SHARED" }).transport.publish("a", frames(1));
    const { transport } = createNats(await as("mute"), { stream: "SHARED" });
    await expect(transport.publish("a", frames(1))).rejects.toEqual(failed(/may not.*publish/i));
    const subscribing = transport.subscribe("secret", {}, new Recorder(1_000));
    await expect(subscribing).rejects.toEqual(failed(/may not.*subscription/i));
    // What it may is not disturbed by that.
    expect((await transport.history("a", { limit: 10 })).deliveries).toHaveLength(1);
    await transport.subscribe("a", {}, new Recorder(1_000));
    const { transport: other } = createNats(await as("reader"), { stream: unique() });
    await expect(other.publish("a", frames(1))).rejects.toEqual(failed(/may not.*STREAM\.CREATE/));
  });

  it("says what a user of core NATS may not do", async () => {
    const { transport } = createCoreNats(await as("mute"));
    await expect(transport.publish("a", frames(1))).rejects.toEqual(failed(/may not.*publish/i));
    await expect(transport.subscribe("secret", {}, new Recorder(1_000))).rejects.toEqual(
      failed(/may not.*subscription/i),
    );
    await transport.subscribe("a", {}, new Recorder(1_000));
  });

  it("says that the stream is missing where it may not be made, and works once it is there", async () => {
    const connection = await connected();
    const stream = unique();
    const { transport } = createNats(connection, { stream, create: false });
    for (const call of callsOf(transport))
      await expect(call()).rejects.toEqual(failed(/stream doesn't exist/));
    await createNats(connection, { stream }).transport.publish("a", frames(1));
    expect((await transport.history("a", { limit: 10 })).deliveries).toHaveLength(1);
    await (await jetstreamManager(connection)).streams.delete(stream);
  });

  it("says that a stream is full, and keeps what it had acknowledged", async () => {
    const connection = await connected();
    const stream = unique();
    const manager = await jetstreamManager(connection);
    await manager.streams.add({
      ...{ name: stream, subjects: [`${stream}.a.>`], duplicate_window: 600_000_000_000 },
      ...{ republish: { src: `${stream}.a.>`, dest: `${stream}.b.>` }, max_bytes: 200_000, discard: "new" },
    });
    const { transport } = createNats(connection, { stream });
    const stored: string[] = [];
    const fill = async () => {
      for (let i = 0; i < 20; i++) {
        for (const result of await transport.publish("a", [frameOfBytes(20_000)])) {
          if ("id" in result) stored.push(result.id);
        }
      }
    };
    await expect(fill()).rejects.toEqual(failed(/there is no room.*Nothing was stored/));
    const { deliveries } = await transport.history("a", { limit: 100 });
    expect(deliveries.map(({ id }) => id)).toEqual(stored);
    expect(stored.length).toBeGreaterThan(5);
    await manager.streams.delete(stream);
  });

  it("says that the server's store is full", async () => {
    const { url } = await configured("jetstream: { max_file: 1MB, max_mem: 1MB }");
    const { transport } = createNats(await connected(url), {});
    const fill = async () => {
      for (let i = 0; i < 30; i++) await transport.publish("a", [frameOfBytes(100_000)]);
    };
    await expect(fill()).rejects.toEqual(failed(/there is no room/));
    expect((await transport.history("a", { limit: 100 })).deliveries.length).toBeGreaterThan(3);
  });

  it("gives up on a server that doesn't answer, and goes on once it does", async () => {
    const server = await start();
    const { transport } = createNats(await connected(server.url), { timeout: 200 });
    const sink = new Recorder(8_000);
    await transport.subscribe("a", {}, sink);
    process.kill(server.pid, "SIGSTOP");
    await expect
      .poll(() => execFileSync("ps", ["-o", "stat=", "-p", `${server.pid}`], { encoding: "utf8" }))
      .toMatch(/^T/);
    try {
      for (const call of callsOf(transport))
        await expect(call()).rejects.toEqual(failed(/didn't answer within 200 ms/));
    } finally {
      process.kill(server.pid, "SIGCONT");
    }
    // What was on its way may be stored by now.
    await transport.publish("a", [frame("last")]);
    await sink.payload(frame("last").payload);
    expect(sink.gaps).toEqual([]);
  });

  it("says that the client is closed, to callers and to subscribers", async () => {
    for (const end of ["close", "drain"] as const) {
      const connection = await connected();
      const stream = unique();
      const jet = createNats(connection, { stream }).transport;
      const core = createCoreNats(connection).transport;
      const sinks = [new Recorder(4_000), new Recorder(4_000)] as const;
      await jet.subscribe("a", {}, sinks[0]);
      await core.subscribe("a", {}, sinks[1]);
      await (await jetstreamManager(connection)).streams.delete(stream);
      await connection[end]();
      for (const sink of sinks) {
        await sink.until("fail() to be called", () => sink.errors.length > 0);
        expect(sink.errors).toEqual([failed(/connection is closed.*maxReconnectAttempts/)]);
      }
      const more = [() => core.publish("a", frames(1)), () => core.subscribe("a", {}, new Recorder(1))];
      for (const call of [...callsOf(jet), ...more])
        await expect(call()).rejects.toEqual(failed(/is closed/));
      for (const call of callsOf(createNats(connection, { stream }).transport)) {
        await expect(call()).rejects.toEqual(failed(/is closed/));
      }
      await Promise.all([jet.close(), core.close()]);
    }
  });

  it("passes over what others store in its stream", async () => {
    const connection = await connected();
    const stream = unique();
    const { transport } = createNats(connection, { stream });
    const sink = new Recorder(4_000);
    await transport.subscribe("a", {}, sink);
    await transport.publish("a", [frame("one")]);
    const manager = await jetstreamManager(connection);
    const subject = ((await manager.streams.info(stream)).config.subjects?.[0] ?? "").replace(">", "a");
    for (const text of ["", "junk", '["h1",', '["h1","s",0,"note",99]\nshort', "\u0000\u00ff"]) {
      await jetstream(connection).publish(subject, new TextEncoder().encode(text), { timeout: 1_000 });
    }
    await transport.publish("a", [frame("two")]);
    await sink.count(2);
    const expected = [frame("one").payload, frame("two").payload];
    expect([sink.payloads, sink.gaps]).toEqual([expected, []]);
    const { deliveries } = await transport.history("a", { limit: 10 });
    expect(deliveries.map(({ frame }) => frame.payload)).toEqual(expected);
    await manager.streams.delete(stream);
  });

  it("tells subscribers of core NATS that a reconnect may have cost them messages", async () => {
    const connection = await connected();
    const { transport } = createCoreNats(connection, { prefix: unique() });
    const sink = new Recorder(4_000);
    await transport.subscribe("a", {}, sink);
    await transport.publish("a", [frame("one")]);
    await sink.count(1);
    for (let i = 1; i <= 2; i++) {
      await connection.reconnect();
      await sink.until("a gap", () => sink.gaps.length === i);
    }
    await transport.publish("a", [frame("two")]);
    await sink.count(2);
    expect(sink.gaps.map(({ reason, at }) => [reason, at])).toEqual([
      ["no-replay", 1],
      ["no-replay", 1],
    ]);
  });

  it("leaves no consumers behind", async () => {
    const connection = await connected();
    const stream = unique();
    const { transport } = createNats(connection, { stream });
    for (let i = 0; i < 60; i++) await transport.publish("a", frames(1));
    for (let i = 0; i < 5; i++) {
      expect((await transport.history("a", { limit: 100 })).deliveries).toHaveLength(60);
    }
    const manager = await jetstreamManager(connection);
    await expect.poll(() => manager.consumers.list(stream).next()).toEqual([]);
    await manager.streams.delete(stream);
  });
});
