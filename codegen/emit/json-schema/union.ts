/** Several schemas as one, in the shortest words. */
import type { JsonSchema } from "./schema.js";

/** These values and no others. */
export function enumOf(values: readonly (string | number | boolean | null)[]): JsonSchema {
  const kinds = new Set(values.map((value) => (value === null ? "null" : typeof value)));
  const [kind, ...others] = kinds;
  const [value] = values;
  return {
    ...(kind !== undefined && others.length === 0 ? { type: kind } : {}),
    ...(values.length === 1 ? { const: value } : { enum: values }),
  };
}

/** Whether it says that null fits, beside what else does. */
const takesNull = ({ type }: JsonSchema) => type === "null" || (Array.isArray(type) && type.includes("null"));

/** Without null; `undefined` where nothing is left. */
function withoutNull(schema: JsonSchema): JsonSchema | undefined {
  const { type } = schema;
  if (type === "null") return undefined;
  if (typeof type === "string" || !type?.includes("null")) return schema;
  const [only, ...others] = type.filter((name) => name !== "null");
  return { ...schema, ...(only !== undefined && others.length === 0 ? { type: only } : {}) };
}

/** The schema of what may also be null. */
export function orNull(schema: JsonSchema): JsonSchema {
  const { const: value, ...open } = schema;
  if (value !== undefined) return orNull({ ...open, enum: [value] });
  const { type, enum: values, anyOf, not } = schema;
  const keys = Object.keys(schema);
  if (keys.length === 0 || takesNull(schema)) return schema;
  if (not) return { type: "null" };
  if (values)
    return {
      ...schema,
      ...(typeof type === "string" ? { type: [type, "null"] } : {}),
      enum: [...values, null],
    };
  if (typeof type === "string") return { ...schema, type: [type, "null"] };
  if (anyOf && keys.length === 1)
    return anyOf.some(takesNull) ? schema : { anyOf: [...anyOf, { type: "null" }] };
  return { anyOf: [schema, { type: "null" }] };
}

/** What fits one of these. */
export function unionSchema(schemas: readonly JsonSchema[]): JsonSchema {
  if (schemas.some((schema) => Object.keys(schema).length === 0)) return {};
  const parts = schemas.flatMap((schema) => withoutNull(schema) ?? []);
  const distinct = [...new Map(parts.map((part) => [JSON.stringify(part), part])).values()];
  const [only, ...others] = distinct;
  const union: JsonSchema = others.length > 0 ? { anyOf: distinct } : (only ?? { not: {} });
  return schemas.some(takesNull) ? orNull(union) : union;
}
