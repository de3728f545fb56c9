import { isDeepStrictEqual } from "node:util";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { decode, encode, type Kinds, snapshot } from "./codec.js";
import { seeded } from "./random.test-support.js";

/** Through the very text that travels. */
function travel(value: unknown): unknown {
  const { data, kinds } = JSON.parse(JSON.stringify(encode(snapshot(value, "here"))));
  return decode(data, kinds);
}

/** `toStrictEqual` takes a hole for undefined, and what has another prototype for something else: this is exact. */
function expectSame(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toStrictEqual(expected);
  expect(isDeepStrictEqual(actual, expected)).toBe(true);
}

/** An own key like any other. */
const withKey = (key: string, value: unknown): object => JSON.parse(`{${JSON.stringify(key)}:${value}}`);

const wire = (value: unknown) => encode(snapshot(value, "here"));

describe("the plain form", () => {
  it.each<[string, unknown, unknown, Kinds | undefined]>([
    ["plain data", { a: [1, "b", null, true] }, { a: [1, "b", null, true] }, undefined],
    ["a Date", new Date(0), "1970-01-01T00:00:00.000Z", { "": "Date" }],
    ["a URL", { u: new URL("https://a.b/c?d#e") }, { u: "https://a.b/c?d#e" }, { "/u": "URL" }],
    ["a bigint", [2n ** 70n, -1n], ["1180591620717411303424", "-1"], { "/0": "bigint", "/1": "bigint" }],
    ["bytes", new Uint8Array([0, 255, 254]), "AP/+", { "": "Uint8Array" }],
    ["a Buffer", Buffer.from("hé"), "aMOp", { "": "Uint8Array" }],
    ["a Map", new Map([["a", 1n]]), [["a", "1"]], { "": "Map", "/0/1": "bigint" }],
    ["a Set", { s: new Set([1, Number.NaN]) }, { s: [1, null] }, { "/s": "Set", "/s/1": "NaN" }],
    ["infinities", [Infinity, -Infinity], [null, null], { "/0": "Infinity", "/1": "-Infinity" }],
    ["minus zero", -0, 0, { "": "-0" }],
    ["undefined", undefined, undefined, { "": "undefined" }],
    ["an undefined member", { a: undefined, b: 1 }, { b: 1 }, { "/a": "undefined" }],
    ["an undefined element", [undefined], [null], { "/0": "undefined" }],
    ["a hole", Object.assign(new Array(2), { 1: 1 }), [null, 1], { "/0": "undefined" }],
    ["odd keys", { "a/b": { "~1": 1n } }, { "a/b": { "~1": "1" } }, { "/a~1b/~01": "bigint" }],
    ["an empty key", { "": 1n }, { "": "1" }, { "/": "bigint" }],
    [
      "what has a toJSON",
      { toJSON: () => ({ at: new Date(0) }) },
      { at: "1970-01-01T00:00:00.000Z" },
      { "/at": "Date" },
    ],
  ])("of %s", (_, value, data, kinds) => {
    const encoded = wire(value);
    expect(JSON.parse(JSON.stringify({ data: encoded.data }))).toEqual(JSON.parse(JSON.stringify({ data })));
    expect(encoded.kinds).toEqual(kinds);
  });

  it("is JSON as it stands: null for an element, nothing for a member", () => {
    expect(wire([undefined, new Set([undefined])]).data).toStrictEqual([null, [null]]);
  });

  it("gives toJSON its key, as JSON.stringify does", () => {
    const keys: string[] = [];
    class Money {
      toJSON(key: string) {
        keys.push(key);
        return 1;
      }
    }
    snapshot([new Money(), { price: new Money() }], "here");
    snapshot(new Money(), "here");
    expect(keys).toEqual(["0", "price", ""]);
  });
});

