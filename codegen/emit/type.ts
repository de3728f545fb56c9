/** Prints types as TypeScript, formatted: nothing has to run over the output. */
import type { IndexSignature, Property, TupleElement, TypeModel } from "../model.js";
import { docLines, pad, propertyKey, quote, templateText, WIDTH } from "./text.js";

/** Gives the name under which a type of the channel stands in the output. */
export type NameOf = (name: string) => string;

/** A type as an expression. `column` is where it begins, `level` how deep its lines are indented. */
export function printType(type: TypeModel, nameOf: NameOf, level = 0, column = 0): string {
  const inline = printInline(type, nameOf);
  if (inline !== undefined && column + inline.length <= WIDTH) return inline;
  const inner = (type: TypeModel, column: number) => printType(type, nameOf, level + 1, column);
  switch (type.kind) {
    case "object":
      return ["{", ...membersOf(type.properties, type.index ?? [], nameOf, level + 1), `${pad(level)}}`].join(
        "\n",
      );
    case "union":
      return type.of.map((member) => `\n${pad(level + 1)}| ${inner(member, 2 * level + 4)}`).join("");
    case "array": {
      const of = printType(type.of, nameOf, level, column);
      const open = type.readonly ? "readonly " : "";
      return needsParens(type.of)
        ? `${open}(${of}${of.startsWith("\n") ? `\n${pad(level)}` : ""})[]`
        : `${open}${of}[]`;
    }
    case "tuple": {
      const elements = type.elements.map((element) => {
        const [before, after] = around(element);
        return `${pad(level + 1)}${before}${inner(elementType(element), 2 * level + 2 + before.length)}${after},`;
      });
      return [`${type.readonly ? "readonly " : ""}[`, ...elements, `${pad(level)}]`].join("\n");
    }
    case "map":
      return `${type.readonly ? "ReadonlyMap" : "Map"}<${printType(type.key, nameOf, level)}, ${printType(type.value, nameOf, level)}>`;
    case "set":
      return `${type.readonly ? "ReadonlySet" : "Set"}<${printType(type.of, nameOf, level)}>`;
    default:
      return inline ?? "";
  }
}

/** The members of an object, one or more lines each. */
export function membersOf(
  properties: readonly Property[],
  index: readonly IndexSignature[],
  nameOf: NameOf,
  level: number,
): readonly string[] {
  return [
    ...index.map((signature) => {
      const start = `${pad(level)}${indexStart(signature, nameOf)}`;
      return `${start}${printType(signature.type, nameOf, level, start.length + 1)};`;
    }),
    ...properties.flatMap((property) => {
      const start = `${pad(level)}${propertyStart(property)}`;
      const type = printType(property.type, nameOf, level, start.length + 1);
      return [
        ...docLines(property.doc, level),
        `${start.trimEnd()}${type.startsWith("\n") ? "" : " "}${type};`,
      ];
    }),
  ];
}

/** On one line, or `undefined` where comments stand in it. */
function printInline(type: TypeModel, nameOf: NameOf): string | undefined {
  const all = (types: readonly TypeModel[], join: (texts: readonly string[]) => string) => {
    const texts = types.flatMap((type) => printInline(type, nameOf) ?? []);
    return texts.length === types.length ? join(texts) : undefined;
  };
  switch (type.kind) {
    case "primitive":
    case "builtin":
      return type.name;
    case "ref":
      return nameOf(type.name);
    case "literal":
      return typeof type.value === "string" ? quote(type.value) : String(type.value);
    case "bigint":
      return `${type.value}n`;
    case "template":
      return all(type.types, (texts) => {
        const parts = type.texts.map(
          (text, i) => templateText(text) + (i < texts.length ? `\${${texts[i]}}` : ""),
        );
        return `\`${parts.join("")}\``;
      });
    case "array":
      return all(
        [type.of],
        ([of]) => `${type.readonly ? "readonly " : ""}${needsParens(type.of) ? `(${of})` : of}[]`,
      );
    case "set":
      return all([type.of], ([of]) => `${type.readonly ? "ReadonlySet" : "Set"}<${of}>`);
    case "map":
      return all(
        [type.key, type.value],
        (texts) => `${type.readonly ? "ReadonlyMap" : "Map"}<${texts.join(", ")}>`,
      );
    case "union":
      return all(type.of, (texts) => texts.join(" | "));
    case "tuple":
      return all(type.elements.map(elementType), (texts) => {
        const elements = type.elements.map((element, i) => around(element).join(texts[i]));
        return `${type.readonly ? "readonly " : ""}[${elements.join(", ")}]`;
      });
    case "object": {
      if (type.properties.some(({ doc }) => doc !== undefined)) return undefined;
      const index = type.index ?? [];
      const starts = [
        ...index.map((signature) => indexStart(signature, nameOf)),
        ...type.properties.map(propertyStart),
      ];
      return all(
        [...index, ...type.properties].map(({ type }) => type),
        (texts) => (texts.length === 0 ? "{}" : `{ ${texts.map((text, i) => starts[i] + text).join("; ")} }`),
      );
    }
  }
}

const needsParens = (type: TypeModel) =>
  type.kind === "union" || ("readonly" in type && (type.kind === "array" || type.kind === "tuple"));

const propertyStart = ({ name, optional, readonly }: Property) =>
  `${readonly ? "readonly " : ""}${propertyKey(name)}${optional ? "?" : ""}: `;

const indexStart = ({ key, readonly }: IndexSignature, nameOf: NameOf) =>
  `${readonly ? "readonly " : ""}[key: ${printInline(key, nameOf)}]: `;

/** A rest element is the array of what it holds. */
const elementType = ({ type, rest }: TupleElement): TypeModel => (rest ? { kind: "array", of: type } : type);

/** What stands before and after an element's type. */
function around({ type, label, optional, rest }: TupleElement): [before: string, after: string] {
  if (label !== undefined) return [`${rest ? "..." : ""}${label}${optional ? "?" : ""}: `, ""];
  if (rest) return ["...", ""];
  if (!optional) return ["", ""];
  return needsParens(type) ? ["(", ")?"] : ["", "?"];
}
