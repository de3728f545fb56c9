import { expect, test } from "vitest";
import type { PrimitiveName, TypeModel } from "./model.js";
import { unionOf } from "./union.js";

const primitive = (name: PrimitiveName): TypeModel => ({ kind: "primitive", name });
const literal = (value: string | number | boolean): TypeModel => ({ kind: "literal", value });

test("is the same in whatever order its members come", () => {
  const members = [
    primitive("null"),
    literal(10),
    primitive("undefined"),
    literal(9),
    primitive("string"),
    literal(-1),
  ];
  const sorted = [
    literal(-1),
    literal(9),
    literal(10),
    primitive("string"),
    primitive("null"),
    primitive("undefined"),
  ];
  expect(unionOf(members)).toEqual({ kind: "union", of: sorted });
  expect(unionOf(members.toReversed())).toEqual({ kind: "union", of: sorted });
});

test("is flat, and has each member once", () => {
  expect(unionOf([literal("a"), unionOf([literal("b"), literal("a")])])).toEqual(
    unionOf([literal("b"), literal("a")]),
  );
});

test("both booleans are one", () => {
  expect(unionOf([literal(true), literal(false)])).toEqual(primitive("boolean"));
  expect(unionOf([literal(true), primitive("null")])).toEqual({
    kind: "union",
    of: [literal(true), primitive("null")],
  });
});

test("a primitive says what its literals say", () => {
  expect(unionOf([literal("a"), primitive("string"), literal("b")])).toEqual(primitive("string"));
});

test("of none is never", () => {
  expect(unionOf([])).toEqual(primitive("never"));
});
