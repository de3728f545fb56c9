import { cpSync, rmSync } from "node:fs";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { available, brokerUrl, type Server, startNats } from "../brokers.test-support.js";
import { frame, frames } from "../conformance/frames.js";
import { Recorder } from "../conformance/recorder.js";
import { connectTo, createNats, jetstreamManager, type TestConnection, unique } from "./nats.test-support.js";
import type { NatsOptions } from "./options.js";

const servers: Server[] = [];
const connections: TestConnection[] = [];
const streams: { url: string; stream: string }[] = [];

async function start(...args: string[]): Promise<Server> {
  const server = await startNats({ args });
  servers.push(server);
  return server;
}

/** Two transports on one stream, each with a connection of its own. */
async function pair(url: string, options: Omit<NatsOptions, "client"> = {}) {
  const stream = options.stream ?? unique();
  streams.push({ url, stream });
  const made = await Promise.all(
    [0, 1].map(async () => {
      const connection = await connectTo(url);
      connections.push(connection);
      const { transport } = createNats(connection, { ...options, stream });
      return {
        transport,
        async publish(channel: string, text: string) {
          const [result] = await transport.publish(channel, [frame(text)]);
          if (!result || !("id" in result)) throw new Error(`Refused: ${JSON.stringify(result)}`);
          return result.id;
        },
        async listen(channel: string, after?: string) {
          const sink = new Recorder(8_000);
          await transport.subscribe(channel, { after }, sink);
          return sink;
        },
        history: (channel: string, after?: string) => transport.history(channel, { after, limit: 1_000 }),
      };
    }),
  );
  const [here, there] = made;
  const connection = await connectTo(url);
  connections.push(connection);
  if (!here || !there) throw new Error("Two were made.");
  return { here, there, stream, manager: await jetstreamManager(connection) };
}

/** Tries until it doesn't throw. */
async function retried<T>(task: () => Promise<T>): Promise<T> {
  const end = performance.now() + 10_000;
  for (;;) {
    try {
      return await task();
    } catch (error) {
      if (performance.now() > end) throw error;
    }
  }
}

const epochOf = (id: string) => id.split(".")[0];
const payloads = (...texts: string[]) => texts.map((text) => frame(text).payload);

