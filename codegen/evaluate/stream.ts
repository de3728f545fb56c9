/** What a topic that carries streams says of itself: the parts of a stream, around what its chunks' schema says. */

/** What is no schema within a schema. */
const VALUES = new Set(["default", "const", "enum", "examples"]);
/** What has schemas by names, which may be those of anything. */
const NAMED = new Set(["properties", "patternProperties", "dependentSchemas", "$defs", "definitions"]);

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
      part(
        "begin",
        { heartbeat: { type: "integer", minimum: 1, maximum: 600_000 }, run: { type: "string" } },
        ["run"],
      ),
      part("chunks", { index: count, chunks: { type: "array", items: { $ref: "#/$defs/chunk" } } }),
      part("end", { index: count }),
      part("error", { index: count, code: { type: "string" }, message: { type: "string" } }),
    ],
    $defs: { chunk: moved(chunk) },
  };
}

/** With references to where it stands now. `isNamed`: its members are schemas, and their names are no words of JSON Schema's. */
function moved(node: unknown, isNamed = false): unknown {
  if (typeof node !== "object" || node === null) return node;
  if (Array.isArray(node)) return node.map((one) => moved(one));
  const entries = Object.entries(node).map(([key, value]) => {
    if (isNamed) return [key, moved(value)];
    if (VALUES.has(key)) return [key, value];
    const isReference = key === "$ref" && typeof value === "string" && value.startsWith("#");
    return [key, isReference ? `#/$defs/chunk${value.slice(1)}` : moved(value, NAMED.has(key))];
  });
  return Object.fromEntries(entries);
}
