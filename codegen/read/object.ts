/** Arrays, tuples and objects. */
import { ts } from "ts-morph";
import type { IndexSignature, Property, TupleElement, TypeModel } from "../model.js";
import { unionOf } from "../union.js";
import { nearest } from "./context.js";
import { docOf } from "./doc.js";
import { platformClass } from "./known.js";
import {
  inSourceOrder,
  isBrandKey,
  isFunction,
  isHidden,
  isReadonly,
  keyOf,
  membersPresent,
} from "./members.js";
import { refuse } from "./refuse.js";
import { type At, below, type Walker } from "./walker.js";

export function walkObject(type: ts.Type, at: At, walker: Walker): TypeModel {
  const { checker } = walker;
  // The checker tells which kind of type it is, though not by a type guard.
  if (checker.isTupleType(type)) return walkTuple(type as ts.TupleTypeReference, at, walker);
  if (checker.isArrayType(type)) {
    const [element] = checker.getTypeArguments(type as ts.TypeReference);
    const readonly = type.symbol.name === "ReadonlyArray" ? { readonly: true as const } : {};
    if (element) return { kind: "array", ...readonly, of: walker.walk(element, below(at, "[]", "Item")) };
  }
  if (isFunction(type)) return refuse(walker, type, at, "a function");
  if (checker.isArrayLikeType(type)) {
    const fix = "send the elements as an array, and the rest beside it";
    return refuse(walker, type, at, "an array that has more than its elements", fix);
  }
  const foreign = platformClass(type, walker.program);
  if (foreign === "Function") return refuse(walker, type, at, "a function");
  if (foreign) return refuse(walker, type, at, `an instance of ${foreign}`, instead[foreign]);

  const properties = inSourceOrder(
    checker.getPropertiesOfType(type).filter((property) => !isBrandKey(property)),
  );
  const misfit = properties.find((property) => whyNotData(property) !== undefined);
  if (misfit) {
    const fix = insteadOf.get(keyOf(misfit)) ?? "leave it out: send a type of data alone";
    return refuse(walker, type, at, `no plain object, but has ${whyNotData(misfit)}`, fix);
  }
  const refused = properties.find(({ name }) => name === "~refused");
  const why = refused && checker.getTypeOfSymbol(refused);
  if (why?.isStringLiteral()) return refuse(walker, type, at, "no type of data", why.value);
  const infos = checker.getIndexInfosOfType(type);
  if (infos.some(({ keyType }) => keyType.flags & ts.TypeFlags.ESSymbolLike))
    return refuse(walker, type, at, "an object whose keys may be symbols", "let its keys be strings");
  const index = infos.map((info) => indexOf(info, isForOthers(info, infos, properties, walker), at, walker));
  return {
    kind: "object",
    properties: properties.map((property) => propertyOf(property, at, walker)),
    ...(index.length > 0 ? { index } : {}),
  };
}

/** What makes a property one that no plain object has. */
function whyNotData(property: ts.Symbol): string | undefined {
  const key = keyOf(property);
  if (isHidden(property)) return `the private member ${key}`;
  if (property.flags & ts.SymbolFlags.Method) return `the method ${key}()`;
  return key.startsWith("[Symbol.") ? `the key ${key}` : undefined;
}

/** By the member that tells what it is. */
const insteadOf = new Map([
  ["[Symbol.iterator]", "collect it into an array"],
  ["[Symbol.asyncIterator]", "collect it into an array, or publish each of its values"],
  ["then", "await it before you publish"],
]);

const instead: Readonly<Record<string, string>> = {
  ArrayBuffer: "use Uint8Array",
  Blob: "send its bytes, as a Uint8Array",
  Boolean: "use boolean",
  Buffer: "use Uint8Array: that is what arrives",
  DataView: "use Uint8Array",
  Error: "send its name and message",
  File: "send its bytes, as a Uint8Array",
  FormData: "send an object of its entries",
  Headers: "send an object of its entries",
  Number: "use number",
  Promise: "await it before you publish",
  RegExp: "send its source and flags",
  String: "use string",
  URLSearchParams: "send an object of its entries",
};

