import { inspect } from "node:util";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { isRealtimeError } from "./errors.js";
import { realtime } from "./realtime.js";
import { staticSchema } from "./schema.js";

const topics = {
  status: { schema: z.object({ message: z.string() }) },
  tokens: { schema: staticSchema<{ token: string }>() },
};
const pattern = realtime.channel({ name: "chat:{room}:{user}", topics });
const literal = realtime.channel({ name: "news", topics });
const byFunction = realtime.channel({ name: (id: number, tail = "x") => `run:${id}:${tail}`, topics });

/** For callers without types. */
const declare = (config: unknown) => () => realtime.channel(config as Parameters<typeof realtime.channel>[0]);
const errorOf = (call: () => unknown) => {
  try {
    return call();
  } catch (error) {
    return isRealtimeError(error) ? { code: error.code, message: error.message } : error;
  }
};

describe("a channel", () => {
  it("has its name, its topics in order, and a reference for each", () => {
    expect(JSON.parse(JSON.stringify(literal))).toEqual({
      name: "news",
      topics: ["status", "tokens"],
      status: { channel: "news", topic: "status" },
      tokens: { channel: "news", topic: "tokens" },
    });
  });

  it("comes from a pattern with its params, encoded", () => {
    const channel = pattern({ room: "a:b", user: "1" });
    expect([channel.name, channel.status.channel, channel.tokens.topic]).toEqual([
      "chat:a%3Ab:1",
      "chat:a%3Ab:1",
      "tokens",
    ]);
  });

  it("comes from a function as that names it, with all its arguments", () => {
    expect(byFunction(5).name).toBe("run:5:x");
    expect(byFunction(5, "a:b{c}").status.channel).toBe("run:5:a:b{c}");
  });

  it.each<[string, () => unknown]>([
    ["no text", () => undefined],
    ["nothing", () => ""],
    ["too much", () => "x".repeat(256)],
    ["half a surrogate pair", () => "\ud800"],
  ])("doesn't come from a function that gives %s", (_, name) => {
    const def = realtime.channel({ name: name as () => string, topics });
    expect(errorOf(() => def())).toMatchObject({ code: "INVALID_NAME" });
  });

  it("shows no schema, to JSON, to a listing or to a log", () => {
    for (const shown of [literal, literal.status, pattern({ room: "a", user: "b" }).tokens]) {
      expect(JSON.stringify(shown)).not.toMatch(/schema|standard|zod/i);
      expect(inspect(shown, { depth: 9 })).not.toMatch(/schema|standard|zod/i);
      expect(Object.keys({ ...shown })).not.toContain("~schema");
    }
    for (const definition of [pattern, byFunction])
      expect(inspect(definition, { depth: 9 })).not.toMatch(/schema|standard|zod/i);
    expect(JSON.stringify({ pattern, byFunction })).toBe("{}");
  });

  it("is frozen, with all that it holds", () => {
    const channel = pattern({ room: "a", user: "b" });
    for (const part of [
      channel,
      channel.status,
      channel.topics,
      pattern,
      pattern.topics,
      byFunction,
      literal,
    ]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it("isn't changed with what it was declared with", () => {
    const mine: Record<string, (typeof topics)["status"]> = { a: topics.status };
    const channel = realtime.channel({ name: "x", topics: mine });
    mine.b = topics.status;
    expect(channel.topics).toEqual(["a"]);
  });

  it("isn't a promise, and can be put into text", async () => {
    expect(await Promise.resolve(literal)).toBe(literal);
    expect(String(literal)).toBe("[object Object]");
  });

  it("says nothing at run time where there is nothing but types", () => {
    expect([literal.$infer, pattern.$infer, pattern.$params, literal.status["~in"]]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("a pattern's definition", () => {
  it("reads names back", () => {
    expect(pattern.pattern).toBe("chat:{room}:{user}");
    expect(pattern.parse("chat:a%3Ab:1")).toEqual({ room: "a:b", user: "1" });
    expect([pattern.match("chat:a%3Ab:1"), pattern.match("chat:a:b:1"), pattern.match("chat:%61:1")]).toEqual(
      [true, false, false],
    );
    expect(errorOf(() => pattern.parse("news"))).toEqual({
      code: "NAME_MISMATCH",
      message: 'Channel "chat:{room}:{user}": "news" is no name of it.',
    });
  });

  it("is there for patterns alone", () => {
    expect([byFunction, literal].map((it) => ["parse" in it, "match" in it, "pattern" in it])).toEqual([
      [false, false, false],
      [false, false, false],
    ]);
  });
});

describe("a declaration", () => {
  it.each([
    "",
    "name",
    "topics",
    "then",
    "constructor",
    "toString",
    "valueOf",
    "hasOwnProperty",
    "__proto__",
    "__defineGetter__",
    "$infer",
    "$",
    "~channel",
    "~",
  ])("refuses the topic name %j", (topic) => {
    const named = Object.fromEntries([[topic, topics.status]]);
    expect(errorOf(declare({ name: "x", topics: named }))).toEqual({
      code: "INVALID_TOPIC",
      message: `Channel "x": topic "${topic}" is reserved: rename it.`,
    });
  });

  it.each(["names", "a$", "0", "é", "a:b", "parse", "match", "prototype", "toJSON", "length"])(
    "takes the topic name %j",
    (topic) => {
      const channel = realtime.channel({ name: "x", topics: { [topic]: topics.status } });
      expect(channel[topic]).toMatchObject({ channel: "x", topic });
    },
  );

  it.each([
    undefined,
    null,
    5,
    "x",
    {},
    { schema: undefined },
    { schema: null },
    { schema: {} },
    { schema: () => 1 },
    topics.status.schema,
  ])("refuses %j for a topic", (topic) => {
    expect(errorOf(declare({ name: "x:{a}", topics: { good: topics.status, bad: topic } }))).toEqual({
      code: "INVALID_SCHEMA",
      message: 'Channel "x:{a}": topic "bad" needs a Standard Schema.',
    });
  });

  it("takes schemas that are objects or functions, of any validator", () => {
    const schemas = {
      zod: z.string(),
      valibot: v.string(),
      arktype: type("string"),
      none: staticSchema<string>(),
    };
    const config = Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, { schema }]));
    expect(realtime.channel({ name: "x", topics: config }).topics).toEqual(Object.keys(schemas));
  });

  it.each([undefined, null, 5, "", {}, ["x"], "x".repeat(256)])("refuses the name %j", (name) => {
    expect(errorOf(declare({ name, topics }))).toMatchObject({ code: "INVALID_NAME" });
  });

  it("refuses a pattern that couldn't be read back", () => {
    expect(errorOf(declare({ name: "{a}{b}", topics }))).toMatchObject({ code: "INVALID_PATTERN" });
  });

  it("shows a name function's source in errors", () => {
    const name = ({ runId }: { runId: string }) => `run:${runId}`;
    expect(errorOf(declare({ name, topics: { $x: topics.status } }))).toMatchObject({
      message: expect.stringContaining("runId"),
    });
  });
});
