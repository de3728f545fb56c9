/** Unions in one canonical form: a compiler orders the members as it met them, which differs between versions. */
import type { PrimitiveName, TypeModel } from "./model.js";

const last: readonly PrimitiveName[] = ["null", "undefined", "void"];

/** What the literals of a kind say is said by its primitive. */
const widened = (type: TypeModel): PrimitiveName | undefined => {
  if (type.kind === "bigint") return "bigint";
  if (type.kind === "template") return "string";
  if (type.kind !== "literal") return undefined;
  return typeof type.value as "string" | "number" | "boolean";
};

const primitive = (name: PrimitiveName): TypeModel => ({ kind: "primitive", name });

/** The union of some types: flat, sorted, each once; the type itself where only one is left. */
export function unionOf(types: readonly TypeModel[]): TypeModel {
  const members = new Map<string, TypeModel>();
  for (const type of types.flatMap((type) => (type.kind === "union" ? type.of : [type]))) {
    members.set(JSON.stringify(type), type);
  }
  const has = (type: TypeModel) => members.has(JSON.stringify(type));
  if (has({ kind: "literal", value: true }) && has({ kind: "literal", value: false })) {
    const boolean = primitive("boolean");
    members.set(JSON.stringify(boolean), boolean);
  }

  const kept = [...members.values()].filter((type) => {
    if (type.kind === "primitive" && type.name === "never") return false;
    const wide = widened(type);
    return !wide || !has(primitive(wide));
  });
  kept.sort(compare);
  const [first, ...others] = kept;
  if (!first) return primitive("never");
  return others.length === 0 ? first : { kind: "union", of: kept };
}

/** Literals, then what has a name or a shape, then "nothing there", as one would write it. */
function rank(type: TypeModel): number {
  if (type.kind === "literal") return 0;
  if (type.kind !== "primitive") return 2;
  return last.includes(type.name) ? 3 + last.indexOf(type.name) : 1;
}

function compare(a: TypeModel, b: TypeModel): number {
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (a.kind === "literal" && b.kind === "literal") {
    if (typeof a.value === "number" && typeof b.value === "number") return a.value - b.value;
  }
  // By code units: `localeCompare` would differ between machines.
  const left = JSON.stringify(a);
  const right = JSON.stringify(b);
  return left < right ? -1 : left > right ? 1 : 0;
}
