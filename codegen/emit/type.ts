/** Prints types as TypeScript, formatted: nothing has to run over the output. */
import type { IndexSignature, Property, TupleElement, TypeModel } from "../model.js";
import { docLines, pad, propertyKey, quote, templateText, WIDTH } from "./text.js";

/** Gives the name under which a type of the channel stands in the output. */
export type NameOf = (name: string) => string;

/** A type as an expression. `column` is where it begins, `level` how deep its lines are indented. */
export function printType(type: TypeModel, nameOf: NameOf, level = 0, column = 0): string {
  const inline = printInline(type, nameOf);
  if (inline !== undefined && column + inline.length <= WIDTH) return inline;
  const apart = partsOf(type);
  if (apart.length > 1) return apart.map((part) => printType(part, nameOf, level, WIDTH)).join(" & ");
  const inner = (type: TypeModel, column: number) => printType(type, nameOf, level + 1, column);
  switch (type.kind) {
    case "object":
      return ["{", ...membersOf(type.properties, type.index ?? [], nameOf, level + 1), `${pad(level)}}`].join(
        "\n",
      );
    case "union":
      // What stands behind a bar is indented by the bar's width as well.
      return type.of
        .map((member) => `\n${pad(level + 1)}| ${printType(member, nameOf, level + 2, 2 * level + 4)}`)
        .join("");
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
        const text = inner(elementType(element), 2 * level + 2 + before.length);
        const close = text.startsWith("\n") && after.startsWith(")") ? `\n${pad(level + 1)}${after}` : after;
        return `${pad(level + 1)}${text.startsWith("\n") ? before.trimEnd() : before}${text}${close},`;
      });
      return [`${type.readonly ? "readonly " : ""}[`, ...elements, `${pad(level)}]`].join("\n");
    }
    case "map":
    case "set": {
      const types = type.kind === "map" ? [type.key, type.value] : [type.of];
      const lines = types.map((type) => {
        // A broken union begins each of its lines with an indent of its own.
        const text = printType(type, nameOf, type.kind === "union" ? level : level + 1, 2 * level + 2);
        return text.startsWith("\n") ? text.slice(1) : pad(level + 1) + text;
      });
      return [`${collectionName(type)}<`, lines.join(",\n"), `${pad(level)}>`].join("\n");
    }
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
    ...index.map((signature) => member(indexStart(signature, nameOf), signature.type)),
    ...properties.flatMap((property) => [
      ...docLines(property.doc, level),
      member(propertyStart(property), property.type),
    ]),
  ];

  function member(start: string, type: TypeModel): string {
    const line = `${pad(level)}${start}`;
    const text = printType(type, nameOf, level, line.length + 1);
    return `${text.startsWith("\n") ? line.trimEnd() : line}${text};`;
  }
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
      return all([type.of], ([of]) => `${collectionName(type)}<${of}>`);
    case "map":
      return all([type.key, type.value], (texts) => `${collectionName(type)}<${texts.join(", ")}>`);
    case "union":
      return all(type.of, (texts) => texts.join(" | "));
    case "tuple":
      return all(type.elements.map(elementType), (texts) => {
        const elements = type.elements.map((element, i) => around(element).join(texts[i]));
        return `${type.readonly ? "readonly " : ""}[${elements.join(", ")}]`;
      });
    case "object": {
      const apart = partsOf(type);
      if (apart.length > 1) return all(apart, (texts) => texts.join(" & "));
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

const collectionName = ({ kind, readonly }: Extract<TypeModel, { kind: "map" | "set" }>) =>
  `${readonly ? "Readonly" : ""}${kind === "map" ? "Map" : "Set"}`;

/** An object with the index signatures that are for other keys alone: these stand beside it. */
function partsOf(type: TypeModel): readonly TypeModel[] {
  const apart = type.kind === "object" ? (type.index ?? []).filter(({ others }) => others) : [];
  if (type.kind !== "object" || apart.length === 0) return [type];
  const index = type.index?.filter(({ others }) => !others) ?? [];
  return [
    ...(type.properties.length + index.length > 0 ? [{ ...type, index }] : []),
    ...apart.map(
      ({ others: _, ...signature }): TypeModel => ({ kind: "object", properties: [], index: [signature] }),
    ),
  ];
}

const needsParens = (type: TypeModel) =>
  type.kind === "union" ||
  partsOf(type).length > 1 ||
  ("readonly" in type && (type.kind === "array" || type.kind === "tuple"));

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
