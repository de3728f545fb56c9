import { describe, expect, it } from "vitest";
import { isRealtimeError } from "./errors.js";
import { realtime } from "./realtime.js";
import { type Registry, type RegistryEntries, registry } from "./registry.js";
import { staticSchema } from "./schema.js";

const topics = { a: { schema: staticSchema<number>() }, b: { schema: staticSchema<string>() } };
const news = realtime.channel({ name: "news", topics });
const chat = realtime.channel({ name: "chat:{room}", topics });
const pair = realtime.channel({ name: "pair:{room}:{user}", topics });
const run = realtime.channel({ name: (id: string) => `run:${id}`, topics });
const channels = registry({ news, chat, pair });

/** For callers without types. */
const untyped = (entries: unknown) => () =>
  registry(entries as RegistryEntries) as unknown as Registry<{ news: typeof news }>;
const errorOf = (call: () => unknown) => {
  try {
    return call();
  } catch (error) {
    return isRealtimeError(error) ? { code: error.code, message: error.message } : error;
  }
};

describe("registry", () => {
  it("finds a channel by name, with its params", () => {
    expect(channels.match("news")).toEqual({ entry: "news", channel: news, params: {}, topics: ["a", "b"] });
    expect(channels.match("chat:a%3Ab")).toEqual({
      entry: "chat",
      channel: chat({ room: "a:b" }),
      params: { room: "a:b" },
      topics: ["a", "b"],
    });
    expect(channels.match("pair:a:b")).toMatchObject({ entry: "pair", params: { room: "a", user: "b" } });
    expect(channels.channel("chat:x").a).toEqual({ channel: "chat:x", topic: "a" });
    expect(channels.channel("news")).toBe(news);
  });

  it.each(["", "new", "news2", "chat:", "chat:%61", "pair:a:b:c", "constructor", "__proto__", "chat:{room}"])(
    "finds nothing for %j",
    (name) => {
      expect(channels.match(name)).toBeUndefined();
      expect(errorOf(() => channels.channel(name as "news"))).toEqual({
        code: "UNKNOWN_CHANNEL",
        message: `Channel "${name}": no such name. Names: news, chat:{room}, pair:{room}:{user}.`,
      });
    },
  );

  it("takes a channel of a pattern, or of a function, for its one name", () => {
    const single = registry({ one: chat({ room: "{x}" }), two: run("{y}") });
    expect(single.match("chat:%7Bx%7D")).toMatchObject({ entry: "one", params: {} });
    expect(single.match("run:{y}")).toMatchObject({ entry: "two", params: {} });
    expect(single.match("run:x")).toBeUndefined();
    // Of two names of one function, the type can't tell which it is; their texts can.
    expect(untyped({ one: run("y"), two: run("z") })().match("run:z")).toMatchObject({ entry: "two" });
  });

  it("refuses two whose names have one type, though the encoding of values keeps them apart", () => {
    const deeper = realtime.channel({ name: "chat:{room}:{user}", topics });
    expect(errorOf(untyped({ chat, deeper }))).toMatchObject({ code: "INVALID_REGISTRY" });
  });

  it("refuses two that could have one name", () => {
    const lobby = realtime.channel({ name: "chat:lobby", topics });
    expect(errorOf(untyped({ news, chat, lobby }))).toEqual({
      code: "INVALID_REGISTRY",
      message: 'Registry: "chat" (chat:{room}) and "lobby" (chat:lobby) can have one name. Rename one.',
    });
    expect(errorOf(untyped({ news, again: news }))).toMatchObject({ code: "INVALID_REGISTRY" });
    const any = realtime.channel({ name: "{x}", topics });
    expect(errorOf(untyped({ any, news }))).toMatchObject({ code: "INVALID_REGISTRY" });
  });

  it.each<[string, unknown]>([
    ["a definition by function", run],
    ["a reference", news.a],
    ["nothing", undefined],
    ["null", null],
    ["a name", "news"],
    ["a function", () => news],
    ["what only looks like a channel", { name: "news", topics: ["a"] }],
    ["what only looks like a definition", { pattern: "x:{y}", topics: ["a"] }],
  ])("refuses %s", (_, entry) => {
    expect(errorOf(untyped({ news, entry }))).toEqual({
      code: "INVALID_REGISTRY",
      message: 'Registry: "entry" needs a channel with a literal name or a pattern, such as "run:{id}".',
    });
  });

  it("is frozen, and keeps what it was given", () => {
    const given = { news };
    const made = registry(given);
    expect([made, made.channels].every(Object.isFrozen)).toBe(true);
    expect(made.channels).toEqual({ news });
    expect(made.channels).not.toBe(given);
  });
});
