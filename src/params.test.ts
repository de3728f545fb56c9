import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { isRealtimeError } from "./errors.js";
import { realtime } from "./realtime.js";
import { registry } from "./registry.js";
import { type AnySchema, staticSchema } from "./schema.js";

const topics = { done: { schema: staticSchema<null>() } };
const run = realtime.channel({
  name: "run:{id}:{kind}",
  params: z.object({ id: z.coerce.number().int().min(1), kind: z.enum(["full", "quick"]) }),
  topics,
});
const errorOf = (call: () => unknown) => {
  try {
    return call();
  } catch (error) {
    return isRealtimeError(error) ? { code: error.code, message: error.message } : error;
  }
};
/** For callers without types. */
const declared = (params: unknown) =>
  realtime.channel({ name: "x:{id}", topics, params: params as AnySchema as never }) as unknown as {
    (given: unknown): { name: string };
    parse(name: string): unknown;
    match(name: string): boolean;
  };

describe("a params schema", () => {
  it("gives params other types, both ways", () => {
    const channel = run({ id: 42, kind: "quick" });
    expect(channel.name).toBe("run:42:quick");
    expect(run.parse(channel.name)).toEqual({ id: 42, kind: "quick" });
    expect(run.match(channel.name)).toBe(true);
  });

  it.each<[string, AnySchema, unknown, string]>([
    ["zod, a bigint", z.object({ id: z.coerce.bigint() }), 10n ** 20n, "x:100000000000000000000"],
    ["zod, a boolean", z.object({ id: z.stringbool() }), true, "x:true"],
    ["zod, a text of a shape", z.object({ id: z.string().regex(/^[a-z:]+$/) }), "a:b", "x:a:b"],
    [
      "valibot, a number",
      v.object({ id: v.pipe(v.string(), v.transform(Number), v.number()) }),
      -0.5,
      "x:-0.5",
    ],
    ["arktype, a number", type({ id: "string.numeric.parse" }), 7, "x:7"],
  ])("of %s", (_, schema, id, name) => {
    const def = declared(schema);
    expect(def({ id }).name).toBe(name.replace("a:b", "a%3Ab"));
    expect(def.parse(def({ id }).name)).toEqual({ id });
  });

  it.each<[string, unknown]>([
    ["what the schema refuses", { id: 0, kind: "full" }],
    ["no such value", { id: 1, kind: "slow" }],
    ["a text for a number", { id: "1", kind: "full" }],
    ["no number", { id: Number.NaN, kind: "full" }],
    ["an object", { id: { toString: () => "1" }, kind: "full" }],
    ["a symbol", { id: Symbol("1"), kind: "full" }],
    ["a param too few", { id: 1 }],
    ["one too many", { id: 1, kind: "full", more: 1 }],
    ["nothing", undefined],
  ])("refuses %s", (_, given) => {
    expect(errorOf(() => run(given as never))).toMatchObject({ code: "INVALID_PARAMS" });
  });

  it("says what it needs, and what it got", () => {
    expect(errorOf(() => run({ id: 0.5, kind: "full" }))).toEqual({
      code: "INVALID_PARAMS",
      message:
        'Channel "run:{id}:{kind}": needs { id,kind }, non-empty strings or as its schema gives them; got { id,kind }.',
    });
  });

  it("knows one spelling of each name", () => {
    for (const name of [
      "run:042:quick",
      "run:4e1:quick",
      "run:42.0:quick",
      "run:0:quick",
      "run:42:slow",
      "run:42",
    ]) {
      expect(run.match(name)).toBe(false);
      expect(errorOf(() => run.parse(name))).toMatchObject({ code: "NAME_MISMATCH" });
    }
  });

  it("whose text isn't what came in, is refused: two params would have one name", () => {
    const def = declared(z.object({ id: z.string().toLowerCase() }));
    expect(def({ id: "a" }).name).toBe("x:a");
    expect(errorOf(() => def({ id: "A" }))).toMatchObject({ code: "INVALID_PARAMS" });
    expect(def.match("x:A")).toBe(false);
  });

  it("is believed when it finds fault, though it gives a value as well", () => {
    const slug = declared(v.object({ id: v.pipe(v.string(), v.regex(/^[a-z]+$/)) }));
    expect(slug({ id: "abc" }).name).toBe("x:abc");
    expect(slug.match("x:ABC")).toBe(false);
    expect(errorOf(() => slug({ id: "ABC" }))).toMatchObject({ code: "INVALID_PARAMS" });
  });

  it("that throws, is async, is none, or gives something else, fits no name", () => {
    const bigint = declared(z.object({ id: z.string().transform((text) => BigInt(text)) }));
    expect(bigint({ id: 5n }).name).toBe("x:5");
    expect(bigint.match("x:abc")).toBe(false);
    const later = z.object({ id: z.string().refine(async () => true) });
    for (const params of [later, z.string(), { "~standard": {} }, z.object({ id: z.coerce.date() })]) {
      expect(errorOf(() => declared(params)({ id: "5" }))).toMatchObject({ code: "INVALID_PARAMS" });
      expect(declared(params).match("x:5")).toBe(false);
    }
  });

  it("needs a pattern", () => {
    for (const name of ["x", (id: string) => `x:${id}`]) {
      const config = { name, topics, params: z.object({ id: z.string() }) };
      expect(errorOf(() => realtime.channel(config as never))).toMatchObject({ code: "INVALID_PATTERN" });
    }
    for (const params of [{}, "x", { id: 1 }]) {
      expect(errorOf(() => declared(params))).toEqual({
        code: "INVALID_PATTERN",
        message: 'Channel "x:{id}": params need a pattern, and are a Standard Schema.',
      });
    }
  });

  it("is what a registry reads names by", () => {
    const channels = registry({ run });
    expect(channels.match("run:42:full")).toMatchObject({ entry: "run", params: { id: 42, kind: "full" } });
    expect(channels.match("run:42:slow")).toBeUndefined();
    expect(channels.channel("run:42:full").name).toBe("run:42:full");
  });
});
