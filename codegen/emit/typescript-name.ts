/** Prints how a channel gets its name: the type of its names, of its params, and what `define` takes. */
import type { ChannelModel, Hole, NameModel, ParamModel, Property, TypeModel } from "../model.js";
import type { ChannelNames } from "./scope.js";
import { propertyKey, quote, templateText } from "./text.js";
import { printType } from "./type.js";

const string: TypeModel = { kind: "primitive", name: "string" };

/** The type of a channel's names. */
export function nameType(name: NameModel): TypeModel {
  if (name.kind === "literal") return { kind: "literal", value: name.name };
  if (name.kind === "function") return name.type;
  const texts = name.pattern.split(/\{[^{}]*\}/);
  return { kind: "template", texts, types: texts.slice(1).map(() => string) };
}

/** Whether a definition is called with one argument. Otherwise its `params` are a list of them. */
export const takesOne = (name: NameModel): boolean =>
  name.kind === "pattern" ||
  (name.kind === "function" && name.params.length === 1 && !name.params[0]?.optional);

/** The type of a channel's params; `undefined` where there is nothing to give. */
export function paramsType(name: NameModel): TypeModel | undefined {
  if (name.kind === "literal") return undefined;
  if (name.kind === "pattern") {
    const properties = name.params.map((name): Property => ({ name, type: string, readonly: true }));
    return { kind: "object", properties: name.values ?? properties };
  }
  const [first] = name.params;
  if (!first) return undefined;
  if (takesOne(name)) return first.type;
  return { kind: "tuple", elements: name.params.map(({ name: label, ...param }) => ({ label, ...param })) };
}

/** A function from params to the channel. */
export function channelFor({ id, name }: ChannelModel, { prefix }: ChannelNames): string {
  if (name.kind === "literal") return `() => ${id}`;
  const takesList = paramsType(name) !== undefined && !takesOne(name);
  return takesList ? `(params: ${prefix}Params) => ${id}(...params)` : id;
}

/** What the definition's type extends: all but its call. */
export function definitionBase(
  name: Exclude<NameModel, { kind: "literal" }>,
  { prefix }: ChannelNames,
): string {
  const params = !paramsType(name) ? "undefined" : takesOne(name) ? `${prefix}Params` : `${prefix}Params[0]`;
  if (name.kind === "pattern")
    return `PatternBase<${quote(name.pattern)}, ${prefix}Name, ${params}, ${prefix}Topics>`;
  return `DefinitionBase<${prefix}Name, ${params}, ${prefix}Topics>`;
}

/** The name, the pattern, or a function that makes the name. */
export function nameValue(name: NameModel, { prefix, typeName }: ChannelNames): string {
  if (name.kind === "literal") return quote(name.name);
  if (name.kind === "pattern") return quote(name.pattern);
  const params = name.params.map((param) => {
    const type = takesOne(name) ? `${prefix}Params` : printType(param.type, typeName);
    return `${param.name}${param.optional ? "?" : ""}: ${type}`;
  });
  if (name.template.every((part) => typeof part === "string")) {
    return `(${params.join(", ")}) => ${quote(name.template.join(""))}`;
  }
  const parts = name.template.map((part) =>
    typeof part === "string" ? templateText(part) : `\${${holeValue(part, name.params)}}`,
  );
  return `(${params.join(", ")}) => \`${parts.join("")}\``;
}

function holeValue({ param, path, encode }: Hole, params: readonly ParamModel[]): string {
  const value = [params[param]?.name, ...path].join(".");
  return encode ? `encodeURIComponent(${value})` : value;
}

/** What the params of a pattern may be, where a schema makes values of their texts: \`{ id: [Number] }\`. */
export function paramsValues(name: NameModel): string | undefined {
  if (name.kind !== "pattern" || !name.values) return undefined;
  const members = name.values.map(({ name, type }) => {
    const candidates = (type.kind === "union" ? type.of : [type]).flatMap(candidatesOf);
    return `${propertyKey(name)}: [${candidates.join(", ")}]`;
  });
  return `{ ${members.join(", ")} }`;
}

const MAKERS: Readonly<Record<string, string>> = { string: "String", number: "Number", bigint: "BigInt" };

/** A literal's value, or what makes one of a text. Literals stand first in a union: `BigInt` throws at what it can't read. */
function candidatesOf(type: TypeModel): readonly string[] {
  if (type.kind === "literal")
    return [typeof type.value === "string" ? quote(type.value) : String(type.value)];
  // As a literal, it would need a compiler's target that knows bigints.
  if (type.kind === "bigint") return [`BigInt("${type.value}")`];
  const name = type.kind === "primitive" ? type.name : "string";
  return name === "boolean" ? ["true", "false"] : [MAKERS[name] ?? "String"];
}