describe("what travels", () => {
  it.each<[string, unknown]>([
    ["text", ["", "é€😀", '\u0000\n"\\', "\ud800"]],
    ["a __proto__ key", withKey("__proto__", '{"a":1}')],
    [
      "an undefined __proto__ key",
      Object.defineProperty({}, "__proto__", {
        value: undefined,
        enumerable: true,
        writable: true,
        configurable: true,
      }),
    ],
    ["a __proto__ key that holds more", { a: withKey("__proto__", "[]"), b: new Date(5) }],
    [
      "keys of Object.prototype",
      { constructor: 1n, hasOwnProperty: undefined, toString: new Date(1), toJSON: "x" },
    ],
    ["array-like keys", { 1: "b", 0: 1n, length: new Date(2) }],
    ["a Map in a Set in a Map", new Map([[new Set([new Map([[1n, undefined]])]), new Date(3)]])],
    ["a Map by objects", new Map([[{ id: 1n }, new URL("a:b")]])],
    ["many bytes", new Uint8Array(100_000).map((_, i) => i)],
    ["no bytes", new Uint8Array()],
    ["far dates", [new Date(8.64e15), new Date(-8.64e15), new Date("-000001-01-01T00:00:00Z")]],
    ["a shared reference", Array(3).fill({ at: new Date(4) })],
    ["512 levels", JSON.parse("[".repeat(512) + "]".repeat(512))],
  ])("%s", (_, value) => {
    expectSame(travel(value), value);
    expectSame(snapshot(value, "here").data, value);
  });

  it("does so from another realm", () => {
    const value = runInNewContext(
      `({ o: { a: [1n] }, m: new Map([[new Set([undefined]), new Date(1)]]), b: new Uint8Array([1, 2]) })`,
    );
    const own = {
      o: { a: [1n] },
      m: new Map([[new Set([undefined]), new Date(1)]]),
      b: new Uint8Array([1, 2]),
    };
    expectSame(travel(value), own);
    expectSame(snapshot(value, "here").data, own);
  });

  it("does so without a prototype, behind a getter, in an array of a class", () => {
    const bare = Object.assign(Object.create(null), { a: 1n });
    expectSame(travel(bare), { a: 1n });
    expectSame(
      travel({
        get a() {
          return 1n;
        },
      }),
      { a: 1n },
    );
    class List extends Array {}
    expectSame(travel(List.from([1n, 2n])), [1n, 2n]);
  });

  it("leaves out what isn't enumerable", () => {
    const value = Object.defineProperties({ a: 1 }, { b: { value: 2 }, [Symbol("c")]: { value: 3 } });
    expectSame(travel(value), { a: 1 });
  });

  it("gives back whatever is made of these", () => {
    const random = seeded(3);
    const keys = [
      "a",
      "b",
      "",
      "/",
      "~",
      "~1",
      "a/b",
      "__proto__",
      "constructor",
      "length",
      "0",
      "é",
      "then",
    ];
    const leaves = [
      () => random.pick(["", "x", "é😀", "\0", "-0", "null"]),
      () => random.pick([0, -0, 1.5, -1e300, Number.NaN, Infinity, -Infinity]),
      () => random.pick([true, false, null, undefined]),
      () => BigInt(random.below(1e9)) ** BigInt(random.below(5)) * (random.below(2) ? 1n : -1n),
      () => new Date(random.below(2e12) - 1e12),
      () => new URL(`https://example.com/${random.below(99)}?é`),
      () => Uint8Array.from(random.list(random.below(9), () => random.below(256))),
    ];
    const make = (depth: number): unknown => {
      const shape = depth > 0 ? random.below(8) : 7;
      const some = () => random.list(random.below(5), () => make(depth - 1));
      if (shape < 2) return some();
      if (shape < 4)
        return Object.defineProperties(
          {},
          Object.fromEntries(
            some().map((value) => [
              random.pick(keys),
              { value, enumerable: true, writable: true, configurable: true },
            ]),
          ),
        );
      if (shape < 5) return new Map(some().map((value) => [make(depth - 1), value]));
      if (shape < 6) return new Set(some());
      return random.pick(leaves)();
    };
    for (let i = 0; i < 1500; i++) {
      const value = make(5);
      expectSame(snapshot(value, "here").data, value);
      expectSame(travel(value), value);
    }
  });
});
