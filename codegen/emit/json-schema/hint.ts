/** What a validator's own JSON Schema says of a place: read with care, since anything may stand in it. */
import type { JsonSchema } from "./schema.js";

/** A place in a validator's schema. */
export interface Hint {
  readonly raw: object;
  /** What references are to. */
  readonly document: object;
  /** Whose schema it is: `"zod"`. */
  readonly vendor: string;
}

export type Keywords = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A schema within a schema, if there is one. */
export const hintAt = (raw: unknown, { document, vendor }: Hint): Hint | undefined =>
  isObject(raw) ? { raw, document, vendor } : undefined;

/** What stands there, behind references. References that lead nowhere stay. */
export function resolve(hint: Hint): Hint {
  let found = hint;
  // A chain of references that never ends says nothing.
  for (let steps = 0; steps < 50; steps++) {
    const reference = Reflect.get(found.raw, "$ref");
    const target =
      typeof reference === "string" ? hintAt(pointedAt(reference, hint.document), hint) : undefined;
    if (!target) return found;
    found = target;
  }
  return { ...hint, raw: {} };
}

function pointedAt(reference: string, document: object): unknown {
  if (!/^#(\/|$)/.test(reference)) return undefined;
  const keys = reference.split("/").slice(1);
  return keys.reduce<unknown>((node, key) => {
    const name = decodeURIComponent(key).replaceAll("~1", "/").replaceAll("~0", "~");
    return Object.hasOwn(Object(node), name) ? Reflect.get(Object(node), name) : undefined;
  }, document);
}

const flattened = new WeakMap<object, Keywords>();

/** The keywords of a place: references resolved, and what `allOf` adds put beside the others, where that is the same. */
export function keywordsOf(hint: Hint): Keywords {
  const { raw } = resolve(hint);
  const known = flattened.get(raw);
  if (known) return known;
  // What recurs through `allOf` alone adds nothing.
  flattened.set(raw, {});
  const { allOf, ...own }: Record<string, unknown> = { ...raw };
  const left: unknown[] = [];
  for (const part of Array.isArray(allOf) ? allOf : []) {
    const more = hintAt(part, hint);
    for (const [key, value] of Object.entries(more ? keywordsOf(more) : {})) {
      const before = own[key];
      if (before === undefined) own[key] = value;
      else if (key === "properties") own[key] = { ...Object(before), ...Object(value) };
      else if (key === "required") own[key] = [before, value].flat();
      else if (JSON.stringify(before) !== JSON.stringify(value)) left.push({ [key]: value });
    }
  }
  const all = left.length > 0 ? { ...own, allOf: left } : own;
  flattened.set(raw, all);
  return all;
}

/** What is told to a reader. */
export const ANNOTATIONS: ReadonlySet<string> = new Set([
  ...["title", "description", "deprecated", "default", "examples"],
]);
/** What says nothing of the values. */
const SILENT = new Set([
  ...ANNOTATIONS,
  ...["$schema", "$id", "id", "$comment", "$defs", "definitions", "readOnly", "writeOnly"],
]);

/** Whether a place says nothing of what may stand there. */
export const isSilent = (hint: Hint): boolean =>
  Object.keys(keywordsOf(hint)).every((key) => SILENT.has(key));

/** What it tells a reader: its title, description, default and so on. */
export function annotationsOf(hint: Hint): JsonSchema {
  const keywords: Keywords = { ...keywordsOf(hint), ...hint.raw };
  const { title, description, deprecated, examples } = keywords;
  return {
    ...(typeof title === "string" ? { title } : {}),
    ...(typeof description === "string" ? { description } : {}),
    ...(deprecated === true ? { deprecated } : {}),
    ...(Object.hasOwn(keywords, "default") ? { default: keywords.default } : {}),
    ...(Array.isArray(examples) ? { examples } : {}),
  };
}

const alternativesKnown = new WeakMap<object, readonly Hint[]>();

/** The schemas one of which has to fit: those of `anyOf` and `oneOf`, each value of `enum`, each of several types. */
export function alternativesOf(hint: Hint): readonly Hint[] {
  const { raw } = resolve(hint);
  const known = alternativesKnown.get(raw);
  if (known) return known;
  alternativesKnown.set(raw, []);
  const found = split(hint, raw);
  alternativesKnown.set(raw, found);
  return found;
}

function split(hint: Hint, raw: object): readonly Hint[] {
  const keywords = keywordsOf(hint);
  const { anyOf, oneOf, enum: values, type } = keywords;
  const options = anyOf ?? oneOf;
  const isPlain = Object.keys(keywords).every((key) => SILENT.has(key) || key === "anyOf" || key === "oneOf");
  const as = (raw: object): Hint => ({ ...hint, raw });
  if (Array.isArray(options) && isPlain) {
    return options.flatMap((option) => {
      const inside = hintAt(option, hint);
      return inside ? alternativesOf(inside) : [];
    });
  }
  if (Array.isArray(values)) return values.map((value) => as({ const: value }));
  if (Array.isArray(type)) {
    const { default: _, ...others } = keywords;
    return type.map((name) => as({ ...others, type: name }));
  }
  return [as(raw)];
}

/** Several hints as one. */
export const anyOfHints = ([first, ...others]: readonly Hint[]): Hint | undefined =>
  first && others.length > 0 ? { ...first, raw: { anyOf: [first, ...others].map(({ raw }) => raw) } } : first;
