import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { memory } from "../../transports/memory/index.js";
import { realtime } from "../realtime.js";
import { type StaticSchema, staticSchema } from "../schema.js";
import { createRealtime } from "./app.js";

const SECRET = "a secret of at least thirty-two characters";
const job = realtime.channel({
  name: "job:{id}",
  topics: {
    step: { schema: z.object({ n: z.number(), note: z.string().default("none") }) },
    slow: { schema: z.string().refine(async (text) => text !== "bad", "is bad") },
    any: { schema: staticSchema<unknown>() },
  },
});
const ch = job({ id: "1" });
const make = () => createRealtime({ transport: memory(), secret: SECRET });

/** Takes what has arrived. */
const collect = () => {
  const got: unknown[] = [];
  return {
    got,
    onMessage: (message: { topic: string; data: unknown }) => void got.push([message.topic, message.data]),
  };
};

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe("publish", () => {
  it("sends the schema's output: defaults are in it, and what the schema strips is not", async () => {
    const app = make();
    const { got, onMessage } = collect();
    await app.subscribe({ channel: ch, onMessage });
    const extra = { n: 1, secret: "stays here" };
    await app.publish(ch.step, extra);
    expect(got).toEqual([["step", { n: 1, note: "none" }]]);
  });

  it("parses each message once", async () => {
    const validate = vi.fn((value: unknown) => ({ value }));
    const schema = {
      "~standard": { version: 1, vendor: "test", validate },
    } as unknown as StaticSchema<number>;
    const once = realtime.channel({ name: "once", topics: { t: { schema } } });
    const app = make();
    for (let i = 0; i < 3; i++) await app.subscribe({ channel: once, onMessage: () => undefined });
    await app.publish(once.t, 1);
    expect(validate).toHaveBeenCalledOnce();
  });

  it("keeps the order of calls, sync and async schemas mixed", async () => {
    const app = make();
    const { got, onMessage } = collect();
    await app.subscribe({ channel: ch, onMessage });
    await Promise.all([app.publish(ch.slow, "a"), app.publish(ch.step, { n: 1 }), app.publish(ch.slow, "b")]);
    expect(got).toEqual([
      ["slow", "a"],
      ["step", { n: 1, note: "none" }],
      ["slow", "b"],
    ]);
  });

  it("refuses with every issue and its path, and publishes nothing", async () => {
    const app = make();
    const { got, onMessage } = collect();
    await app.subscribe({ channel: ch, onMessage });
    await expect(app.publish(ch.step, { n: "1", note: 2 } as never)).rejects.toMatchObject({
      code: "INVALID_PAYLOAD",
      message: expect.stringMatching(/Topic "step" of channel "job:1".*data\.n.*data\.note/s),
      issues: [{ path: ["n"] }, { path: ["note"] }],
    });
    await expect(app.publish(ch.slow, "bad")).rejects.toMatchObject({ code: "INVALID_PAYLOAD" });
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    await expect(app.publish(ch.any, cycle)).rejects.toMatchObject({
      code: "UNSUPPORTED_VALUE",
      message: expect.stringContaining("data.self"),
    });
    await expect(app.publish(ch.any, { at: () => 1 })).rejects.toMatchObject({
      message: expect.stringContaining("data.at is a function"),
    });
    expect(got).toEqual([]);
  });

  it("refuses what is no reference, and a key that is none", async () => {
    const app = make();
    await expect(app.publish({ channel: "job:1", topic: "step" } as never, 1 as never)).rejects.toMatchObject(
      {
        code: "UNKNOWN_TOPIC",
      },
    );
    await expect(app.publish(undefined as never, 1 as never)).rejects.toMatchObject({
      code: "UNKNOWN_TOPIC",
    });
    await expect(app.publish(ch.any, 1, { key: "" })).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
  });

  it("refuses a transaction where the transport can't be part of one, and what is none", async () => {
    const tx = {};
    await expect(createRealtime().publish(ch.any, 1, { tx } as object)).rejects.toMatchObject({
      code: "UNSUPPORTED",
      message: expect.stringContaining('transport "memory" can\'t be part of a transaction (tx)'),
    });
    const transport = memory();
    const supports = { ...transport.supports, transactions: true } as const;
    const app = createRealtime({ transport: { ...transport, supports } });
    for (const none of [null, "tx", 1]) {
      await expect(app.publish(ch.any, 1, { tx: none })).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
    }
    expect(await app.publish(ch.any, 1, { tx })).toHaveProperty("id");
    await app.close();
  });

  it("takes a message once per key; another payload under it is an error", async () => {
    const app = make();
    const { got, onMessage } = collect();
    await app.subscribe({ channel: ch, onMessage });
    const first = await app.publish(ch.step, { n: 1 }, { key: "final" });
    expect(await app.publish(ch.step, { n: 1 }, { key: "final" })).toEqual(first);
    await expect(app.publish(ch.step, { n: 2 }, { key: "final" })).rejects.toMatchObject({
      code: "IDEMPOTENCY_CONFLICT",
    });
    expect(got).toHaveLength(1);
  });

  it("what is published can't be changed afterwards, by its publisher or by a subscriber", async () => {
    const app = make();
    const { got, onMessage } = collect();
    await app.subscribe({ channel: ch, onMessage });
    const progress = { done: 1 };
    await app.publish(ch.any, progress);
    progress.done = 2;
    expect(got).toEqual([["any", { done: 1 }]]);
    const [[, data]] = got as [[string, { done: number }]];
    expect(() => {
      data.done = 3;
    }).toThrow(TypeError);
  });
});

