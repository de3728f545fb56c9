/** Whether a value is of a type of a model: an oracle of its own, which knows nothing of a compiler. */
import type { IndexSignature, NamedType, PrimitiveName, TypeModel } from "../model.js";

/** Whether the value has the type. Members that an object type doesn't know may be there. */
export function fits(value: unknown, type: TypeModel, types: readonly NamedType[]): boolean {
  const holds = (value: unknown, type: TypeModel): boolean => {
    switch (type.kind) {
      case "primitive":
        return isPrimitive(value, type.name);
      case "literal":
        return Object.is(value, type.value);
      case "bigint":
        return value === BigInt(type.value);
      case "template":
        return typeof value === "string" && new RegExp(`^${patternOf(type)}$`, "su").test(value);
      case "builtin":
        return value instanceof { Date, URL, Uint8Array }[type.name];
      case "array":
        return Array.isArray(value) && value.every((item) => holds(item, type.of));
      case "set":
        return value instanceof Set && [...value].every((item) => holds(item, type.of));
      case "map":
        return (
          value instanceof Map &&
          [...value].every(([key, item]) => holds(key, type.key) && holds(item, type.value))
        );
      case "tuple":
        return Array.isArray(value) && fitsTuple(value, type.elements);
      case "union":
        return type.of.some((member) => holds(value, member));
      case "ref": {
        const named = types.find(({ name }) => name === type.name);
        return named !== undefined && holds(value, named.type);
      }
      case "object":
        return fitsObject(value, type);
    }
  };

  function fitsTuple(
    items: readonly unknown[],
    elements: Extract<TypeModel, { kind: "tuple" }>["elements"],
  ): boolean {
    const rest = elements.findIndex((element) => element.rest);
    const after = rest < 0 ? 0 : elements.length - rest - 1;
    const fixed = rest < 0 ? elements.length : rest;
    if (rest < 0 && items.length > elements.length) return false;
    const spread = Math.max(0, items.length - fixed - after);
    const wanted =
      rest < 0
        ? elements
        : [
            ...elements.slice(0, rest),
            ...Array.from({ length: spread }, () => elements[rest]),
            ...elements.slice(rest + 1),
          ];
    return wanted.every((element, i) =>
      i < items.length ? element && holds(items[i], element.type) : element?.optional,
    );
  }

  function fitsObject(value: unknown, type: Extract<TypeModel, { kind: "object" }>): boolean {
    const { properties, index = [] } = type;
    if (value === null || value === undefined) return false;
    if (properties.length + index.length > 0 && typeof value !== "object") return false;
    return (
      properties.every(({ name, type, optional }) =>
        Object.hasOwn(Object(value), name) ? holds(Reflect.get(Object(value), name), type) : optional,
      ) &&
      Object.entries(value).every(
        ([key, member]) =>
          properties.some(({ name }) => name === key) ||
          index.every((signature) => !covers(signature, key) || holds(member, signature.type)),
      )
    );
  }

  return holds(value, type);
}

/** Whether an index signature is for that key. */
export function covers({ key }: IndexSignature, name: string): boolean {
  if (key.kind === "primitive") return key.name === "string" || String(Number(name)) === name;
  return new RegExp(`^${patternOf(key)}$`, "su").test(name);
}

function isPrimitive(value: unknown, name: PrimitiveName): boolean {
  if (name === "unknown") return true;
  if (name === "null") return value === null;
  if (name === "void") return value === undefined;
  if (name === "object") return typeof value === "object" && value !== null;
  return typeof value === name;
}

/** The texts of a type that stands in a template. */
function patternOf(type: TypeModel): string {
  const literally = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  switch (type.kind) {
    case "literal":
      return literally(String(type.value));
    case "bigint":
      return literally(type.value);
    case "union":
      return `(?:${type.of.map(patternOf).join("|")})`;
    case "template":
      return type.texts
        .map((text, i) => literally(text) + (type.types[i] ? patternOf(type.types[i]) : ""))
        .join("");
    default:
      return texts[type.kind === "primitive" ? type.name : ""] ?? "(?:)";
  }
}

const texts: Readonly<Record<string, string>> = {
  string: ".*",
  number: "-?\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?",
  bigint: "-?\\d+",
  boolean: "(?:true|false)",
  null: "null",
  undefined: "undefined",
};
