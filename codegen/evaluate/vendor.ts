/** How each validator is asked for its JSON Schema: by the Standard JSON Schema interface, and what is odd about each. */
import { reasonOf } from "../errors.js";
import { lasting } from "./lasting.js";
import { partsSchema } from "./stream.js";
import type { TopicAnswer } from "./worker.js";

type Direction = "input" | "output";

type JsonSchemaOf = Readonly<Record<Direction, (options: object) => unknown>>;

interface Standard {
  readonly vendor: string;
  readonly jsonSchema?: unknown;
}

type Load = (specifier: string) => Promise<unknown>;

const TARGETS = ["draft-2020-12", "draft-07"];

/** What a topic's schema says of itself. `load` imports a package as the module that declares it would. */
export async function askVendor(schema: unknown, load: Load): Promise<TopicAnswer> {
  const { vendor = "", jsonSchema } = standardOf(schema);
  if (vendor === "halyard") {
    // A static one has nothing to say beyond its type; that of a stream has its chunks' schema.
    const chunk: unknown = Reflect.get(Object(schema), "~chunk");
    return chunk === undefined ? { vendor } : ofStream(await askVendor(chunk, load));
  }
  const standard = isJsonSchema(jsonSchema) ? jsonSchema : await wrap(vendor, schema, load);
  if (!standard) {
    const fix = FIXES[vendor];
    return {
      vendor,
      why: `${vendor} gives no JSON Schema of itself here`,
      ...(fix === undefined ? {} : { fix }),
    };
  }
  const input = ask(standard, "input", vendor);
  const output = ask(standard, "output", vendor);
  const why = [output, input].find((answer) => "why" in answer);
  return {
    vendor,
    ...("schema" in input ? { input: input.schema } : {}),
    ...("schema" in output ? { output: output.schema } : {}),
    ...(why && "why" in why ? { why: why.why } : {}),
  };
}

const ofStream = ({ input, output, ...answer }: TopicAnswer): TopicAnswer => ({
  ...answer,
  ...(input && { input: partsSchema(input) }),
  ...(output && { output: partsSchema(output) }),
});

const standardOf = (schema: unknown): Partial<Standard> => Object(Reflect.get(Object(schema), "~standard"));

const isJsonSchema = (given: unknown): given is JsonSchemaOf =>
  typeof Reflect.get(Object(given), "input") === "function" &&
  typeof Reflect.get(Object(given), "output") === "function";

/** What a validator has beside its schemas, where it is installed. */
async function wrap(vendor: string, schema: unknown, load: Load): Promise<JsonSchemaOf | undefined> {
  const wrapper = WRAPPERS[vendor];
  if (!wrapper) return undefined;
  try {
    const wrapped = wrapper.wrap(schema, Object(await load(wrapper.module)));
    return isJsonSchema(wrapped) ? wrapped : undefined;
  } catch {
    // It isn't installed, or of another version: the same as nothing.
    return undefined;
  }
}

function ask(
  jsonSchema: JsonSchemaOf,
  direction: Direction,
  vendor: string,
): { readonly schema: object } | { readonly why: string } {
  const libraryOptions = OPTIONS[vendor];
  let why = "";
  for (const target of TARGETS) {
    try {
      const options = { target, ...(libraryOptions ? { libraryOptions } : {}) };
      // As data alone: what else may hang on it can't leave the thread.
      const give = (): unknown => JSON.parse(JSON.stringify(jsonSchema[direction](options)));
      return { schema: Object(lasting(give)) };
    } catch (error) {
      why ||= `${vendor} gives no JSON Schema of its ${direction}: ${reasonOf(error)}`;
    }
  }
  return { why: why.replace(/\.$/, "") };
}

interface Wrapper {
  readonly module: string;
  readonly wrap: (schema: unknown, module: Readonly<Record<string, unknown>>) => unknown;
}

const call = (given: unknown, ...args: readonly unknown[]): unknown =>
  typeof given === "function" ? Reflect.apply(given, undefined, args) : undefined;

const WRAPPERS: Readonly<Record<string, Wrapper>> = {
  valibot: {
    module: "@valibot/to-json-schema",
    wrap: (schema, { toStandardJsonSchema }) => standardOf(call(toStandardJsonSchema, schema)).jsonSchema,
  },
  effect: {
    module: "effect",
    wrap: (schema, { Schema }) =>
      standardOf(call(Reflect.get(Object(Schema), "toStandardJSONSchemaV1"), schema)).jsonSchema,
  },
  // zod/mini's schemas are zod's, without what hangs on those.
  zod: {
    module: "zod",
    wrap(schema, { toJSONSchema }) {
      if (!Reflect.has(Object(schema), "_zod")) return undefined;
      const convert =
        (io: Direction) =>
        ({ target, libraryOptions }: { readonly target?: unknown; readonly libraryOptions?: object }) =>
          call(toJSONSchema, schema, { io, target, ...libraryOptions });
      return { input: convert("input"), output: convert("output") };
    },
  },
};

const FIXES: Readonly<Record<string, string>> = {
  valibot: "npm install -D @valibot/to-json-schema",
  zod: "declare the topic with zod 4",
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
