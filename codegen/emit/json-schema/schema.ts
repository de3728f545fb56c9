/** JSON Schema (draft 2020-12) as data, and how it is written down in an older draft. */

/** A schema of ours. Those of others are read as `unknown`. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly $id?: string;
  readonly $comment?: string;
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly not?: JsonSchema;
  readonly pattern?: string;
  readonly format?: string;
  readonly contentEncoding?: string;
  readonly minLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly prefixItems?: readonly JsonSchema[];
  readonly items?: JsonSchema | false;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | false;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
}

/** Which draft of JSON Schema is written. */
export type JsonSchemaTarget = "draft-2020-12" | "draft-07";

export const META_SCHEMAS: Readonly<Record<JsonSchemaTarget, string>> = {
  "draft-2020-12": "https://json-schema.org/draft/2020-12/schema",
  "draft-07": "http://json-schema.org/draft-07/schema#",
};

/** What nothing fits. */
export const NOTHING: JsonSchema = { not: {} };

/** Where the definitions stand in this draft. */
export const definitionsKey = (target: JsonSchemaTarget): "$defs" | "definitions" =>
  target === "draft-07" ? "definitions" : "$defs";

/** The schema in this draft. What it lacks is left out or said in its own words. */
export function inDraft(schema: JsonSchema, target: JsonSchemaTarget): object {
  return target === "draft-07" ? inDraft07(schema) : schema;
}

function inDraft07(schema: JsonSchema): object {
  const { prefixItems, items, $defs, $ref, deprecated: _, ...others } = schema;
  const rest: Record<string, unknown> = { ...others };
  for (const key of ["anyOf", "allOf"] as const) {
    if (schema[key]) rest[key] = schema[key].map(inDraft07);
  }
  for (const key of ["properties", "patternProperties"] as const) {
    if (schema[key]) rest[key] = mapValues(schema[key], inDraft07);
  }
  if (schema.additionalProperties) rest.additionalProperties = inDraft07(schema.additionalProperties);
  if (schema.not) rest.not = inDraft07(schema.not);
  const last = items && inDraft07(items);
  if (prefixItems) {
    rest.items = prefixItems.map(inDraft07);
    if (last !== undefined) rest.additionalItems = last;
  } else if (last !== undefined) rest.items = last;
  // What stands beside a reference is ignored in this draft.
  const isAlone = Object.keys(rest).length === 0;
  const reference = $ref === undefined ? {} : isAlone ? { $ref } : { allOf: [{ $ref }] };
  return {
    ...reference,
    ...rest,
    ...($defs ? { definitions: mapValues($defs, inDraft07) } : {}),
  };
}

/** An object of the same keys. Whatever a key is called, `__proto__` too, it becomes one of its own. */
export const mapValues = <V, R>(
  object: Readonly<Record<string, V>>,
  map: (value: V, key: string) => R,
): Readonly<Record<string, R>> =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value, key)]));
