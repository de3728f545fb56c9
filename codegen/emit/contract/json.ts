/** JSON as it is written here: by entries, since an object of JavaScript orders its keys by its own rules. */

export type Json = string | number | readonly Json[] | JsonObject;

/** The members of an object, in their order. */
export interface JsonObject {
  readonly members: readonly (readonly [key: string, value: Json])[];
}

/** Each member on a line of its own, so that a diff shows what has changed and no more. */
export function printJson(value: Json, indent = ""): string {
  if (typeof value !== "object") return JSON.stringify(value);
  const inner = `${indent}  `;
  const block = (open: string, lines: readonly string[], close: string) =>
    lines.length === 0
      ? open + close
      : `${open}\n${lines.map((line) => inner + line).join(",\n")}\n${indent}${close}`;
  if ("members" in value) {
    const lines = value.members.map(([key, member]) => `${JSON.stringify(key)}: ${printJson(member, inner)}`);
    return block("{", lines, "}");
  }
  return block(
    "[",
    value.map((element) => printJson(element, inner)),
    "]",
  );
}

/** Drops the members that aren't there. */
export const object = (...entries: readonly (readonly [string, Json] | false | undefined)[]): JsonObject => ({
  members: entries.flatMap((entry) => (entry ? [entry] : [])),
});

/** By code units: alike on every machine. */
export const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : a > b ? 1 : 0;
