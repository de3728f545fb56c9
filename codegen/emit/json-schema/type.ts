/** Types as JSON Schema: what the codec makes of their values. */
import { absentIn } from "../../absent.js";
import type { NamedType, Property, TypeModel } from "../../model.js";
import { annotationsOf, type Hint } from "./hint.js";
import { match } from "./match.js";
import { membersOf } from "./members.js";
import { NUMBER_KEY, templatePattern } from "./pattern.js";
import { type JsonSchema, NOTHING } from "./schema.js";
import { enumOf, orNull, unionSchema } from "./union.js";

/** What is asked of the schemas. */
export interface SchemaOptions {
  /** Whether objects with members beside those of the type are refused. */
  readonly strict: boolean;
  /** Whether numbers are never NaN or infinite, which travel as null. */
  readonly finite: boolean;
}

export interface TypeWriter {
  /** The schema of a type's values where they are there: without `undefined`. `path` is for what is told. */
  write(type: TypeModel, hint: Hint | undefined, path: string): JsonSchema;
}

export interface TypeScope extends SchemaOptions {
  readonly types: ReadonlyMap<string, NamedType>;
  /** Refers to a named type, of which a validator says this. */
  readonly refTo: (name: string, hint: Hint | undefined, path: string) => JsonSchema;
  /** Takes note of a place where a validator says something else. */
  readonly note: (path: string, why: string) => void;
}

export function createTypeWriter(scope: TypeScope): TypeWriter {
  const { types, strict, finite } = scope;
  const mayBeAbsent = absentIn([...types.values()]);

  function write(type: TypeModel, hint: Hint | undefined, path: string): JsonSchema {
    const found = hint && match(type, hint, types);
    if (!hint || !found) return plain(type, [], path, undefined);
    if ("why" in found) {
      scope.note(path, `${hint.vendor}'s JSON Schema says ${found.why}`);
      return plain(type, [], path, undefined);
    }
    if ("any" in found) {
      const all = found.any.map((one) => JSON.stringify(write(type, one, path)));
      const schemas = [...new Set(all)].map((text): JsonSchema => JSON.parse(text));
      const [only, ...others] = schemas;
      return { ...(only && others.length === 0 ? only : { anyOf: schemas }), ...annotationsOf(hint) };
    }
    const schema = plain(type, found.of, path, hint);
    return { ...schema, ...checked(found.own, hint, path), ...annotationsOf(hint) };
  }

  /** A pattern which isn't one for everyone is left out. */
  function checked({ pattern, ...own }: JsonSchema, { vendor }: Hint, path: string): JsonSchema {
    try {
      if (pattern !== undefined) new RegExp(pattern, "u");
      return { ...own, ...(pattern === undefined ? {} : { pattern }) };
    } catch {
      scope.note(path, `${vendor}'s JSON Schema has a pattern that isn't one in Unicode mode: ${pattern}`);
      return own;
    }
  }

  function plain(
    type: TypeModel,
    hints: readonly (Hint | undefined)[],
    path: string,
    hint: Hint | undefined,
  ): JsonSchema {
    switch (type.kind) {
      case "primitive":
        return primitiveSchema(type.name);
      case "literal":
        return enumOf([type.value]);
      case "bigint":
        return enumOf([type.value]);
      case "template":
        return { type: "string", pattern: templatePattern(type) };
      case "builtin":
        return BUILTINS[type.name];
      case "array": {
        const items = element(type.of, hints[0], `${path}[]`);
        return { type: "array", ...(isOpen(items) ? {} : { items }) };
      }
      case "set": {
        const items = element(type.of, undefined, `${path}[]`);
        const isUnique = membersOf(type.of).every(isDistinct);
        return {
          type: "array",
          ...(isOpen(items) ? {} : { items }),
          ...(isUnique ? { uniqueItems: true } : {}),
        };
      }
      case "map": {
        const entry = [
          element(type.key, undefined, `${path}(key)`),
          element(type.value, undefined, `${path}(value)`),
        ];
        return { type: "array", items: tupleSchema(entry, 2, false) };
      }
      case "tuple":
        return writeTuple(type, hints, path);
      case "object":
        return writeObject(type, hints, path);
      case "union":
        return writeUnion(type, hints, path);
      case "ref":
        return scope.refTo(type.name, hint, path);
    }
  }

  function primitiveSchema(name: Extract<TypeModel, { kind: "primitive" }>["name"]): JsonSchema {
    switch (name) {
      case "number":
        return { type: finite ? "number" : ["number", "null"] };
      case "string":
      case "boolean":
      case "null":
        return { type: name };
      case "bigint":
        return { type: "string", pattern: "^-?(?:0|[1-9][0-9]*)$" };
      case "undefined":
      case "void":
      case "never":
        return NOTHING;
      default:
        return {};
    }
  }

  function element(type: TypeModel, hint: Hint | undefined, path: string): JsonSchema {
    const schema = write(type, hint, path);
    return mayBeAbsent(type) ? orNull(schema) : schema;
  }

  function writeTuple(
    { elements }: Extract<TypeModel, { kind: "tuple" }>,
    hints: readonly (Hint | undefined)[],
    path: string,
  ): JsonSchema {
    const schemas = elements.map(({ type }, i) => element(type, hints[i], `${path}[${i}]`));
    const required = elements.filter(({ optional, rest }) => !optional && !rest).length;
    const rest = elements.findIndex(({ rest }) => rest);
    if (rest === -1) return tupleSchema(schemas, required, false);
    // What follows the rest has no place that is known.
    const [last = {}, ...others] = schemas.slice(rest);
    return tupleSchema(
      schemas.slice(0, rest),
      required,
      others.length > 0 ? unionSchema([last, ...others]) : last,
    );
  }

  function writeObject(
    { properties, index = [] }: Extract<TypeModel, { kind: "object" }>,
    hints: readonly (Hint | undefined)[],
    path: string,
  ): JsonSchema {
    // Whatever is not null or undefined is of the type `{}`.
    if (properties.length === 0 && index.length === 0) return {};
    const required = properties.filter(({ type, optional }) => !optional && !mayBeAbsent(type));
    const members = properties.map((property, i): [string, JsonSchema] => [
      property.name,
      writeProperty(property, hints[i], path),
    ]);
    let others: JsonSchema | undefined;
    const patterns: [string, JsonSchema][] = [];
    index.forEach(({ key, type }, i) => {
      // `Record<string, never>` is an object of which nothing is known: a member more breaks nobody.
      if (type.kind === "primitive" && type.name === "never") return;
      const schema = write(type, hints[properties.length + i], `${path}[key]`);
      if (key.kind === "template") patterns.push([templatePattern(key), schema]);
      else if (key.kind === "primitive" && key.name === "number") patterns.push([NUMBER_KEY, schema]);
      else others = schema;
    });
    return {
      type: "object",
      ...(members.length > 0 ? { properties: Object.fromEntries(members) } : {}),
      ...(patterns.length > 0 ? { patternProperties: Object.fromEntries(patterns) } : {}),
      ...(required.length > 0 ? { required: required.map(({ name }) => name) } : {}),
      ...(others && !isOpen(others) ? { additionalProperties: others } : {}),
      ...(strict && index.length === 0 ? { additionalProperties: false } : {}),
    };
  }

  function writeProperty({ name, type, doc, optional }: Property, hint: Hint | undefined, path: string) {
    const inside = /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name)
      ? `${path}.${name}`
      : `${path}[${JSON.stringify(name)}]`;
    // What may be left out, some validators call null.
    const undefinedType: TypeModel = { kind: "primitive", name: "undefined" };
    const given: TypeModel = optional && hint ? { kind: "union", of: [type, undefinedType] } : type;
    return { ...describe(doc), ...write(given, hint, inside) };
  }

  function writeUnion(
    type: Extract<TypeModel, { kind: "union" }>,
    hints: readonly (Hint | undefined)[],
    path: string,
  ): JsonSchema {
    const members = membersOf(type);
    const literals = members.filter((member) => member.kind === "literal");
    const others = members.flatMap((member, i) =>
      member.kind === "literal" ? [] : [write(member, hints[i], path)],
    );
    return unionSchema([
      ...(literals.length > 0 ? [enumOf(literals.map(({ value }) => value))] : []),
      ...others,
    ]);
  }

  return { write };
}

