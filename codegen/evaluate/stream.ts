/** What a topic that carries streams says of itself: the parts of a stream, around what its chunks' schema says. */

/** What is no schema within a schema. */
const VALUES = new Set(["default", "const", "enum", "examples"]);

/** The JSON Schema of the parts, given that of a chunk. */
export function partsSchema(chunk: object): object {
  const count = { type: "integer", minimum: 0 };
  const part = (type: string, rest: Readonly<Record<string, object>>, optional: readonly string[] = []) => {
    const properties = {
      type: { const: type },
      stream: { type: "string", minLength: 1, maxLength: 255 },
      ...rest,
    };
    return {
      type: "object",
      properties,
      required: Object.keys(properties).filter((key) => !optional.includes(key)),
    };
  };
  return {
    anyOf: [
      part("begin", { heartbeat: { type: "integer", minimum: 1 }, run: { type: "string" } }, ["run"]),
      part("chunks", { index: count, chunks: { type: "array", items: { $ref: "#/$defs/chunk" } } }),
      part("end", { index: count }),
      part("error", { index: count, code: { type: "string" }, message: { type: "string" } }),
    ],
    $defs: { chunk: moved(chunk) },
  };
}

/** With references to where it stands now. */
function moved(node: unknown): unknown {
  if (typeof node !== "object" || node === null) return node;
  if (Array.isArray(node)) return node.map(moved);
  const entries = Object.entries(node).map(([key, value]) => {
    if (VALUES.has(key)) return [key, value];
    const isReference = key === "$ref" && typeof value === "string" && value.startsWith("#");
    return [key, isReference ? `#/$defs/chunk${value.slice(1)}` : moved(value)];
  });
  return Object.fromEntries(entries);
}
