/** Reads what a schema makes of a pattern's params, and whether their texts alone can give that back. */
import { ts } from "ts-morph";
import type { Property, TypeModel } from "../model.js";
import { nearest } from "./context.js";
import { docOf } from "./doc.js";
import { isReadonly } from "./members.js";
import type { Owner } from "./name.js";
import type { Walker } from "./walker.js";

const INTEGER = /^(0|-?[1-9]\d*)$/;

/** The params as values; `undefined` where they are their texts. What no text gives back is reported. */
export function readParams(
  { id, node }: Owner,
  params: readonly string[],
  type: ts.Type,
  walker: Walker,
): readonly Property[] | undefined {
  const { checker, report } = walker;
  const values = params.flatMap((name): Property[] => {
    const symbol = type.getProperty(name);
    const place = symbol ? nearest(symbol, node) : node;
    const refuse = (what: string, fix: string) => {
      report(
        { code: "CODEGEN_PARAMS", message: `channel "${id}": its param "${name}" ${what}.`, fix },
        place,
      );
      return [];
    };
    if (!symbol) return refuse("isn't among what its params schema gives", "give each param of the pattern");
    const given = checker.getTypeOfSymbol(symbol);
    const shown = checker.typeToString(given);
    if (symbol.flags & ts.SymbolFlags.Optional)
      return refuse("may be left out, but a name has all of its params", "give it always");
    const path = `channel "${id}": its param "${name}"`;
    const value = walker.walk(given, { path, node: place, words: name });
    // It was reported, and what follows from it would say nothing more.
    if (given.flags & ts.TypeFlags.Any) return [];
    const members = value.kind === "union" ? value.of : [value];
    if (members.some((member) => member.kind === "template"))
      return refuse(`is ${shown}: codegen can't tell such a text from others`, "make it string");
    if (!members.every(isValue))
      return refuse(
        `is ${shown}, which no text gives back`,
        "a param is a string, a number, a bigint or a boolean: make more of it where you use it",
      );
    if (!areDistinct(members))
      return refuse(
        `is ${shown}: one text may be two of these`,
        "give it one type, such as number, or values whose texts differ",
      );
    const doc = docOf(symbol, checker);
    return [
      {
        name,
        ...(doc === undefined ? {} : { doc }),
        type: value,
        ...(isReadonly(symbol) ? { readonly: true } : {}),
      },
    ];
  });
  const arePlain = values.every(
    ({ type, readonly, doc }) =>
      readonly && doc === undefined && type.kind === "primitive" && type.name === "string",
  );
  return arePlain ? undefined : values;
}

const isValue = (type: TypeModel) =>
  type.kind === "literal" ||
  type.kind === "bigint" ||
  (type.kind === "primitive" && ["string", "number", "bigint", "boolean"].includes(type.name));

/** Whether each text stands for one value at most. */
function areDistinct(members: readonly TypeModel[]): boolean {
  const has = (name: string) => members.some((member) => member.kind === "primitive" && member.name === name);
  const texts = members.flatMap((member) =>
    member.kind === "literal" || member.kind === "bigint" ? [String(member.value)] : [],
  );
  if (has("boolean")) texts.push("true", "false");
  return !(
    (has("string") && members.length > 1) ||
    (has("number") && (has("bigint") || texts.some((text) => String(Number(text)) === text))) ||
    (has("bigint") && texts.some((text) => INTEGER.test(text))) ||
    new Set(texts).size < texts.length
  );
}
