import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { encode } from "./codec.js";
import { RealtimeError } from "./errors.js";
import { snapshot } from "./snapshot.js";

describe("what can't travel", () => {
  class Plain {}
  const cycle: { inner: unknown } = { inner: undefined };
  cycle.inner = { list: [cycle] };
  const inMap = new Map<string, unknown>();
  inMap.set("a", new Set([inMap]));
  const odd = { [Symbol("s")]: 1 };
  const deep = JSON.parse("[".repeat(513) + "]".repeat(513));
  const tagged = (tag: string) => ({ __proto__: { [Symbol.toStringTag]: tag } });

  it.each<[string, unknown, string]>([
    ["a function", { a: [() => 1] }, "data.a[0] is a function"],
    ["a method", { run() {} }, "data.run is a function"],
    ["a symbol", new Set([Symbol("x")]), "data[0] is a symbol"],
    ["a symbol key", { a: odd }, "data.a is an object with the key Symbol(s)"],
    ["an invalid Date", { "a b": new Date(Number.NaN) }, 'data["a b"] is an invalid Date'],
    ["a cycle", cycle, "data.inner.list[0] is a reference to what holds it"],
    ["a cycle through a Map", { inMap }, "data.inMap[0][1][0] is a reference to what holds it"],
    ["too many levels", deep, "is more than 512 levels deep"],
    [
      "a toJSON without end",
      new (class Endless {
        toJSON() {
          return new Endless();
        }
      })(),
      "more than 512 levels deep",
    ],
    ["an instance", [new Plain()], "data[0] is an instance of Plain, which has no toJSON()"],
    ["what inherits", Object.create({ a: 1 }), "data is an instance of Object"],
    ["a WeakMap", new WeakMap(), "an instance of WeakMap"],
    ["a Promise", Promise.resolve(), "an instance of Promise"],
    ["a RegExp", /a/, "an instance of RegExp"],
    ["an Error", new TypeError("a"), "an instance of TypeError"],
    ["floats", new Float64Array(1), "an instance of Float64Array"],
    ["an ArrayBuffer", new ArrayBuffer(1), "an instance of ArrayBuffer"],
    ["a String object", new String("a"), "an instance of String"],
    ["a generator", (function* () {})(), "data is an instance of"],
    ["an instance of another realm", runInNewContext("class Other {}; new Other()"), "an instance of Other"],
    [
      "a getter that throws",
      {
        a: {
          get b(): never {
            throw new Error("no");
          },
        },
      },
      "data.a is what can't be read",
    ],
    [
      "a toJSON that throws",
      {
        a: {
          toJSON() {
            throw "no";
          },
        },
      },
      "data.a is what can't be read",
    ],
    ["a false Date", { a: tagged("Date") }, "data.a is what can't be read"],
    ["a false Map", tagged("Map"), "data is what can't be read"],
  ])("%s", (_, value, message) => {
    const call = () => snapshot(value, 'Topic "status"');
    expect(call).toThrow(RealtimeError);
    expect(call).toThrow(expect.objectContaining({ code: "UNSUPPORTED_VALUE" }));
    expect(call).toThrow(message);
    expect(call).toThrow(/^Topic "status": .*\.$/s);
  });

  it("keeps what was thrown as the cause", () => {
    const cause = new Error("no");
    const value = {
      get a(): never {
        throw cause;
      },
    };
    expect(() => snapshot(value, "here")).toThrow(expect.objectContaining({ cause }));
  });
});

describe("a snapshot", () => {
  it("isn't changed with the original, nor with what a reader is given", () => {
    const original = {
      list: [{ n: 1 }],
      map: new Map([["a", [1]]]),
      set: new Set([1]),
      at: new Date(0),
      url: new URL("https://a.b"),
      bytes: new Uint8Array([1]),
    };
    const taken = snapshot(original, "here");
    const before = JSON.stringify(encode(taken));
    original.list.push({ n: 2 });
    (original.list[0] as { n: number }).n = 3;
    original.map.set("b", []).get("a")?.push(2);
    original.set.clear();
    original.at.setTime(9);
    original.url.pathname = "c";
    original.bytes[0] = 9;
    expect(JSON.stringify(encode(taken))).toBe(before);
  });

  it("is frozen, as far as that can be", () => {
    const frozen = (value: unknown): boolean =>
      typeof value !== "object" ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every((child) => frozen(child)));
    expect(frozen(snapshot({ a: [{ b: {} }, []], c: 1n }, "here").data)).toBe(true);
    const { data } = snapshot(new Map([[{}, [{}]]]), "here");
    expect([...(data as Map<unknown, unknown>)].flat().every(frozen)).toBe(true);
  });

  it("says whether it can be changed all the same", () => {
    const isMutable = (value: unknown) => snapshot(value, "here").mutable;
    expect(
      [
        { a: [1n, undefined, Number.NaN] },
        new (class {
          toJSON() {
            return 1;
          }
        })(),
      ].map(isMutable),
    ).toEqual([false, false]);
    const rich = [new Date(), new URL("a:b"), new Map(), new Set(), new Uint8Array()];
    expect(rich.map((value) => isMutable({ a: [value] }))).toEqual(rich.map(() => true));
  });

  it("knows its size, roughly, and never by less than an eighth", () => {
    const long = "k".repeat(1000);
    const values = [
      {},
      [],
      "",
      "a".repeat(1000),
      "\0".repeat(1000),
      "😀".repeat(1000),
      0,
      12345.6789,
      Array.from({ length: 500 }, (_, i) => i),
      { [long]: Array(500).fill(1n) },
      { [long]: new Set(Array(9).fill(new Date())) },
      Array(500).fill(-0),
      Array(500).fill(undefined),
      { a: { b: { c: new Map([[1, new Uint8Array(999)]]) } } },
    ];
    for (const value of values) {
      const taken = snapshot(value, "here");
      const { data = null, kinds } = encode(taken);
      const bytes = Buffer.byteLength(JSON.stringify(data) + (kinds ? JSON.stringify(kinds) : ""));
      expect(taken.size * 8).toBeGreaterThanOrEqual(bytes - 8);
      expect(taken.size).toBeLessThan(bytes * 40 + 40);
    }
  });
});
