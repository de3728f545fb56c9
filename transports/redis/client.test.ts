import { Redis } from "ioredis";
import { createClient } from "redis";
import { describe, expect, it } from "vitest";
import { available } from "../brokers.test-support.js";
import { frame } from "../conformance/frames.js";
import { Recorder } from "../conformance/recorder.js";
import { PATIENCE } from "./clients.test-support.js";
import { failure } from "./errors.js";
import { type RedisOptions, redis } from "./index.js";
import { admin, refused, start } from "./opened.test-support.js";
import { scriptsFor } from "./scripts.js";

describe.skipIf(!available("redis"))("the client", () => {
  it("must be one", () => {
    for (const client of [undefined, null, {}, "redis://localhost", { get() {} }]) {
      expect(() => redis({ client } as unknown as RedisOptions)).toThrow(
        expect.objectContaining({
          code: "INVALID_OPTIONS",
          message: expect.stringContaining("redis: client"),
        }),
      );
    }
  });

  it("of node-redis must be connected", async () => {
    const server = await start();
    const client = createClient({ url: server.url });
    const transport = redis({ client, timeout: 500 });
    const first = refused(/await client\.connect\(\)/, /closed/);
    await expect(transport.publish("c", [frame(1)])).rejects.toEqual(first);
    await client.connect();
    expect(await transport.publish("c", [frame(1)])).toMatchObject([{ duplicate: false }]);
    await transport.close();
    expect(client.isOpen).toBe(true);
    client.destroy();
  });

  it("of ioredis may be lazy", async () => {
    const server = await start();
    const client = new Redis(server.url, { lazyConnect: true });
    const transport = redis({ client });
    const sink = new Recorder(PATIENCE);
    await transport.subscribe("c", {}, sink);
    await transport.publish("c", [frame(1)]);
    await sink.count(1);
    await transport.close();
    expect(client.status).toBe("ready");
    client.disconnect();
  });

  it("may prefix its keys, and give numbers as texts or texts as bytes", async () => {
    const server = await start();
    const plain = new Redis(server.url, { keyPrefix: "mine:", stringNumbers: true });
    const bytes = createClient({
      url: server.url,
      commandOptions: { typeMapping: { 36: Buffer, 43: Buffer } },
    });
    await bytes.connect();
    for (const client of [plain, bytes]) {
      const transport = redis({ client });
      const sink = new Recorder(PATIENCE);
      const { position } = await transport.subscribe("c", {}, sink);
      const batch = [frame(1), frame(2, { key: "k" }), frame("é水🎏")];
      await transport.publish("c", batch);
      await sink.count(3);
      expect(sink.payloads).toEqual(batch.map(({ payload }) => payload));
      const page = await transport.history("c", { after: position ?? "", limit: 10 });
      expect(page.deliveries.map(({ frame }) => frame.payload)).toEqual(sink.payloads);
      await transport.close();
    }
    expect((await admin(server).keys("mine:*")).sort()[0]).toBe("mine:halyard:{c}:key:k");
    plain.disconnect();
    bytes.destroy();
  });

  it("that listens itself is refused, where it can't do both", async () => {
    const server = await start();
    const client = new Redis(server.url, { protocol: 2 });
    await client.subscribe("something");
    const transport = redis({ client, timeout: 500 });
    await expect(transport.publish("c", [frame(1)])).rejects.toEqual(
      refused(/subscriber mode.*Nothing/, /subscriber mode/),
    );
    client.disconnect();
    await transport.close();
  });
});

describe.skipIf(!available("redis"))("a server that is too old", () => {
  it("is told apart, and nothing is stored", async () => {
    const server = await start();
    const client = admin(server);
    const { append } = scriptsFor({ prefix: "", count: 1, age: 1, keyWindow: 1, maxBytes: 1, timeout: 1 });
    // As if this server were older than what it is asked for.
    const text = append.text.replace("not redis.REDIS_VERSION_NUM", "true").replace("602", "9900");
    const error = await client
      .eval(text, 3, "{a}1", "{a}2", "{a}3", "seed", 1, 0, "live", 0, 1, "", "1,1:ab")
      .catch((error) => error);
    expect(failure("it", error, true).message).toMatch(/too old: Redis 6.2 .* Nothing was stored/);
    expect(await client.dbsize()).toBe(0);
  });
});
