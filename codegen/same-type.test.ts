import { expect, test } from "vitest";
import type { NamedType, TypeModel } from "./model.js";
import { sameType } from "./same-type.js";

const ref = (name: string): TypeModel => ({ kind: "ref", name });
const string: TypeModel = { kind: "primitive", name: "string" };
const object = (properties: Readonly<Record<string, TypeModel>>): TypeModel => ({
  kind: "object",
  properties: Object.entries(properties).map(([name, type]) => ({ name, type })),
});
const table = (types: Readonly<Record<string, TypeModel>>): ReadonlyMap<string, NamedType> =>
  new Map(Object.entries(types).map(([name, type]) => [name, { name, type }]));

test("looks through names", () => {
  const types = table({ A: object({ x: string }), B: ref("A") });
  expect(sameType(ref("B"), object({ x: string }), types)).toBe(true);
  expect(sameType(ref("B"), object({ x: { kind: "primitive", name: "number" } }), types)).toBe(false);
});

test("comes to an end where types recur", () => {
  const types = table({
    A: object({ next: ref("A"), value: string }),
    B: object({ next: ref("C"), value: string }),
    C: object({ next: ref("B"), value: string }),
    D: object({ next: ref("D"), value: { kind: "primitive", name: "number" } }),
  });
  expect(sameType(ref("A"), ref("B"), types)).toBe(true);
  expect(sameType(ref("A"), ref("D"), types)).toBe(false);
});

test("tells what is optional from what isn't", () => {
  const optional: TypeModel = { kind: "object", properties: [{ name: "x", type: string, optional: true }] };
  expect(sameType(optional, object({ x: string }), new Map())).toBe(false);
});

test("members of a union may be in another order, since names sort them", () => {
  const types = table({
    A: object({ list: ref("A") }),
    B: object({ text: string }),
    // The same two, the other way round.
    Y: object({ list: ref("Y") }),
    X: object({ text: string }),
  });
  const union = (...names: readonly string[]): TypeModel => ({ kind: "union", of: names.map(ref) });
  expect(sameType(union("A", "B"), union("X", "Y"), types)).toBe(true);
  expect(sameType(union("A", "B"), union("X", "X"), types)).toBe(false);
  expect(sameType(union("A", "A"), union("X", "Y"), types)).toBe(false);
});
