/**
 * A type as a contract has it: an object as an object of JSON, and what holds none as a text. Whether something is
 * readonly, a tuple's labels and comments are no part of it: they change nothing of what may be sent.
 */
import type { IndexSignature, Property, TupleElement, TypeModel } from "../../model.js";
import { templateText } from "../text.js";
import type { Json } from "./json.js";

/** Longer texts are taken apart, part by part on a line of its own. */
const WIDTH = 80;

export function contractType(type: TypeModel): Json {
  const text = textOf(type);
  if (text !== undefined && (text.length <= WIDTH || isWhole(type))) return text;
  switch (type.kind) {
    case "array":
      return marked("$array", contractType(type.of));
    case "set":
      return marked("$set", contractType(type.of));
    case "map":
      return marked("$map", [contractType(type.key), contractType(type.value)]);
    case "union":
      return marked("$union", type.of.map(contractType));
    case "tuple":
      return marked("$tuple", type.elements.map(contractElement));
    case "object":
      return { members: [...(type.index ?? []).map(signatureEntry), ...type.properties.map(propertyEntry)] };
    default:
      // Without parts, it has a text.
      return text ?? "";
  }
}

const marked = (mark: string, value: Json): Json => ({ members: [[mark, value]] });

/** Whether there is nothing to take apart. */
const isWhole = ({ kind }: TypeModel) => !["array", "set", "map", "union", "tuple", "object"].includes(kind);

function contractElement({ type, optional, rest }: TupleElement): Json {
  const plain = contractType(type);
  return optional ? marked("$optional", plain) : rest ? marked("$rest", plain) : plain;
}

/** A member: `"total?"` where it may be left out. */
export const propertyEntry = ({ name, type, optional }: Pick<Property, "name" | "type" | "optional">) =>
  [escapeName(name) + (optional ? "?" : ""), contractType(type)] as const;

const signatureEntry = ({ key, type }: IndexSignature) =>
  [`[${textOf(key) ?? ""}]`, contractType(type)] as const;

/** So that no name looks like a mark: a backslash before `$` or `[` at its start, `?` at its end, and every backslash. */
const escapeName = (name: string) =>
  name.replaceAll("\\", "\\\\").replace(/^[$[]/, "\\$&").replace(/\?$/, "\\?");

/** On one line; `undefined` where an object stands in it. */
function textOf(type: TypeModel): string | undefined {
  switch (type.kind) {
    case "primitive":
    case "builtin":
      return type.name;
    case "ref":
      return `#${type.name}`;
    case "literal":
      return typeof type.value === "string" ? quote(type.value) : String(type.value);
    case "bigint":
      return `${type.value}n`;
    case "template":
      return all(type.types, (parts) => {
        const holes = type.texts.map(
          (text, i) => templateText(text) + (i < parts.length ? `\${${parts[i]}}` : ""),
        );
        return `\`${holes.join("")}\``;
      });
    case "array":
      return all([type.of], ([of = ""]) => `${inParens(type.of, of)}[]`);
    case "set":
      return all([type.of], ([of]) => `Set<${of}>`);
    case "map":
      return all([type.key, type.value], ([key, value]) => `Map<${key}, ${value}>`);
    case "union":
      return all(type.of, (texts) => texts.join(" | "));
    case "tuple":
      return all(
        type.elements.map((element) => element.type),
        (texts) => `[${type.elements.map((element, i) => elementText(element, texts[i] ?? "")).join(", ")}]`,
      );
    case "object":
      return undefined;
  }
}

function all(types: readonly TypeModel[], join: (texts: readonly string[]) => string): string | undefined {
  const texts = types.flatMap((type) => textOf(type) ?? []);
  return texts.length === types.length ? join(texts) : undefined;
}

const inParens = ({ kind }: TypeModel, text: string) => (kind === "union" ? `(${text})` : text);

function elementText({ type, optional, rest }: TupleElement, text: string): string {
  if (rest) return `...${inParens(type, text)}[]`;
  return optional ? `${inParens(type, text)}?` : text;
}

/** In single quotes, since JSON has the others. */
const quote = (text: string) =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
