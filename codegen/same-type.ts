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
    if (isUnion(left) && isUnion(right)) return sameMembers(left.of, right.of);
    const keys = Object.keys(left);
    return (
      keys.length === Object.keys(right).length &&
      // A model is data: what has the same entries is the same.
      keys.every((key) => same(Reflect.get(left, key), Reflect.get(right, key)))
    );
  }

  /** Members are sorted by their text, in which names stand: each may be at another place. */
  function sameMembers(left: readonly TypeModel[], right: readonly TypeModel[]): boolean {
    if (left.length !== right.length) return false;
    const free = new Set(right.keys());
    return left.every((member, i) => {
      // Mostly it is at its own.
      for (const at of [i, ...free]) {
        if (!free.has(at) || !attempt(member, right[at])) continue;
        free.delete(at);
        return true;
      }
      return false;
    });
  }

  /** What was assumed on a way that failed is forgotten. */
  function attempt(left: unknown, right: unknown): boolean {
    const before = assumed.size;
    if (same(left, right)) return true;
    for (const pair of [...assumed].slice(before)) assumed.delete(pair);
    return false;
  }

  function resolve(type: object): unknown {
    return isRef(type) ? types.get(type.name)?.type : type;
  }
}

const isRef = (type: object): type is { kind: "ref"; name: string } => "kind" in type && type.kind === "ref";
const isUnion = (type: object): type is Extract<TypeModel, { kind: "union" }> =>
  "kind" in type && type.kind === "union";
const label = (type: object) => (isRef(type) ? type.name : JSON.stringify(type));
