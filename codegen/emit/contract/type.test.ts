import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TupleElement, TypeModel } from "../../model.js";
import { unionOf } from "../../union.js";
import { printJson } from "./json.js";
import { parseType } from "./parse.test-support.js";
import { contractType } from "./type.js";

const string: TypeModel = { kind: "primitive", name: "string" };
const objectOf = (name: string, optional?: true): TypeModel => ({
  kind: "object",
  properties: [{ name, type: string, ...(optional && { optional }) }],
});

const printed = (type: TypeModel) => printJson(contractType(type));

describe("a type without objects is a text", () => {
  test.each<[TypeModel, string]>([
    [{ kind: "literal", value: `it's "x"\\\n` }, `'it\\'s "x"\\\\\\n'`],
    [{ kind: "array", of: unionOf([string, { kind: "primitive", name: "null" }]) }, "(string | null)[]"],
    [
      {
        kind: "tuple",
        elements: [{ type: string }, { type: string, optional: true }, { type: string, rest: true }],
      },
      "[string, string?, ...string[]]",
    ],
    [{ kind: "map", key: string, value: { kind: "builtin", name: "Date" } }, "Map<string, Date>"],
    [{ kind: "set", of: { kind: "ref", name: "Step" } }, "Set<#Step>"],
    [{ kind: "bigint", value: "-3" }, "-3n"],
    [{ kind: "template", texts: ["v", "`"], types: [string] }, "`v$" + "{string}\\``"],
  ])("%j", (type, text) => {
    expect(contractType(type)).toBe(text);
  });
});

test("a long one has a line for each of its parts", () => {
  const of = Array.from(
    { length: 12 },
    (_, i): TypeModel => ({ kind: "literal", value: `number ${i + 10}` }),
  );
  const lines = printed({ kind: "union", of }).split("\n");
  expect(lines).toHaveLength(16);
  expect(lines[2]).toBe(`    "'number 10'",`);
});

test("a name can't look like a mark", () => {
  const names = ["$ref", "$", "[x]", "a?", "a\\", "a\\?", "?", "\\$a", "__proto__", "3"];
  for (const name of names) {
    for (const optional of [undefined, true] as const) {
      const type = objectOf(name, optional);
      expect(parseType(contractType(type))).toEqual(type);
    }
  }
  const all = names.flatMap((name) => [printed(objectOf(name)), printed(objectOf(name, true))]);
  expect(new Set(all).size).toBe(names.length * 2);
});

/** What a contract doesn't hold is left away here: \`readonly\`, labels, comments. */
const { type } = fc.letrec<{ type: TypeModel; element: TupleElement }>((tie) => {
  const name = fc.oneof(fc.string(), fc.constantFrom("$ref", "a?", "[key]", "\\", "__proto__", "1"));
  const properties = fc.uniqueArray(
    fc.record(
      { name, type: tie("type"), optional: fc.constant(true as const) },
      { requiredKeys: ["name", "type"] },
    ),
    { maxLength: 4, selector: (property) => property.name },
  );
  const key = fc.constantFrom<TypeModel>(
    string,
    { kind: "primitive", name: "number" },
    { kind: "template", texts: ["]", ""], types: [string] },
  );
  const leaf = fc.oneof(
    fc
      .constantFrom(
        "string",
        "number",
        "boolean",
        "bigint",
        "null",
        "undefined",
        "void",
        "unknown",
        "never",
        "object",
      )
      .map((name) => ({ kind: "primitive", name }) as TypeModel),
    fc.constantFrom("Date", "URL", "Uint8Array").map((name) => ({ kind: "builtin", name }) as TypeModel),
    fc.constantFrom("Step", "Date", "String", "Ünï").map((name): TypeModel => ({ kind: "ref", name })),
    fc
      .oneof(fc.string(), fc.constantFrom("'", '"', '\\"', "' | '", "\u2028"), fc.boolean())
      .map((value): TypeModel => ({ kind: "literal", value })),
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .filter((value) => !Object.is(value, -0))
      .map((value): TypeModel => ({ kind: "literal", value })),
    fc.bigInt().map((value): TypeModel => ({ kind: "bigint", value: String(value) })),
    fc
      .tuple(fc.string(), fc.string())
      .map((texts): TypeModel => ({ kind: "template", texts, types: [string] })),
    fc
      .tuple(fc.constantFrom("${", "`", "\\", "$", "\\${"))
      .map(([text]): TypeModel => ({ kind: "template", texts: [text, text, text], types: [string, string] })),
  );
  return {
    element: fc.oneof(
      tie("type").map((type) => ({ type })),
      tie("type").map((type) => ({ type, optional: true as const })),
      tie("type").map((type) => ({ type, rest: true as const })),
    ),
    type: fc.oneof(
      { depthSize: "medium", withCrossShrink: true },
      leaf,
      tie("type").map((of): TypeModel => ({ kind: "array", of })),
      tie("type").map((of): TypeModel => ({ kind: "set", of })),
      fc.tuple(tie("type"), tie("type")).map(([key, value]): TypeModel => ({ kind: "map", key, value })),
      fc.array(tie("type"), { minLength: 1, maxLength: 4 }).map(unionOf),
      fc.array(tie("element"), { maxLength: 4 }).map((elements): TypeModel => ({ kind: "tuple", elements })),
      fc.tuple(properties, fc.array(fc.record({ key, type: tie("type") }), { maxLength: 2 })).map(
        ([properties, index]): TypeModel => ({
          kind: "object",
          properties,
          ...(index.length > 0 && { index }),
        }),
      ),
    ),
  };
});

test("no two types are written alike: each can be read back", () => {
  fc.assert(
    fc.property(type, (type) => {
      expect(parseType(contractType(type))).toEqual(type);
    }),
    { numRuns: 2_000, seed: 6 },
  );
});

test("what is printed is JSON, and says the same", () => {
  const plain = (json: ReturnType<typeof contractType>): unknown => {
    if (typeof json !== "object") return json;
    if (!("members" in json)) return json.map(plain);
    return Object.fromEntries(json.members.map(([key, value]) => [key, plain(value)]));
  };
  fc.assert(
    fc.property(type, (type) => {
      const json = contractType(type);
      expect(JSON.parse(printJson(json))).toEqual(plain(json));
    }),
    { numRuns: 300, seed: 6 },
  );
});
