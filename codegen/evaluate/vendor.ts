/** How each validator is asked for its JSON Schema: by the Standard JSON Schema interface, and what is odd about each. */
import type { TopicAnswer } from "./worker.js";

type Direction = "input" | "output";

interface Standard {
  readonly vendor: string;
  readonly jsonSchema?: Readonly<Record<Direction, (options: object) => unknown>>;
}

const TARGETS = ["draft-2020-12", "draft-07"];

/** What a topic's schema says of itself. */
export function askVendor(schema: unknown): TopicAnswer {
  const standard: Partial<Standard> = Object(Reflect.get(Object(schema), "~standard"));
  const { vendor = "", jsonSchema } = standard;
  // A static one has nothing to say beyond its type.
  if (vendor === "halyard") return { vendor };
  if (typeof jsonSchema?.output !== "function" || typeof jsonSchema.input !== "function") {
    const fix = WRAPPERS[vendor];
    return {
      vendor,
      why: `${vendor} gives no JSON Schema of itself here`,
      ...(fix === undefined ? {} : { fix }),
    };
  }
  const input = ask(jsonSchema, "input", vendor);
  const output = ask(jsonSchema, "output", vendor);
  const why = [output, input].find((answer) => "why" in answer);
  return {
    vendor,
    ...("schema" in input ? { input: input.schema } : {}),
    ...("schema" in output ? { output: output.schema } : {}),
    ...(why && "why" in why ? { why: why.why } : {}),
  };
}

function ask(
  jsonSchema: NonNullable<Standard["jsonSchema"]>,
  direction: Direction,
  vendor: string,
): { readonly schema: object } | { readonly why: string } {
  const libraryOptions = OPTIONS[vendor];
  let why = "";
  for (const target of TARGETS) {
    try {
      const given = jsonSchema[direction]({ target, ...(libraryOptions ? { libraryOptions } : {}) });
      // As data alone: what else may hang on it can't leave the thread.
      return { schema: Object(JSON.parse(JSON.stringify(given))) };
    } catch (error) {
      why ||= `${vendor} gives no JSON Schema of its ${direction}: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  return { why: why.replace(/\.$/, "") };
}

const WRAPPERS: Readonly<Record<string, string>> = {
  valibot: "give the topic toStandardJsonSchema(schema), of @valibot/to-json-schema",
  effect: "give the topic Schema.toStandardJSONSchemaV1(Schema.toStandardSchemaV1(schema))",
  zod: "declare the topic with zod, in the place of zod/mini",
};

/** A part of a pipe, as valibot tells of it. */
interface ValibotAction {
  readonly valibotAction: { readonly kind: string; readonly type: string };
  readonly jsonSchema: { readonly type?: unknown };
  readonly errors?: unknown;
}

/** What makes a text of a text. */
const OF_TEXTS = new Set(["trim", "trim_start", "trim_end", "to_lower_case", "to_upper_case", "normalize"]);

/** By default, one place that can't be described has a validator refuse the whole. */
const OPTIONS: Readonly<Record<string, object>> = {
  // A transform and a Date then say nothing of themselves: the types do.
  zod: { unrepresentable: "any" },
  valibot: {
    // They add nothing but types.
    ignoreActions: ["brand", "flavor", "readonly"],
    overrideSchema: ({ errors }: { readonly errors?: unknown }) => (errors ? {} : undefined),
    overrideAction({ valibotAction: { kind, type }, jsonSchema, errors }: ValibotAction) {
      if (!errors) return undefined;
      if (kind !== "transformation") return jsonSchema;
      return jsonSchema.type === "string" && OF_TEXTS.has(type) ? { type: "string" } : {};
    },
  },
};