const BUILTINS: Readonly<Record<Extract<TypeModel, { kind: "builtin" }>["name"], JsonSchema>> = {
  Date: { type: "string", format: "date-time" },
  // Not `format: "uri"`: what a URL's text may hold, RFC 3986 doesn't all allow.
  URL: { type: "string", pattern: "^[a-z][a-z0-9+.-]*:" },
  Uint8Array: { type: "string", contentEncoding: "base64", pattern: "^[A-Za-z0-9+/]*={0,2}$" },
};

/** What a JSDoc comment tells a reader. */
export function describe(doc: string | undefined): JsonSchema {
  if (doc === undefined) return {};
  return { description: doc, ...(/^@deprecated\b/m.test(doc) ? { deprecated: true } : {}) };
}

/** Whether two values of a type are always told apart on the wire. */
const isDistinct = (type: TypeModel) =>
  type.kind === "literal" ||
  type.kind === "template" ||
  (type.kind === "primitive" && type.name === "string");

const isOpen = (schema: JsonSchema) => Object.keys(schema).length === 0;

/** A list of so many places, and what follows them. */
function tupleSchema(places: readonly JsonSchema[], required: number, rest: JsonSchema | false): JsonSchema {
  return {
    type: "array",
    ...(places.length > 0 ? { prefixItems: places } : {}),
    ...(rest === false ? (places.length > 0 ? { items: false } : {}) : isOpen(rest) ? {} : { items: rest }),
    ...(required > 0 ? { minItems: required } : {}),
    ...(rest === false ? { maxItems: places.length } : {}),
  };
}