describe("publishMany", () => {
  it("publishes in order, of several channels", async () => {
    const app = make();
    const { got, onMessage } = collect();
    await app.subscribe({ channel: ch, onMessage });
    const other = job({ id: "2" });
    const stored = await app.publishMany([
      [ch.slow, "a"],
      [other.any, 1],
      [ch.step, { n: 1 }, { key: "k" }],
    ]);
    expect(stored).toHaveLength(3);
    expect(got.map((one) => (one as string[])[0])).toEqual(["slow", "step"]);
  });

  it.each([
    ["at once", [ch.step, { n: "x" }], "INVALID_PAYLOAD"],
    ["later", [ch.slow, "bad"], "INVALID_PAYLOAD"],
    ["for what can't travel", [ch.any, Symbol("x")], "UNSUPPORTED_VALUE"],
  ])("publishes none where one is refused %s, and says which", async (_, bad, code) => {
    const app = make();
    const { got, onMessage } = collect();
    await app.subscribe({ channel: ch, onMessage });
    const messages = [[ch.slow, "bad"], [ch.any, 1], bad, [ch.any, 2]].slice(bad[0] === ch.slow ? 1 : 0);
    await expect(app.publishMany(messages as never)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/^Message \d: /),
    });
    await app.flush();
    expect(got).toEqual([]);
  });
});

describe("publishMany over the limit", () => {
  it("publishes none", async () => {
    const app = createRealtime({ transport: memory(), secret: SECRET, maxPending: 2 });
    const { got, onMessage } = collect();
    await app.subscribe({ channel: ch, onMessage });
    const messages = [1, 2, 3].map((n) => [ch.any, n] as const);
    await expect(app.publishMany(messages)).rejects.toMatchObject({ code: "OVERLOADED" });
    await app.flush();
    expect(got).toEqual([]);
  });
});

describe("close", () => {
  it("stores what is published, ends subscriptions after what they have, and refuses later calls", async () => {
    const transport = memory();
    const app = createRealtime({ transport, secret: SECRET });
    const subscription = await app.subscribe({ channel: ch });
    const published = app.publish(ch.slow, "last");
    await Promise.all([app.close(), app.close()]);
    expect(await published).toMatchObject({ id: expect.any(String) });
    const got: unknown[] = [];
    for await (const { data } of subscription) got.push(data);
    expect(got).toEqual(["last"]);
    await expect(app.publish(ch.any, 1)).rejects.toMatchObject({ code: "CLOSED" });
    await expect(app.subscribe({ channel: ch })).rejects.toMatchObject({ code: "CLOSED" });
    await expect(app.token({ channel: ch })).rejects.toMatchObject({ code: "CLOSED" });
    await expect(transport.publish("c", [])).rejects.toMatchObject({ code: "CLOSED" });
  });
});

describe("createRealtime", () => {
  it.each([[{ transport: {} }], [{ url: "example.com" }], [{ maxPending: 0 }]])("refuses %j", (options) => {
    expect(() => createRealtime(options as never)).toThrow(
      expect.objectContaining({ code: "INVALID_OPTIONS" }),
    );
  });
});
