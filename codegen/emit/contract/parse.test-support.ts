/** Reads types out of a contract again: what can be read back, no two types share. */
import type { BuiltinName, Property, TupleElement, TypeModel } from "../../model.js";
import type { Json, JsonObject } from "./json.js";

const BUILTINS: readonly string[] = ["Date", "URL", "Uint8Array"] satisfies readonly BuiltinName[];

export function parseType(json: Json): TypeModel {
  if (typeof json === "string") return parseText(json);
  if (typeof json !== "object" || !("members" in json)) throw new Error("no type");
  const [[mark, value] = ["", ""], ...others] = json.members;
  if (!mark.startsWith("$")) return parseObject(json);
  if (others.length > 0) throw new Error(`beside ${mark}: ${others}`);
  const list = Array.isArray(value) ? value : [];
  switch (mark) {
    case "$array":
      return { kind: "array", of: parseType(value) };
    case "$set":
      return { kind: "set", of: parseType(value) };
    case "$map": {
      const [key, of] = list.map(parseType);
      if (key && of && list.length === 2) return { kind: "map", key, value: of };
      throw new Error("no map");
    }
    case "$union":
      return { kind: "union", of: list.map(parseType) };
    case "$tuple":
      return { kind: "tuple", elements: list.map(parseElement) };
    default:
      throw new Error(`no mark: ${mark}`);
  }
}

function parseElement(json: Json): TupleElement {
  const [[mark, value] = ["", ""]] = typeof json === "object" && "members" in json ? json.members : [];
  if (mark === "$optional") return { type: parseType(value), optional: true };
  return mark === "$rest" ? { type: parseType(value), rest: true } : { type: parseType(json) };
}

function parseObject({ members }: JsonObject): TypeModel {
  const index = members.filter(([key]) => key.startsWith("["));
  const properties = members.filter(([key]) => !key.startsWith("["));
  return {
    kind: "object",
    properties: properties.map(([key, value]) => ({ ...parseName(key), type: parseType(value) })),
    ...(index.length > 0
      ? { index: index.map(([key, value]) => ({ key: parseText(key.slice(1, -1)), type: parseType(value) })) }
      : {}),
  };
}

function parseName(key: string): Pick<Property, "name" | "optional"> {
  const [, escaped = "", mark] = /^((?:\\.|[^\\?]|\?(?!$))*)(\??)$/s.exec(key) ?? [];
  return { name: escaped.replace(/\\(.)/gs, "$1"), ...(mark ? { optional: true } : {}) };
}

function parseText(text: string): TypeModel {
  let rest = text;
  const type = union();
  if (rest !== "") throw new Error(`left of ${text}: ${rest}`);
  return type;

  function take(pattern: RegExp): string | undefined {
    const [found] = new RegExp(`^(?:${pattern.source})`, pattern.flags).exec(rest) ?? [];
    if (found !== undefined) rest = rest.slice(found.length);
    return found;
  }

  function expectText(wanted: string): void {
    if (!rest.startsWith(wanted)) throw new Error(`${wanted} is missing in ${text}, before ${rest}`);
    rest = rest.slice(wanted.length);
  }

  function union(): TypeModel {
    const of = [postfix()];
    while (take(/ \| /)) of.push(postfix());
    const [first] = of;
    return first && of.length === 1 ? first : { kind: "union", of };
  }

  function postfix(): TypeModel {
    let type = primary();
    while (take(/\[\]/)) type = { kind: "array", of: type };
    return type;
  }

  function primary(): TypeModel {
    if (take(/\(/)) {
      const inner = union();
      expectText(")");
      return inner;
    }
    if (take(/\[/)) return tuple();
    if (take(/`/)) return template();
    const quoted = take(/'(?:\\.|[^'\\])*'/s);
    if (quoted !== undefined) {
      const json = quoted
        .slice(1, -1)
        .replaceAll("\\'", "'")
        .replace(/(?<!\\)((?:\\\\)*)"/g, '$1\\"');
      return { kind: "literal", value: JSON.parse(`"${json}"`) };
    }
    const number = take(/-?\d[\d.]*(?:e[+-]?\d+)?n?/);
    if (number?.endsWith("n")) return { kind: "bigint", value: number.slice(0, -1) };
    if (number !== undefined) return { kind: "literal", value: Number(number) };
    if (take(/Set</)) {
      const of = union();
      expectText(">");
      return { kind: "set", of };
    }
    if (take(/Map</)) {
      const key = union();
      expectText(", ");
      const value = union();
      expectText(">");
      return { kind: "map", key, value };
    }
    if (take(/#/)) return { kind: "ref", name: take(/[\p{L}\p{N}]+/u) ?? "" };
    return word(take(/\w+/) ?? "");
  }

  function tuple(): TypeModel {
    const elements: TupleElement[] = [];
    while (!take(/\]/)) {
      if (elements.length > 0) expectText(", ");
      if (take(/\.\.\./)) {
        const all = postfix();
        if (all.kind !== "array") throw new Error(`no rest: ${text}`);
        elements.push({ type: all.of, rest: true });
      } else {
        const type = union();
        elements.push({ type, ...(take(/\?/) ? { optional: true } : {}) });
      }
    }
    return { kind: "tuple", elements };
  }

  function template(): TypeModel {
    const texts: string[] = [];
    const types: TypeModel[] = [];
    for (;;) {
      texts.push((take(/(?:\\.|\$(?!\{)|[^`\\$])*/s) ?? "").replace(/\\(.)/gs, "$1"));
      if (take(/`/)) return { kind: "template", texts, types };
      expectText("${");
      types.push(union());
      expectText("}");
    }
  }
}

function word(name: string): TypeModel {
  if (name === "true" || name === "false") return { kind: "literal", value: name === "true" };
  if (BUILTINS.includes(name)) return { kind: "builtin", name: name as BuiltinName };
  return { kind: "primitive", name: name as Extract<TypeModel, { kind: "primitive" }>["name"] };
}
