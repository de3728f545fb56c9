/** Texts as regular expressions, in what all validators' dialects share. */
import type { NameModel, TypeModel } from "../../model.js";

/** A text that stands for itself. */
export const literalPattern = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

const ANY_TEXT = "[\\s\\S]*";

/** What a number may look like within a text. */
const NUMBER =
  "(?:[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?|0[xX][\\dA-Fa-f]+|0[oO][0-7]+|0[bB][01]+|NaN|-?Infinity)";

/** A whole text of a template literal's type. */
export const templatePattern = ({ texts, types }: Extract<TypeModel, { kind: "template" }>): string =>
  `^${texts.map((text, i) => literalPattern(text) + (i < types.length ? partPattern(types[i]) : "")).join("")}$`;

/** A key that is a number. */
export const NUMBER_KEY = `^${NUMBER}$`;

function partPattern(type: TypeModel | undefined): string {
  if (type?.kind === "literal") return literalPattern(String(type.value));
  if (type?.kind === "bigint") return literalPattern(type.value);
  if (type?.kind === "template") return templatePattern(type).slice(1, -1);
  if (type?.kind === "union") return `(?:${type.of.map(partPattern).join("|")})`;
  if (type?.kind !== "primitive") return ANY_TEXT;
  switch (type.name) {
    case "number":
      return NUMBER;
    case "bigint":
      return "-?\\d+";
    case "boolean":
      return "(?:true|false)";
    case "null":
    case "undefined":
      return type.name;
    default:
      return ANY_TEXT;
  }
}

/** The names that a pattern gives: literal text, and values in which no separator occurs. */
export function namePattern({ pattern, params }: Extract<NameModel, { kind: "pattern" }>): string {
  // Literal text stands at even places, param names at odd ones.
  const parts = pattern.split(new RegExp(`\\{(${params.join("|")})\\}`));
  const between = parts.slice(1, -1).filter((_, i) => i % 2 === 1);
  const kept = [..."._~-"].filter((char) => !between.join("").includes(char)).join("");
  const value = `(?:[A-Za-z0-9${kept}]|%[0-9A-F]{2})+`;
  return `^${parts.map((part, i) => (i % 2 ? value : literalPattern(part))).join("")}$`;
}
