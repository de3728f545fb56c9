/** Types without parts. */
import { ts } from "ts-morph";
import type { PrimitiveName, TypeModel } from "../model.js";
import { refuse, refuseAny } from "./refuse.js";
import type { At, Walker } from "./walker.js";

const { TypeFlags } = ts;

const primitives: readonly (readonly [ts.TypeFlags, PrimitiveName])[] = [
  [TypeFlags.String, "string"],
  [TypeFlags.Number, "number"],
  [TypeFlags.BigInt, "bigint"],
  [TypeFlags.Boolean, "boolean"],
  [TypeFlags.Null, "null"],
  [TypeFlags.Undefined, "undefined"],
  [TypeFlags.Void, "void"],
  [TypeFlags.Unknown, "unknown"],
  [TypeFlags.Never, "never"],
];

/** The model of a type without parts; `undefined` for any other. An enum's member is what it stands for. */
export function walkPrimitive(type: ts.Type, at: At, walker: Walker): TypeModel | undefined {
  const { checker } = walker;
  if (type.flags & TypeFlags.Any) return refuseAny(walker, type, at);
  if (type.isStringLiteral() || type.isNumberLiteral()) return { kind: "literal", value: type.value };
  if (type.flags & TypeFlags.BooleanLiteral)
    return { kind: "literal", value: type === checker.getTrueType() };
  // Here and below, the flag says what kind of type it is; the compiler's own types don't.
  if (type.flags & TypeFlags.BigIntLiteral) {
    const { value } = type as ts.BigIntLiteralType;
    return { kind: "bigint", value: `${value.negative ? "-" : ""}${value.base10Value}` };
  }
  if (type.flags & TypeFlags.TemplateLiteral) {
    const { texts, types } = type as ts.TemplateLiteralType;
    return { kind: "template", texts, types: types.map((part) => walker.walk(part, at)) };
  }
  if (type.flags & TypeFlags.StringMapping)
    return refuse(walker, type, at, "a text in one case", "use string");
  if (type.flags & TypeFlags.ESSymbolLike) return refuse(walker, type, at, "a symbol", "send a string");
  // A member whose value is computed is known to be a number, and no more.
  if (type.flags & TypeFlags.Enum && !type.isUnion()) return { kind: "primitive", name: "number" };
  const found = primitives.find(([flag]) => type.flags & flag);
  return found && { kind: "primitive", name: found[1] };
}