describe.skipIf(!available("nats"))("positions at NATS", () => {
  afterEach(async () => {
    await Promise.all(connections.splice(0).map((connection) => connection.close()));
    for (const { url, stream } of streams.splice(0)) {
      if (url !== brokerUrl("nats")) continue;
      const connection = await connectTo(url);
      const manager = await jetstreamManager(connection);
      await manager.streams.delete(stream).catch(() => {});
      await connection.close();
    }
  });
  afterAll(() => Promise.all(servers.map((server) => server.stop())));

  it("are of another epoch when the stream was deleted, also to who has only read", async () => {
    const { here, there, stream, manager } = await pair(brokerUrl("nats"));
    await here.publish("a", "one");
    const { position } = await there.history("a");
    await manager.streams.delete(stream);
    await retried(() => here.publish("a", "two"));
    const start = performance.now();
    const now = vi.spyOn(performance, "now").mockReturnValue(start + 15_000);
    try {
      const { deliveries, gap } = await there.history("a", position);
      expect(gap).toEqual({ reason: "epoch", after: position });
      expect(deliveries.map(({ frame }) => frame.payload)).toEqual(payloads("two"));
    } finally {
      now.mockRestore();
    }
  });

  it("are unknown where they stand before the first number", async () => {
    const { here } = await pair(brokerUrl("nats"));
    const id = await here.publish("a", "one");
    for (const offset of [1, 5, 1_023]) {
      const after = `${epochOf(id)}.${offset}`;
      const { deliveries, gap } = await here.history("a", after);
      expect(gap).toEqual({ reason: "unknown", after });
      expect(deliveries.map(({ id }) => id)).toEqual([id]);
    }
  });

  it("are of another epoch when the stream was deleted, which live readers are told at once", async () => {
    const { here, there, stream, manager } = await pair(brokerUrl("nats"));
    const sinks = [await here.listen("a"), await there.listen("a"), await there.listen("quiet")];
    const first = await here.publish("a", "one");
    await Promise.all(sinks.slice(0, 2).map((sink) => sink.count(1)));
    await manager.streams.delete(stream);
    for (const sink of sinks) await sink.until("a gap", () => sink.gaps.length > 0);
    const second = await there.publish("a", "two");
    for (const sink of sinks.slice(0, 2)) {
      await sink.count(2);
      expect(sink.gaps.map(({ reason, after, at }) => [reason, after, at])).toEqual([["epoch", first, 1]]);
      expect(sink.payloads).toEqual(payloads("one", "two"));
    }
    expect(epochOf(second)).not.toBe(epochOf(first));
    expect((await here.history("a", first)).gap).toEqual({ reason: "epoch", after: first });
    expect((await here.history("a", second)).gap).toBeUndefined();
  });

  it("are of another epoch when the stream was made again with the same subjects", async () => {
    const stream = unique();
    const { here, there, manager } = await pair(brokerUrl("nats"), {
      stream,
      create: false,
      keyWindow: "2m",
    });
    const config = {
      ...{ name: stream, subjects: [`${stream}.in.>`], duplicate_window: 120_000_000_000 },
      republish: { src: `${stream}.in.>`, dest: `${stream}.out.>` },
    };
    await manager.streams.add(config);
    const sinks = [await here.listen("a"), await there.listen("a")];
    const old: string[] = [];
    for (const text of ["one", "two", "three"]) old.push(await here.publish("a", text));
    for (const sink of sinks) await sink.count(3);
    await manager.streams.delete(stream);
    await manager.streams.add(config);
    // Its numbers are those of before.
    const id = await retried(() => here.publish("a", "four"));
    for (const sink of sinks) {
      await sink.payload(frame("four").payload);
      expect(sink.gaps.map(({ reason, at }) => [reason, at])).toEqual([["epoch", 3]]);
      expect(sink.payloads).toEqual(payloads("one", "two", "three", "four"));
    }
    expect(epochOf(id)).not.toBe(epochOf(old[0] ?? ""));
    for (const after of old) expect((await there.history("a", after)).gap?.reason).toBe("epoch");
  });

  it("are of another epoch when the server has lost a stream that it kept in memory", async () => {
    const server = await start();
    const { here, there } = await pair(server.url, { storage: "memory" });
    const sink = await here.listen("a");
    const first = await there.publish("a", "one");
    await sink.count(1);
    await server.restart();
    const second = await retried(() => there.publish("a", "two"));
    await sink.payload(frame("two").payload);
    expect(sink.gaps.map(({ reason, after }) => [reason, after])).toEqual([["epoch", first]]);
    expect(epochOf(second)).not.toBe(epochOf(first));
  });

  it("stay what they are when the server is started again", async () => {
    const server = await start();
    const { here, there } = await pair(server.url);
    const sink = await here.listen("a");
    const first = await there.publish("a", "one");
    await server.restart();
    const second = await retried(() => there.publish("a", "two"));
    await sink.payload(frame("two").payload);
    expect(sink.gaps).toEqual([]);
    expect(epochOf(second)).toBe(epochOf(first));
    expect((await here.history("a", first)).deliveries.map(({ id }) => id)).toEqual([second]);
  });

  it("are of another epoch, for everybody, when a backup was restored under live servers", async () => {
    const server = await start();
    const { here, there } = await pair(server.url);
    const sinks = [await here.listen("a"), await there.listen("a")];
    const kept = await here.publish("a", "kept");
    await server.stop();
    cpSync(server.folder, `${server.folder}.copy`, { recursive: true });
    await server.restart();
    const lost = await retried(() => here.publish("a", "lost"));
    await here.publish("a", "lost, too");
    for (const sink of sinks) await sink.payload(frame("lost, too").payload);
    await server.stop();
    rmSync(server.folder, { recursive: true });
    cpSync(`${server.folder}.copy`, server.folder, { recursive: true });
    rmSync(`${server.folder}.copy`, { recursive: true });
    await server.restart();
    const next = await retried(() => there.publish("a", "next"));
    for (const sink of sinks) {
      await sink.payload(frame("next").payload);
      expect(new Set(sink.gaps.map(({ reason }) => reason))).toEqual(new Set(["epoch"]));
    }
    expect(epochOf(next)).not.toBe(epochOf(lost));
    // One epoch for both, under which all that is there is found.
    const found = await retried(async () => {
      const both = await Promise.all([here, there].map((each) => each.history("a")));
      expect(both[0]).toEqual(both[1]);
      return both[0];
    });
    expect(found?.deliveries.map(({ frame }) => frame.payload)).toEqual(payloads("kept", "next"));
    for (const after of [lost, kept]) expect((await here.history("a", after)).gap?.reason).toBe("epoch");
  });

  it("are trimmed when the stream was purged, and are never given out again", async () => {
    const { here, there, stream, manager } = await pair(brokerUrl("nats"));
    const sink = await here.listen("a");
    const empty = (await here.history("a")).position;
    const first = await here.publish("a", "one");
    await sink.count(1);
    await manager.streams.purge(stream);
    for (const after of [first, empty]) {
      expect((await there.history("a", after)).gap).toEqual({ reason: "trimmed", after });
    }
    const second = await there.publish("a", "two");
    await sink.count(2);
    // It heard of all there was.
    expect(sink.gaps).toEqual([]);
    expect([epochOf(second), second > first]).toEqual([epochOf(first), true]);
  });

  it("are trimmed when one channel was purged, also for who resumes from before its first message", async () => {
    const { here, there, stream, manager } = await pair(brokerUrl("nats"));
    await here.publish("other", "stays");
    const { position } = await here.history("a");
    const first = await here.publish("a", "one");
    await here.publish("other", "stays, too");
    const { config } = await manager.streams.info(stream);
    await manager.streams.purge(stream, { filter: (config.subjects?.[0] ?? "").replace(">", "a") });
    for (const after of [position, first]) {
      expect((await there.history("a", after)).gap).toEqual({ reason: "trimmed", after });
    }
    expect((await there.history("other")).deliveries).toHaveLength(2);
  });

  it("of a quiet channel lead to no gap in a busy stream", async () => {
    const { here, there } = await pair(brokerUrl("nats"), { history: { count: 5 } });
    const { position } = await here.history("empty");
    const last = await here.publish("quiet", "one");
    for (let i = 0; i < 20; i++) await here.publish(`busy ${i % 10}`, `message ${i}`);
    for (const [channel, after] of [
      ["quiet", last],
      ["empty", position],
    ] as const) {
      expect(await there.history(channel, after)).toMatchObject({ gap: undefined, deliveries: [] });
    }
    const sink = await there.listen("empty", position);
    const id = await here.publish("empty", "first");
    await sink.count(1);
    expect([sink.ids, sink.gaps]).toEqual([[id], []]);
  });

  it("are never skipped without a gap while a channel is trimmed under its readers", async () => {
    const { here, there } = await pair(brokerUrl("nats"), { history: { count: 30 } });
    const ids: string[] = [await here.publish("a", "message 0")];
    let isDone = false;
    const publishing = (async () => {
      for (let i = 1; !isDone; i++) ids.push(await here.publish("a", `message ${i}`));
    })();
    const number = ({ frame }: { frame: { payload: string } }) =>
      Number(/message (\d+)/.exec(frame.payload)?.[1]);
    let pages = 0;
    let gaps = 0;
    for (let i = 0; i < 60; i++) {
      const from = Math.max(0, ids.length - 1 - (i % 40));
      const { gap, deliveries } = await there.history("a", ids[from]);
      const numbers = deliveries.map(number);
      const first = numbers[0] ?? from + 1;
      if (gap) gaps++;
      else expect(first).toBe(from + 1);
      expect(numbers).toEqual(numbers.map((_, j) => first + j));
      pages += numbers.length > 1 ? 1 : 0;
    }
    isDone = true;
    await publishing;
    expect([pages > 5, gaps > 0]).toEqual([true, true]);
  });

  it("are given by what a whole batch is stored as, frame by frame", async () => {
    const { here, there } = await pair(brokerUrl("nats"));
    const results = await here.transport.publish("a", frames(250));
    const ids = results.map((result) => ("id" in result ? result.id : "refused"));
    for (const i of [0, 1, 100, 248, 249]) {
      const { deliveries } = await there.history("a", ids[i]);
      expect(deliveries.map(({ id }) => id)).toEqual(ids.slice(i + 1));
    }
    // One stored message more comes right after.
    const next = await there.publish("a", "next");
    expect((await here.history("a", ids[249])).deliveries.map(({ id }) => id)).toEqual([next]);
  });
});
