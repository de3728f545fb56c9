import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { memory } from "../../transports/memory/index.js";
import { realtime } from "../realtime.js";
import { staticSchema } from "../schema.js";
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
