/** Whether two types of a channel are the same, whatever their names. */
import type { NamedType, TypeModel } from "./model.js";

/** Compares structurally. Names that meet again while they are compared are taken as equal: so recursion ends. */
export function sameType(a: TypeModel, b: TypeModel, types: ReadonlyMap<string, NamedType>): boolean {
  const assumed = new Set<string>();
  return same(a, b);

  function same(left: unknown, right: unknown): boolean {
    if (left === right) return true;
    if (typeof left !== "object" || typeof right !== "object" || left === null || right === null)
      return false;
    if (isRef(left) || isRef(right)) {
      const pair = `${label(left)} = ${label(right)}`;
      if (assumed.has(pair)) return true;
      assumed.add(pair);
      return same(resolve(left), resolve(right));
    }
    const keys = Object.keys(left);
    return (
      keys.length === Object.keys(right).length &&
      // A model is data: what has the same entries is the same.
      keys.every((key) => same(Reflect.get(left, key), Reflect.get(right, key)))
    );
  }

  function resolve(type: object): unknown {
    return isRef(type) ? types.get(type.name)?.type : type;
  }
}

const isRef = (type: object): type is { kind: "ref"; name: string } => "kind" in type && type.kind === "ref";
const label = (type: object) => (isRef(type) ? type.name : JSON.stringify(type));
