/** Whether a validator's JSON Schema says the same as a type, and what it adds to that. */
import type { NamedType, TypeModel } from "../../model.js";
import {
  alternativesOf,
  anyOfHints,
  type Hint,
  hintAt,
  isSilent,
  type Keywords,
  keywordsOf,
} from "./hint.js";
import { isAbsent, membersOf } from "./members.js";
import type { JsonSchema } from "./schema.js";

type Types = ReadonlyMap<string, NamedType>;

/** What was met above and is taken for the same: so recursion ends. */
type Assumed = ReadonlySet<string>;
const NONE: Assumed = new Set();

/** What a hint says of a type. */
export type Match =
  /** Something else: in words, behind "it says". */
  | { readonly why: string }
  /** The same as the type, and beside it these keywords; and what it says of the type's parts, in their order. */
  | { readonly own: JsonSchema; readonly of: readonly (Hint | undefined)[] }
  /** Several things, each of which is the same type. */
  | { readonly any: readonly Hint[] };

const SAME: Match = { own: {}, of: [] };

/** The parts of a type for which a match has hints. */
export function partsOf(type: TypeModel): readonly TypeModel[] {
  if (type.kind === "object") return [...type.properties, ...(type.index ?? [])].map(({ type }) => type);
  if (type.kind === "tuple") return type.elements.map(({ type }) => type);
  if (type.kind === "array") return [type.of];
  return type.kind === "union" ? membersOf(type) : [];
}

/** Looks at the place itself; its parts may still differ. */
export function match(type: TypeModel, hint: Hint, types: Types, assumed: Assumed = NONE): Match {
  if (type.kind === "ref") return SAME;
  if (isSilent(hint)) return holdsParts(type) ? { why: "nothing of what it holds" } : SAME;
  if (isOpaque(type)) return SAME;
  const alternatives = withoutNonFinite(type, alternativesOf(hint));
  if (type.kind === "union") return matchUnion(type, alternatives, types, assumed);
  const [only, ...others] = alternatives;
  if (only && others.length === 0) return matchOne(type, keywordsOf(only), only);
  const isBoolean = type.kind === "primitive" && type.name === "boolean" && others.length === 1;
  if (!alternatives.every((one) => fits(type, one, types, assumed))) return { why: "one of several things" };
  return isBoolean ? SAME : { any: alternatives };
}

/** Looks at the whole of it. */
export function fits(type: TypeModel, hint: Hint, types: Types, assumed: Assumed = NONE): boolean {
  if (type.kind === "ref") {
    const key = `${type.name} ${identity(keywordsOf(hint))}`;
    const found = types.get(type.name);
    if (assumed.has(key) || !found) return true;
    return fits(found.type, hint, types, new Set([...assumed, key]));
  }
  const result = match(type, hint, types, assumed);
  if ("why" in result) return false;
  if ("any" in result) return true;
  const parts = partsOf(type);
  return result.of.every((inside, i) => {
    const part = parts[i];
    return !inside || !part || fits(part, inside, types, assumed);
  });
}

const identities = new WeakMap<object, number>();
let lastIdentity = 0;

function identity(object: object): number {
  const known = identities.get(object) ?? ++lastIdentity;
  identities.set(object, known);
  return known;
}

/** What JSON Schema can't describe for any vendor: our own form of it stands. */
const isOpaque = (type: TypeModel) =>
  ["builtin", "bigint", "map", "set"].includes(type.kind) ||
  (type.kind === "primitive" &&
    ["bigint", "unknown", "object", "never", "undefined", "void"].includes(type.name));

const holdsParts = (type: TypeModel): boolean =>
  type.kind === "union"
    ? type.of.some(holdsParts)
    : type.kind === "object"
      ? type.properties.length > 0
      : ["array", "tuple", "map", "set"].includes(type.kind);

/** effect gives these texts beside `number`; ours is null. */
function withoutNonFinite(type: TypeModel, alternatives: readonly Hint[]): readonly Hint[] {
  const isNumber = (type: TypeModel) => type.kind === "primitive" && type.name === "number";
  const has = type.kind === "union" ? type.of.some(isNumber) : isNumber(type);
  const isText = (hint: Hint) => /^(NaN|-?Infinity)$/.test(String(keywordsOf(hint).const));
  return has ? alternatives.filter((hint) => !isText(hint)) : alternatives;
}

function matchUnion(
  type: Extract<TypeModel, { kind: "union" }>,
  alternatives: readonly Hint[],
  types: Types,
  assumed: Assumed,
): Match {
  const members = membersOf(type);
  const hints = members.map((): Hint[] => []);
  let silent = alternatives.some(isSilent);
  for (const alternative of alternatives.filter((one) => !isSilent(one))) {
    const fitting = members.flatMap((member, i) => (fits(member, alternative, types, assumed) ? [i] : []));
    const clear = fitting.filter((i) => members[i] && !isOpaque(members[i]));
    const [at, ...others] = clear.length > 0 ? clear : fitting;
    // Some vendors' JSON Schema says null for what is undefined.
    if (at === undefined && keywordsOf(alternative).type === "null" && isAbsent(type)) continue;
    if (at === undefined) return { why: says(keywordsOf(alternative)) };
    if (others.length > 0 && clear.every((i) => members[i]?.kind === "template")) {
      // A pattern of theirs for several of ours: these say it all.
      silent = true;
      continue;
    }
    if (others.length > 0) return { why: "something that is more than one member of the type" };
    hints[at]?.push(alternative);
  }
  if (!silent && members.some((member, i) => hints[i]?.length === 0 && !isOpaque(member)))
    return { why: "less than the type" };
  return { own: {}, of: hints.map(anyOfHints) };
}

