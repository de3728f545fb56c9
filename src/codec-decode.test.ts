import { describe, expect, it } from "vitest";
import { decode, type Kinds } from "./codec.js";
import { isRealtimeError } from "./errors.js";
import { seeded } from "./random.test-support.js";

describe("a payload that came from elsewhere", () => {
  it("is given as it is without kinds", () => {
    const data = { a: 1 };
    expect(decode(data, undefined)).toBe(data);
  });

  it.each<[unknown, unknown]>([
    [{}, null],
    [{}, "Date"],
    [{}, 5],
    [{ a: 1 }, { a: "NaN" }],
    [{ a: 1 }, { b: "undefined" }],
    [{}, { "/a": "Date" }],
    [{ a: 1 }, { "/a/b": "undefined" }],
    [{ a: "x" }, { "/a/0": "undefined" }],
    [{ a: "x" }, { "/a/length": "NaN" }],
    [[1], { "/1": "undefined" }],
    [[1], { "/4294967294": "undefined" }],
    [[1], { "/length": "undefined" }],
    [[1], { "/length": "-0" }],
    [[1], { "/-": "undefined" }],
    [{}, { "/__proto__": "Date" }],
    [{}, { "/__proto__/polluted": "undefined" }],
    [{}, { "/constructor/prototype/polluted": "undefined" }],
    [{}, { "/toString": "NaN" }],
    ["never", { "": "Date" }],
    [0, { "": "Date" }],
    [null, { "": "Date" }],
    ["no url", { "": "URL" }],
    [["https://a.b"], { "": "URL" }],
    ["1.5", { "": "bigint" }],
    [1, { "": "bigint" }],
    [true, { "": "bigint" }],
    ["???", { "": "Uint8Array" }],
    [["aMOp"], { "": "Uint8Array" }],
    ["ab", { "": "Set" }],
    [{}, { "": "Set" }],
    [{}, { "": "Map" }],
    [["ab"], { "": "Map" }],
    [[null], { "": "Map" }],
    [1, { "": "Temporal" }],
    [1, { "": "__proto__" }],
    [1, { "": null }],
  ])("is refused: %j with %j", (data, kinds) => {
    expect(() => decode(data, kinds as Kinds)).toThrow(expect.objectContaining({ code: "INVALID_PAYLOAD" }));
  });

  it("is restored from within, in whatever order its kinds stand", () => {
    const kinds = { "": "Map", "/0/1": "Set", "/0/1/0": "bigint" } as const;
    expect(decode([["a", ["1"]]], kinds)).toStrictEqual(new Map([["a", new Set([1n])]]));
  });

  it("says where it is wrong", () => {
    expect(() => decode({ a: ["x"] }, { "/a/0": "Date" })).toThrow('"/a/0" is no "Date".');
  });

  it("that names a kind which can't even be printed is refused as any other", () => {
    const kinds = { "": { toString: 1 } } as unknown as Kinds;
    expect(() => decode({}, kinds)).toThrow(expect.objectContaining({ code: "INVALID_PAYLOAD" }));
  });

  it("never reaches beyond itself, whatever it says", () => {
    const random = seeded(4);
    const parts = [
      "__proto__",
      "constructor",
      "prototype",
      "length",
      "0",
      "1",
      "01",
      "-1",
      "",
      "a",
      "~",
      "~0",
      "~1",
      "toString",
    ];
    const kinds = [
      "Date",
      "Map",
      "Set",
      "URL",
      "Uint8Array",
      "bigint",
      "undefined",
      "NaN",
      "-0",
      "constructor",
      1,
      {},
    ];
    const documents = [
      '{"a":[1,"2",[["a",1]]],"0":{"__proto__":{"a":"0"}},"":"1"}',
      '["1",[],{},{"length":"1"}]',
      '"0"',
      "null",
    ];
    const before = Object.getOwnPropertyNames(Object.prototype).length;
    let read = 0;
    for (let i = 0; i < 20_000; i++) {
      const entries = random.list(1 + random.below(3), () => [
        random.list(random.below(4), () => (random.below(9) ? "/" : "") + random.pick(parts)).join(""),
        random.pick(kinds),
      ]);
      try {
        const data = decode(
          JSON.parse(random.pick(documents)),
          JSON.parse(JSON.stringify(Object.fromEntries(entries))),
        );
        read++;
        if (Array.isArray(data)) expect(data.length).toBeLessThan(5);
      } catch (error) {
        if (!isRealtimeError(error) || error.code !== "INVALID_PAYLOAD") throw error;
      }
    }
    expect(read).toBeGreaterThan(500);
    expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(before);
  });
});