function propertyOf(symbol: ts.Symbol, at: At, walker: Walker): Property {
  const { checker } = walker;
  const name = keyOf(symbol);
  const step = /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
  const inside = below(at, step, name, nearest(symbol, at.node));
  const type = checker.getTypeOfSymbol(symbol);
  const doc = docOf(symbol, checker);
  const isOptional = (symbol.flags & ts.SymbolFlags.Optional) !== 0;
  return {
    name,
    ...(doc === undefined ? {} : { doc }),
    type: isOptional ? walkOptional(type, inside, walker) : walker.walk(type, inside),
    ...(isOptional ? { optional: true } : {}),
    ...(isReadonly(symbol) ? { readonly: true } : {}),
  };
}

function walkOptional(type: ts.Type, at: At, walker: Walker): TypeModel {
  const present = membersPresent(type, walker.checker);
  if (present.length === (type.isUnion() ? type.types.length : 1)) return walker.walk(type, at);
  if (present.length === 0) return { kind: "primitive", name: "never" };
  return unionOf(present.map((member) => walker.walk(member, at)));
}

function indexOf(
  { keyType, type, isReadonly }: ts.IndexInfo,
  others: boolean,
  at: At,
  walker: Walker,
): IndexSignature {
  const inside = below(at, "[key]", "Value");
  return {
    key: walker.walk(keyType, inside),
    type: walker.walk(type, inside),
    ...(isReadonly ? { readonly: true } : {}),
    ...(others ? { others: true } : {}),
  };
}

/** Whether an object with this index signature and these properties could only be written as an intersection. */
function isForOthers(
  info: ts.IndexInfo,
  infos: readonly ts.IndexInfo[],
  properties: readonly ts.Symbol[],
  { checker }: Walker,
): boolean {
  const isCovered = (name: string) =>
    checker.isTypeAssignableTo(checker.getStringLiteralType(name), info.keyType) ||
    (info.keyType.flags & ts.TypeFlags.Number && String(Number(name)) === name);
  const fits = (symbol: ts.Symbol) => {
    const type = checker.getTypeOfSymbol(symbol);
    // Left out is as good as undefined to readers without `exactOptionalPropertyTypes`.
    const isOptional = symbol.flags & ts.SymbolFlags.Optional;
    const held = isOptional ? [...membersPresent(type, checker), checker.getUndefinedType()] : [type];
    return held.every((member) => checker.isTypeAssignableTo(member, info.type));
  };
  const isNarrower = ({ keyType }: ts.IndexInfo) =>
    info.keyType.flags & ts.TypeFlags.String && !(keyType.flags & ts.TypeFlags.String);
  return (
    properties.some((property) => isCovered(keyOf(property)) && !fits(property)) ||
    infos.some((other) => isNarrower(other) && !checker.isTypeAssignableTo(other.type, info.type))
  );
}

function walkTuple(type: ts.TupleTypeReference, at: At, walker: Walker): TypeModel {
  const { elementFlags, labeledElementDeclarations, readonly } = type.target;
  const elements = walker.checker.getTypeArguments(type).map((element, i): TupleElement => {
    const flags = elementFlags[i] ?? ts.ElementFlags.Required;
    const label = labeledElementDeclarations?.[i]?.name;
    const inside = below(at, `[${i}]`, `Item${i}`);
    const isOptional = (flags & ts.ElementFlags.Optional) !== 0;
    return {
      type: isOptional ? walkOptional(element, inside, walker) : walker.walk(element, inside),
      ...(label && ts.isIdentifier(label) ? { label: label.text } : {}),
      ...(isOptional ? { optional: true } : {}),
      ...(flags & ts.ElementFlags.Variable ? { rest: true } : {}),
    };
  });
  return { kind: "tuple", ...(readonly ? { readonly: true } : {}), elements };
}