const STRING = [
  "minLength",
  "maxLength",
  "pattern",
  "format",
  "contentEncoding",
  "contentMediaType",
  "const",
];
const NUMBER = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "const"];
const LIST = ["minItems", "maxItems", "uniqueItems"];

function pick({ allOf, ...keywords }: Keywords, names: readonly string[]): JsonSchema {
  const more = (Array.isArray(allOf) ? allOf : []).filter((part) =>
    Object.keys(Object(part)).every((name) => names.includes(name)),
  );
  return {
    ...Object.fromEntries(
      names.flatMap((name) => (keywords[name] === undefined ? [] : [[name, keywords[name]]])),
    ),
    ...(more.length > 0 ? { allOf: more } : {}),
  };
}

const says = ({ type, const: value }: Keywords): string =>
  JSON.stringify(value === undefined ? (type ?? "something else") : value);

function matchOne(type: TypeModel, keywords: Keywords, hint: Hint): Match {
  const kindOf = keywords.type ?? (keywords.const === null ? "null" : typeof keywords.const);
  const differs: Match = { why: says(keywords) };
  switch (type.kind) {
    case "literal":
      return keywords.const === type.value ? SAME : differs;
    case "template":
      return kindOf === "string" ? { own: pick(keywords, STRING), of: [] } : differs;
    case "primitive":
      if (type.name === "number") return matchNumber(keywords, kindOf, hint) ?? differs;
      if (type.name === "string")
        return kindOf === "string" ? { own: pick(keywords, STRING), of: [] } : differs;
      return kindOf === type.name ? { own: pick(keywords, ["const"]), of: [] } : differs;
    case "array": {
      const items = hintAt(keywords.items, hint);
      if (kindOf !== "array" || keywords.prefixItems) return differs;
      return { own: pick(keywords, LIST), of: [items] };
    }
    case "tuple":
      return matchTuple(type, keywords, hint);
    case "object":
      return matchObject(type, keywords, hint);
    default:
      return SAME;
  }
}

function matchNumber(keywords: Keywords, kind: unknown, { vendor }: Hint): Match | undefined {
  if (kind !== "number" && kind !== "integer") return undefined;
  const bounded = ["inimum", "aximum"].every((end) =>
    [`m${end}`, `exclusiveM${end}`].some((name) => typeof keywords[name] === "number"),
  );
  // Neither NaN nor the infinities get past these.
  const finite = kind === "integer" || bounded || vendor === "zod" || keywords.const !== undefined;
  return { own: { ...(finite ? { type: kind } : {}), ...pick(keywords, NUMBER) }, of: [] };
}

function matchTuple(
  { elements }: Extract<TypeModel, { kind: "tuple" }>,
  keywords: Keywords,
  hint: Hint,
): Match {
  const { prefixItems, items, additionalItems, type } = keywords;
  const first: unknown = prefixItems ?? (Array.isArray(items) ? items : []);
  const last: unknown = prefixItems ? items : (additionalItems ?? items);
  const places = elements.filter(({ rest }) => !rest).length;
  const isLast = elements.every(({ rest }, i) => !rest || i === elements.length - 1);
  if (type !== "array" || !Array.isArray(first) || first.length !== places || !isLast)
    return { why: says(keywords) };
  return { own: {}, of: elements.map(({ rest }, i) => hintAt(rest ? last : first[i], hint)) };
}

function matchObject(
  { properties, index = [] }: Extract<TypeModel, { kind: "object" }>,
  keywords: Keywords,
  hint: Hint,
): Match {
  const { properties: given, additionalProperties: others, patternProperties, propertyNames } = keywords;
  if (keywords.type !== "object") return { why: says(keywords) };
  const known = new Map<string, unknown>(Object.entries(Object(given)));
  const names = Object(propertyNames).enum;
  // A record whose keys are listed has them as properties.
  for (const name of Array.isArray(names) ? names : []) if (!known.has(name)) known.set(name, others);
  const missing = properties.find(({ name }) => !known.has(name));
  const own = new Set(properties.map(({ name }) => name));
  const extra = [...known.keys()].find((name) => !own.has(name));
  if (missing) return { why: `nothing of "${missing.name}"` };
  if (extra !== undefined && index.length === 0) return { why: `more: "${extra}"` };
  const patterns = Object.values(Object(patternProperties));
  return {
    own: properties.length === 0 && index.length === 0 ? { type: "object" } : {},
    of: [
      ...properties.map(({ name }) => hintAt(known.get(name), hint)),
      ...index.map(({ key }) => {
        const isString = key.kind === "primitive" && key.name === "string";
        return hintAt(isString ? others : patterns.length === 1 ? patterns[0] : undefined, hint);
      }),
    ],
  };
}
