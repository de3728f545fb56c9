/** Intersections: objects are flattened into one, and a brand leaves what it marks. */
import { ts } from "ts-morph";
import type { TypeModel } from "../model.js";
import { knownType } from "./known.js";
import { isBrandKey } from "./members.js";
import { walkObject } from "./object.js";
import { refuse } from "./refuse.js";
import type { At, Walker } from "./walker.js";

const { StringLike, NumberLike, BigIntLike, BooleanLike, ESSymbolLike } = ts.TypeFlags;
const PRIMITIVE = StringLike | NumberLike | BigIntLike | BooleanLike | ESSymbolLike;

export function walkIntersection(type: ts.IntersectionType, at: At, walker: Walker): TypeModel {
  // `string & { __brand: "Id" }` is a string when it runs: it can't be anything else.
  const primitive = type.types.find((member) => member.flags & PRIMITIVE);
  if (primitive) return walker.walk(primitive, at);
  const { checker, program } = walker;
  // `{ kind: "a" } & { kind: "b" }` keeps the flags of an intersection, and has no values.
  if (checker.isTypeAssignableTo(type, checker.getNeverType())) return { kind: "primitive", name: "never" };
  const isWhole = (member: ts.Type) =>
    checker.isArrayType(member) || checker.isTupleType(member) || knownType(member, program) !== undefined;
  const whole = type.types.find(isWhole);
  if (!whole) return walkObject(type, at, walker);
  const isBrand = (member: ts.Type) => checker.getPropertiesOfType(member).every(isBrandKey);
  if (type.types.every((member) => member === whole || isBrand(member))) return walker.walk(whole, at);
  return refuse(walker, type, at, "two things at once", "choose one, or put both into an object");
}
