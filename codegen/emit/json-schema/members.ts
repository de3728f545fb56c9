/** The members of a type: what is there on the wire. */
import type { TypeModel } from "../../model.js";

/** Whether it stands for nothing that travels. */
export const isAbsent = (type: TypeModel): boolean =>
  type.kind === "union"
    ? type.of.some(isAbsent)
    : type.kind === "primitive" && (type.name === "undefined" || type.name === "void");

/** The members of a union, flat, without those that travel as nothing; of another type, that alone. */
export function membersOf(type: TypeModel): readonly TypeModel[] {
  if (type.kind === "union") return type.of.flatMap(membersOf);
  return isAbsent(type) ? [] : [type];
}
