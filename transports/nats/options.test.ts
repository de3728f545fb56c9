import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { available, brokerUrl, type Server, startNats } from "../brokers.test-support.js";
import { frame, frameOfBytes, frames } from "../conformance/frames.js";
import { Recorder } from "../conformance/recorder.js";
import { nats, natsCore } from "./index.js";
import {
  callsOf,
  connectTo,
  createNats,
  jetstream,
  jetstreamManager,
  type TestConnection,
  unique,
} from "./nats.test-support.js";
import { checkVersion } from "./stream.js";

const connections: TestConnection[] = [];
let server: Server | undefined;

async function connected(url = brokerUrl("nats"), options: object = {}): Promise<TestConnection> {
  const connection = await connectTo(url, options);
  connections.push(connection);
  return connection;
}

describe.skipIf(!available("nats"))("options of NATS", () => {
  afterAll(() => server?.stop());
  afterEach(async () => {
    await Promise.all(connections.splice(0).map((connection) => connection.close()));
  });

  it("refuses a stream that doesn't fit, naming how, and leaves it as it is", async () => {
    const connection = await connected();
    const manager = await jetstreamManager(connection);
    const stream = unique();
    const base = { name: stream, subjects: [`${stream}.a.>`], duplicate_window: 600_000_000_000 };
    const fitting = { ...base, republish: { src: `${stream}.a.>`, dest: `${stream}.b.>` } };
    const wrong: [object, object, RegExp][] = [
      [base, {}, /doesn't republish/],
      [{ ...fitting, subjects: [`${stream}.a.>`, `${stream}.c`] }, {}, /its subjects are/],
      [
        { ...fitting, duplicate_window: 120_000_000_000 },
        {},
        /duplicate_window is 120000000000, while keyWindow/,
      ],
      [fitting, { history: { age: "2h" } }, /max_age is 0, while history.age asks for/],
      [fitting, { history: { count: 7 } }, /max_msgs_per_subject is -1, while history.count asks for 7/],
      [fitting, { totalBytes: 5_000_000 }, /max_bytes is -1/],
      [fitting, { storage: "memory" }, /storage is file/],
      [fitting, { prefix: "staging" }, /its subject is .*\.a\.>, while prefix asks for staging\.>/],
      [{ ...fitting, max_msg_size: 1_000 }, {}, /max_msg_size is 1000/],
      [{ ...fitting, retention: "workqueue" }, {}, /retention is workqueue/],
    ];
    for (const [config, options, says] of wrong) {
      await manager.streams.add(config);
      const before = (await manager.streams.info(stream)).config;
      for (const call of callsOf(createNats(connection, { stream, ...options }).transport)) {
        const refused = { code: "INVALID_OPTIONS", message: expect.stringMatching(says) };
        await expect(call()).rejects.toMatchObject(refused);
      }
      expect((await manager.streams.info(stream)).config).toEqual(before);
      await manager.streams.delete(stream);
    }
    await manager.streams.add(fitting);
    const { transport } = createNats(connection, { stream });
    expect(await transport.publish("a", frames(1))).toHaveLength(1);
    await manager.streams.delete(stream);
  });

  it("refuses the stream of another prefix, whose channels would be heard", async () => {
    const connection = await connected();
    const stream = unique();
    const production = createNats(connection, { stream, prefix: "app.production" }).transport;
    await production.publish("a", frames(1));
    const refused = {
      code: "INVALID_OPTIONS",
      message: expect.stringMatching(/while prefix asks for app\.prod\.>/),
    };
    for (const call of callsOf(createNats(connection, { stream, prefix: "app.prod" }).transport))
      await expect(call()).rejects.toMatchObject(refused);
    const again = createNats(connection, { stream, prefix: "app.production" }).transport;
    expect((await again.history("a", { limit: 10 })).deliveries).toHaveLength(1);
    await (await jetstreamManager(connection)).streams.delete(stream);
  });

  it("takes messages up to what the server takes, and splits batches that are larger", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "halyard-nats-test-"));
    const file = path.join(folder, "nats.conf");
    writeFileSync(file, "jetstream: enabled, max_payload: 65536");
    server = await startNats({ args: ["-c", file] });
    rmSync(folder, { recursive: true });
    const connection = await connected(server.url);
    const { transport } = createNats(connection, {});
    const { maxBytes } = transport.supports;
    expect(maxBytes).toBe(65_536 - 4_096);
    const sink = new Recorder(4_000);
    await transport.subscribe("a", {}, sink);
    const largest = frameOfBytes(maxBytes, { topic: "t".repeat(300), key: "k" });
    const batch = [
      ...frames(5),
      largest,
      ...Array.from({ length: 9 }, () => frameOfBytes(30_000)),
      ...frames(5),
    ];
    const results = await transport.publish("a", batch);
    expect(results.filter((result) => "error" in result)).toEqual([]);
    await sink.count(batch.length);
    expect(sink.payloads).toEqual(batch.map(({ payload }) => payload));
    expect(sink.gaps).toEqual([]);
    const [refused, taken] = await transport.publish("a", [
      frameOfBytes(maxBytes, { topic: "t".repeat(10_000) }),
      frame("small"),
    ]);
    expect(refused).toMatchObject({ error: { code: "PAYLOAD_TOO_LARGE" } });
    expect(taken).toMatchObject({ duplicate: false });
    const give = () => nats({ client: jetstream(connection), maxBytes: 65_536 });
    expect(give).toThrow(/maxBytes is 65536, but the server takes 61440 at most/);
  });

  it("refuses options that are wrong, and says which", async () => {
    const connection = await connected();
    const client = jetstream(connection);
    const wrong: [() => unknown, RegExp][] = [
      [
        () => nats({ client: connection as never }),
        /client is no JetStream client: a connection; give jetstream/,
      ],
      [() => nats({ client: {} as never }), /client is no JetStream client: give jetstream/],
      [() => natsCore({ client: client as never }), /client is no connection: give await connect/],
      [() => nats({ client, stream: "a.b" }), /stream is "a\.b"/],
      [() => nats({ client, prefix: "a b" }), /prefix is "a b"/],
      [() => natsCore({ client: connection, prefix: "a..b" }), /prefix is "a\.\.b"/],
      [() => nats({ client, history: { count: 0 } }), /history\.count is 0/],
      [() => nats({ client, history: { age: "-1s" as never } }), /history\.age/],
      [() => nats({ client, keyWindow: "2h" }), /keyWindow is 7200000 ms, but history\.age 3600000 ms/],
      [() => nats({ client, replicas: 6 }), /replicas is 6/],
      [() => nats({ client, storage: "disk" as never }), /storage is "disk"/],
      [() => nats({ client, timeout: 0 }), /timeout is 0/],
      [
        () => natsCore({ client: connection, maxBytes: 2 ** 30 }),
        /maxBytes is 1073741824, but the server takes/,
      ],
    ];
    for (const [make, says] of wrong) {
      expect(make).toThrow(
        expect.objectContaining({ code: "INVALID_OPTIONS", message: expect.stringMatching(says) }),
      );
    }
    const deaf = await connected(brokerUrl("nats"), { noEcho: true });
    expect(() => natsCore({ client: deaf })).toThrow(/noEcho/);
  });

  it("refuses servers that are too old", () => {
    for (const version of ["2.8.4", "1.4.1"]) {
      expect(() => checkVersion(version)).toThrow(/is nats-server .*: 2\.9 or later/);
    }
    for (const version of ["2.9.0", "2.10.29", "3.0.0", undefined]) checkVersion(version);
  });
});
