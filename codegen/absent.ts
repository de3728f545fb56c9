/** Which types may be `undefined`: a payload, a member, an element that isn't there. */
import type { NamedType, TypeModel } from "./model.js";

/** Tells of a channel's types whether `undefined` is one of their values. */
export function absentIn(types: readonly NamedType[]): (type: TypeModel) => boolean {
  const named = new Map(types.map(({ name, type }) => [name, type]));
  const known = new Map<string, boolean>();

  function mayBeAbsent(type: TypeModel): boolean {
    switch (type.kind) {
      case "primitive":
        return type.name === "undefined" || type.name === "void" || type.name === "unknown";
      case "union":
        return type.of.some(mayBeAbsent);
      case "ref":
        return known.get(type.name) ?? resolve(type.name);
      default:
        return false;
    }
  }

  function resolve(name: string): boolean {
    // A name that leads to itself adds nothing to what it is.
    known.set(name, false);
    const type = named.get(name);
    const result = type !== undefined && mayBeAbsent(type);
    known.set(name, result);
    return result;
  }

  return mayBeAbsent;
}
