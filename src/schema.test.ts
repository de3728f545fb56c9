import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { RealtimeError } from "./errors.js";
import { type AnySchema, isThenable, parse, pathText, staticSchema } from "./schema.js";

const where = 'Topic "status" of channel "pipeline:42"';

/** A schema by hand: what a validator may do, against the standard or not. */
const standard = (validate: (value: unknown) => unknown) =>
  ({ "~standard": { version: 1, vendor: "test", validate } }) as AnySchema;

const errorOf = (call: () => unknown): unknown => {
  try {
    return call();
  } catch (error) {
    return error;
  }
};

describe("parse", () => {
  it.each<[string, AnySchema]>([
    ["zod", z.object({ n: z.string().transform(Number), m: z.number().default(1) }) as AnySchema],
    [
      "valibot",
      v.object({ n: v.pipe(v.string(), v.transform(Number)), m: v.optional(v.number(), 1) }) as AnySchema,
    ],
    ["arktype", type({ n: "string.numeric.parse", m: "number = 1", "+": "delete" }) as unknown as AnySchema],
  ])("gives the output of a sync %s schema at once: transformed, stripped, with defaults", (_, schema) => {
    expect(parse(schema, { n: "5", extra: true }, where)).toEqual({ n: 5, m: 1 });
  });

  it.each<[string, AnySchema]>([
    ["zod", z.object({ items: z.array(z.object({ at: z.number() })) }) as AnySchema],
    ["valibot", v.object({ items: v.array(v.object({ at: v.number() })) }) as AnySchema],
    ["arktype", type({ items: type({ at: "number" }).array() }) as unknown as AnySchema],
  ])("refuses with the issues of %s, each with its path", (_, schema) => {
    const error = errorOf(() => parse(schema, { items: [{ at: 1 }, { at: "x" }] }, where));
    expect(error).toMatchObject({ code: "INVALID_PAYLOAD" });
    const { issues } = error as RealtimeError;
    expect(issues).toStrictEqual([{ message: expect.any(String), path: ["items", 1, "at"] }]);
    expect(error).toMatchObject({ message: expect.stringContaining(`${where}: `) });
    expect(error).toMatchObject({ message: expect.stringContaining("\n  data.items[1].at: ") });
  });

  it("takes a path of keys and of segments, or none", () => {
    const key = Symbol("k");
    const issues = [
      { message: "a", path: ["x", { key: 0 }, { key: "y z" }, key] },
      { message: "b", path: [] },
      { message: "c" },
    ];
    const error = errorOf(() =>
      parse(
        standard(() => ({ issues })),
        1,
        where,
      ),
    );
    expect(error).toMatchObject({
      issues: [{ path: ["x", 0, "y z", key] }, { path: [] }, { path: [] }],
      message: `${where}: the payload doesn't fit the schema.\n  data.x[0]["y z"][Symbol(k)]: a\n  data: b\n  data: c`,
    });
  });

  it("gives plain arrays, whatever the validator's own are", () => {
    class List extends Array {}
    const issues = List.from([{ message: "a", path: List.from(["x"]) }]);
    const { issues: plain } = errorOf(() =>
      parse(
        standard(() => ({ issues })),
        1,
        where,
      ),
    ) as RealtimeError;
    expect([plain, plain[0]?.path].map(Object.getPrototypeOf)).toEqual([Array.prototype, Array.prototype]);
  });

  it("lists ten issues in the message, and keeps all of them", () => {
    const issues = Array.from({ length: 25 }, (_, i) => ({ message: `no ${i}` }));
    const error = errorOf(() =>
      parse(
        standard(() => ({ issues })),
        1,
        where,
      ),
    ) as { message: string; issues: unknown[] };
    expect(error.issues).toHaveLength(25);
    expect(error.message).toContain("no 9\n  … and 15 more");
    expect(error.message).not.toContain("no 10");
  });

  it("refuses on an empty list of issues too: the standard says that it failed", () => {
    expect(
      errorOf(() =>
        parse(
          standard(() => ({ issues: [] })),
          1,
          where,
        ),
      ),
    ).toMatchObject({ code: "INVALID_PAYLOAD" });
  });

  it("gives a promise for an async schema, and its issues by rejecting", async () => {
    const schema = z.object({ n: z.number() }).refine(async ({ n }) => n > 0, "too small") as AnySchema;
    const parsed = parse(schema, { n: 1 }, where);
    expect(isThenable(parsed)).toBe(true);
    expect(await parsed).toEqual({ n: 1 });
    await expect(parse(schema, { n: 0 }, where)).rejects.toMatchObject({
      code: "INVALID_PAYLOAD",
      issues: [{ message: "too small" }],
    });
  });

  const boom = new RangeError("boom");
  it.each<[string, () => unknown, string]>([
    [
      "an error",
      () => {
        throw boom;
      },
      "boom",
    ],
    [
      "text",
      () => {
        throw "boom";
      },
      "boom",
    ],
    [
      "nothing",
      () => {
        throw undefined;
      },
      "undefined",
    ],
    [
      "what is no text",
      () => {
        throw Object.create(null);
      },
      "[object Object]",
    ],
    ["by giving nothing", () => undefined, "Cannot read properties of undefined"],
    ["by giving null", () => null, "Cannot read properties of null"],
    ["by giving issues that are none", () => ({ issues: [null] }), "Cannot read properties of null"],
  ])("names the topic where a validator throws %s", async (_, validate, message) => {
    const expected = {
      code: "SCHEMA_FAILED",
      message: expect.stringContaining(`${where}: the schema threw: `),
    };
    const said = { message: expect.stringContaining(message) };
    const error = errorOf(() => parse(standard(validate), 1, where));
    expect(error).toMatchObject(expected);
    expect(error).toMatchObject(said);
    const rejection = Promise.resolve(
      parse(
        standard(async () => validate()),
        1,
        where,
      ),
    );
    await expect(rejection).rejects.toMatchObject(expected);
    await expect(rejection).rejects.toMatchObject(said);
  });

  it("keeps what the validator threw as the cause", async () => {
    const throws = () => {
      throw boom;
    };
    expect(errorOf(() => parse(standard(throws), 1, where))).toMatchObject({ cause: boom });
    await expect(
      parse(
        standard(async () => throws()),
        1,
        where,
      ),
    ).rejects.toMatchObject({ cause: boom });
  });

  it("takes any output as it is, null and undefined too", () => {
    for (const value of [null, undefined, 0, "", { issues: "mine" }, JSON.parse('{"then":1}')]) {
      expect(
        parse(
          standard(() => ({ value })),
          "in",
          where,
        ),
      ).toBe(value);
    }
  });

  it("refuses a promise as a payload, rather than waiting for it", () => {
    const call = () => parse(staticSchema<unknown>() as AnySchema, Promise.resolve(1), where);
    expect(errorOf(call)).toMatchObject({
      code: "UNSUPPORTED_VALUE",
      message: `${where}: data is a promise. Await it first.`,
    });
  });
});

describe("staticSchema", () => {
  it("gives the very value", () => {
    const value = { token: "x" };
    expect(parse(staticSchema<{ token: string }>() as AnySchema, value, where)).toBe(value);
    expect(staticSchema()["~standard"]).toMatchObject({ version: 1, vendor: "halyard" });
  });
});

describe("pathText", () => {
  it("writes a path as code would", () => {
    expect(pathText([])).toBe("data");
    expect(pathText(["a", 0, "b-c", "$d", "", "0", Symbol("e")])).toBe(
      'data.a[0]["b-c"].$d[""]["0"][Symbol(e)]',
    );
  });
});
