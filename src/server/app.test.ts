import { afterEach, describe, expect, expectTypeOf, it, vi } from "vitest";
import { z } from "zod";
import { memory } from "../../transports/memory/index.js";
import { realtime } from "../realtime.js";
import { staticSchema } from "../schema.js";
import type { Supports, Transport } from "../transport.js";
import { createRealtime } from "./app.js";
import { createTokens } from "./tokens.js";

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
    const once = realtime.channel({
      name: "once",
      topics: { t: { schema: { "~standard": { version: 1, vendor: "test", validate } } } },
    });
    const app = make();
    for (let i = 0; i < 3; i++) await app.subscribe({ channel: once, onMessage: () => undefined });
    await app.publish(once.t, 1 as never);
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

describe("subscribe", () => {
  it("gives the chosen topics, typed", async () => {
    const app = make();
    const subscription = await app.subscribe({ channel: ch, topics: ["step"] });
    await app.publish(ch.any, "no");
    await app.publish(ch.step, { n: 1 });
    for await (const message of subscription) {
      expectTypeOf(message.topic).toEqualTypeOf<"step">();
      expectTypeOf(message.data).toEqualTypeOf<{ n: number; note: string }>();
      expect(message).toMatchObject({ channel: "job:1", topic: "step", data: { n: 1 } });
      expect(message.createdAt).toBeInstanceOf(Date);
      break;
    }
  });

  it("resumes after a message, then goes on live", async () => {
    const app = make();
    const { id } = await app.publish(ch.any, 1);
    await app.publish(ch.any, 2);
    const { got, onMessage } = collect();
    await app.subscribe({ channel: ch, after: id, onMessage });
    await app.publish(ch.any, 3);
    expect(got).toEqual([
      ["any", 2],
      ["any", 3],
    ]);
  });

  it("one that never reads costs a bounded amount, and has everything when it reads at last", async () => {
    const app = make();
    const subscription = await app.subscribe({ channel: ch });
    for (let i = 0; i < 5000; i++) await app.publish(ch.any, i);
    const got: unknown[] = [];
    for await (const { data } of subscription) {
      got.push(data);
      if (got.length === 5000) break;
    }
    expect(got).toEqual(Array.from({ length: 5000 }, (_, i) => i));
  });

  it("one that is too slow for the history is told of a gap", async () => {
    const app = createRealtime({ transport: memory({ history: { count: 10 } }), secret: SECRET });
    const onGap = vi.fn();
    const subscription = await app.subscribe({ channel: ch, onGap });
    for (let i = 0; i < 5000; i++) await app.publish(ch.any, i);
    for await (const { data } of subscription) if (data === 4999) break;
    expect(onGap).toHaveBeenCalledWith(expect.objectContaining({ reason: "trimmed" }));
  });

  it("refuses a definition, an unknown topic, and an aborted signal", async () => {
    const app = make();
    await expect(app.subscribe({ channel: job as never })).rejects.toMatchObject({ code: "UNKNOWN_CHANNEL" });
    await expect(app.subscribe({ channel: ch, topics: ["nope" as never] })).rejects.toMatchObject({
      code: "UNKNOWN_TOPIC",
    });
    const reason = new Error("enough");
    await expect(app.subscribe({ channel: ch, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it("leaves nothing at the transport when it ends", async () => {
    const transport = memory();
    const app = createRealtime({ transport, secret: SECRET });
    const ended = vi.fn();
    const subscribe = transport.subscribe;
    transport.subscribe = async (...args) => {
      const subscription = await subscribe(...args);
      return {
        ...subscription,
        unsubscribe() {
          ended();
          subscription.unsubscribe();
        },
      };
    };
    const stop = new AbortController();
    const subscriptions = [
      await app.subscribe({ channel: ch }),
      await app.subscribe({ channel: ch, signal: stop.signal }),
      await app.subscribe({ channel: ch }),
    ];
    subscriptions[0]?.close();
    subscriptions[0]?.close();
    stop.abort();
    expect(ended).not.toHaveBeenCalled();
    await subscriptions[2]?.[Symbol.asyncIterator]().return?.();
    await vi.waitFor(() => expect(ended).toHaveBeenCalledOnce());
  });
});

describe("history", () => {
  it("reads pages of the chosen topics", async () => {
    const app = make();
    for (let i = 0; i < 5; i++) await app.publish(ch.any, i);
    await app.publish(ch.step, { n: 1 });
    const first = await app.history({ channel: ch, topics: ["any"], limit: 3 });
    expect(first.messages.map(({ data }) => data)).toEqual([0, 1, 2]);
    expect(first).toMatchObject({ more: true, gap: undefined });
    const rest = await app.history({ channel: ch, topics: ["any"], after: first.position });
    expect(rest.messages.map(({ data }) => data)).toEqual([3, 4]);
    expect(rest.more).toBe(false);
  });

  it("refuses a limit of nothing", async () => {
    await expect(make().history({ channel: ch, limit: 0 })).rejects.toMatchObject({
      code: "INVALID_OPTIONS",
    });
  });
});

describe("a transport that keeps nothing", () => {
  const { subscribe, publish, close } = memory();
  const bare: Transport<Supports & { readonly replay: false; readonly keys: false }> = {
    name: "bare",
    supports: { replay: false, keys: false, maxBytes: 1000, shared: false },
    subscribe: async (...args) => ({ ...(await subscribe(...args)), position: undefined }),
    publish,
    close,
  };

  it("refuses keys, `after` and history, in the types and at run time", async () => {
    const app = createRealtime({ transport: bare, secret: SECRET });
    // @ts-expect-error: this transport keeps no keys.
    await expect(app.publish(ch.any, 1, { key: "k" })).rejects.toMatchObject({ code: "UNSUPPORTED" });
    // @ts-expect-error: this transport can't replay.
    await expect(app.subscribe({ channel: ch, after: "x.1" })).rejects.toMatchObject({ code: "UNSUPPORTED" });
    // @ts-expect-error: this transport keeps no history.
    await expect(app.history({ channel: ch })).rejects.toMatchObject({ code: "UNSUPPORTED" });
  });
});

describe("tokens", () => {
  it("open what they say, and have a url only where one was given", async () => {
    const app = createRealtime({ transport: memory(), secret: SECRET, url: "https://example.com/rt" });
    const token = await app.token({
      channel: ch,
      topics: ["step", "step", "any"],
      subject: "u1",
      expiresIn: "1m",
    });
    expect(token).toEqual({
      channel: "job:1",
      topics: ["step", "any"],
      key: expect.any(String),
      url: "https://example.com/rt",
    });
    const claims = createTokens(() => SECRET).verify(token.key);
    expect(claims).toMatchObject({ channel: "job:1", topics: ["step", "any"], subject: "u1" });
    expect(claims.expiresAt - Date.now()).toBeGreaterThan(50_000);
    expect(Object.keys(await make().token({ channel: "news:x", topics: ["a"] }))).toEqual([
      "channel",
      "topics",
      "key",
    ]);
  });

  it.each([
    ["a definition", { channel: job }, "UNKNOWN_CHANNEL"],
    ["an unknown topic", { channel: ch, topics: ["nope"] }, "UNKNOWN_TOPIC"],
    ["no topic", { channel: ch, topics: [] }, "INVALID_OPTIONS"],
    ["a name without topics", { channel: "x" }, "INVALID_OPTIONS"],
    ["a name over 255 bytes", { channel: "é".repeat(128), topics: ["a"] }, "INVALID_NAME"],
    ["too long a life", { channel: ch, expiresIn: "2d" }, "INVALID_OPTIONS"],
    ["no life", { channel: ch, expiresIn: "0s" }, "INVALID_OPTIONS"],
    ["a life that is none", { channel: ch, expiresIn: "soon" }, "INVALID_OPTIONS"],
    ["nothing", undefined, "UNKNOWN_CHANNEL"],
  ])("refuse %s", async (_, options, code) => {
    await expect(make().token(options as never)).rejects.toMatchObject({ code });
  });

  it("need a secret in production, and say so once in development", async () => {
    vi.stubEnv("HALYARD_SECRET", undefined);
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    vi.stubEnv("NODE_ENV", "production");
    await expect(createRealtime().token({ channel: ch })).rejects.toMatchObject({ code: "MISSING_SECRET" });
    vi.stubEnv("NODE_ENV", "development");
    // Two evaluations of a module, as with hot module replacement: one secret, one warning.
    const token = await createRealtime().token({ channel: ch });
    vi.resetModules();
    const again = await import("./app.js");
    await again.createRealtime().token({ channel: ch });
    expect(warn).toHaveBeenCalledOnce();
    const { resolveSecret } = await import("./default-state.js");
    expect(createTokens(() => resolveSecret(undefined)).verify(token.key).channel).toBe("job:1");
  });

  it("take the environment's secret, and refuse a short one", async () => {
    vi.stubEnv("HALYARD_SECRET", SECRET);
    const { key } = await createRealtime({ transport: memory() }).token({ channel: ch });
    expect(createTokens(() => SECRET).verify(key).channel).toBe("job:1");
    vi.stubEnv("HALYARD_SECRET", "short");
    await expect(createRealtime({ transport: memory() }).token({ channel: ch })).rejects.toMatchObject({
      code: "INVALID_SECRET",
    });
  });
});

describe("the default transport", () => {
  it("is one per process, also for a module that is evaluated again, and outlives an app", async () => {
    const app = createRealtime();
    const { got, onMessage } = collect();
    await app.subscribe({ channel: ch, onMessage });
    vi.resetModules();
    const again = (await import("./app.js")).createRealtime();
    await again.publish(ch.any, 1);
    await again.close();
    await app.publish(ch.any, 2);
    expect(got).toEqual([
      ["any", 1],
      ["any", 2],
    ]);
    await app.close();
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
