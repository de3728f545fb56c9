import { afterEach, describe, expect, test } from "vitest";
import { makeProject, tsconfig } from "../fixtures/temp-project.js";
import { generate, isCodegenError, jsonSchema } from "../index.js";

/** The first one loads the compiler. */
const timeout = 60_000;

let project: ReturnType<typeof makeProject>;
afterEach(() => project.remove());

const run = async (files: Readonly<Record<string, string>>, { strict = false, drafts = 1 } = {}) => {
  project = makeProject({ "tsconfig.json": tsconfig, ...files });
  const outputs = [jsonSchema({ strict, evaluate: true }), jsonSchema({ evaluate: true, out: "all.json" })];
  const config = { outputs: outputs.slice(0, drafts) };
  const { files: written, warnings } = await generate({
    cwd: project.root,
    dryRun: true,
    config,
    cache: false,
  });
  const text = written.find(({ file }) => file.endsWith(".schema.json"))?.text;
  const { $defs } = JSON.parse(text ?? "{}");
  return { $defs, warnings: warnings.map(({ message }) => message) };
};

/** A channel with a topic called `sent`. */
const withTopic = (imports: string, schema: string) => ({
  "src/channels.ts": `import { realtime, staticSchema } from "halyard";
${imports}
export const any = realtime.channel({ name: "any:{id}", topics: { sent: { schema: ${schema} } } });
`,
});

const zod = (schema: string) => run(withTopic(`import { z } from "zod";`, schema));

describe("what survives of a validator's schema", () => {
  test("zod", { timeout }, async () => {
    const { $defs, warnings } = await zod(`z.object({
      name: z.string().min(3).max(5).describe("Who."),
      mail: z.email(),
      count: z.int().min(1).default(3),
      ratio: z.number().positive().optional(),
      at: z.date(),
      size: z.bigint().nullable(),
      tags: z.array(z.string().min(1)).max(4).readonly(),
      pair: z.tuple([z.number().max(9), z.uuid()]),
      level: z.enum(["low", "high"]).nullable(),
      scores: z.record(z.string(), z.number().min(0)),
      plan: z.record(z.enum(["x", "y"]), z.int()),
      either: z.union([z.string().max(2), z.string().startsWith("long")]),
      seen: z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("a"), text: z.string().min(1) }),
        z.object({ kind: z.literal("b"), at: z.date() }),
      ]),
    })`);
    const { properties, ...rest } = $defs.Sent;
    // Its own schema ends with `additionalProperties: false`.
    expect(Object.keys(rest)).toEqual(["type", "required"]);
    expect(properties).toMatchObject({
      name: { description: "Who.", type: "string", minLength: 3, maxLength: 5 },
      mail: { type: "string", format: "email", pattern: expect.any(String) },
      count: { type: "integer", minimum: 1, default: 3 },
      ratio: { type: "number", exclusiveMinimum: 0 },
      at: { type: "string", format: "date-time" },
      size: { type: ["string", "null"], pattern: expect.any(String) },
      tags: { type: "array", items: { type: "string", minLength: 1 }, maxItems: 4 },
      pair: { prefixItems: [{ type: "number", maximum: 9 }, { format: "uuid" }] },
      level: { type: ["string", "null"], enum: ["high", "low", null] },
      scores: { additionalProperties: { type: "number", minimum: 0 } },
      plan: { properties: { x: { type: "integer" }, y: { type: "integer" } }, required: ["x", "y"] },
      either: { anyOf: [{ maxLength: 2 }, { pattern: "^long.*" }] },
      seen: {
        anyOf: [
          { properties: { kind: { const: "a" }, text: { minLength: 1 } } },
          { properties: { kind: { const: "b" }, at: { format: "date-time" } } },
        ],
      },
    });
    expect($defs.Sent.required).toContain("count");
    expect($defs.SentInput.required).not.toContain("count");
    expect(warnings).toEqual([]);
  });

  test("a default, unless it is another one each time", { timeout }, async () => {
    const { $defs } = await zod(`z.object({
      at: z.date().default(() => new Date()), day: z.string().default(() => new Date().toISOString().slice(0, 10)),
      id: z.string().min(2).default(() => crypto.randomUUID()), default: z.string().default("x"),
      made: z.object({ n: z.number() }).default(() => ({ n: Date.now() })),
      since: z.string().default(() => new Date(0).toISOString()),
    })`);
    const { id, default: named, ...others } = $defs.Sent.properties;
    expect(id).toEqual({ type: "string", minLength: 2 });
    expect(named.default).toBe("x");
    expect(JSON.stringify(others).match(/"default":[^,}]*/g)).toEqual([
      `"default":"1970-01-01T00:00:00.000Z"`,
    ]);
  });

  test("zod, where it recurs", { timeout }, async () => {
    const source = withTopic(
      `import { z } from "zod";
const category = z.object({ name: z.string().min(2), get children() { return z.array(category); } });`,
      "z.object({ root: category, spare: category.optional() })",
    );
    const { $defs, warnings } = await run(source);
    const { $ref } = $defs.Sent.properties.root;
    const definition = $defs[$ref.replace("#/$defs/", "")];
    expect(definition.properties).toEqual({
      name: { type: "string", minLength: 2 },
      children: { type: "array", items: { $ref } },
    });
    expect(warnings).toEqual([]);
  });

  test("valibot", { timeout }, async () => {
    const source = withTopic(
      `import { toStandardJsonSchema } from "@valibot/to-json-schema";
import * as v from "valibot";`,
      `toStandardJsonSchema(v.object({
        mail: v.pipe(v.string(), v.minLength(3), v.email(), v.brand("Mail")),
        count: v.pipe(v.number(), v.integer(), v.minValue(1)),
        ratio: v.pipe(v.number(), v.minValue(0)),
        at: v.pipe(v.string(), v.minLength(2), v.transform((text) => new Date(text))),
        word: v.pipe(v.string(), v.minLength(4), v.transform((text) => text.slice(1))),
        big: v.optional(v.bigint()),
      }))`,
    );
    const { $defs, warnings } = await run(source);
    expect($defs.Sent.properties).toEqual({
      mail: { type: "string", minLength: 3, format: "email" },
      count: { type: "integer", minimum: 1 },
      // It takes Infinity, which travels as null.
      ratio: { type: ["number", "null"], minimum: 0 },
      at: { type: "string", format: "date-time" },
      // What its input has to be says nothing of what it gives.
      word: { type: "string" },
      big: { type: "string", pattern: expect.any(String) },
    });
    expect($defs.SentInput.properties).toMatchObject({ at: { minLength: 2 }, word: { minLength: 4 } });
    expect(warnings).toEqual([]);
  });

  test("arktype", { timeout }, async () => {
    const schema = `type({ name: "string >= 3", mail: "string.email", count: "number.integer >= 1", at: "Date", "tag?": "/^ab/", role: "'admin' | 'member' | null", list: "string[] <= 3" })`;
    const { $defs, warnings } = await run(withTopic(`import { type } from "arktype";`, schema));
    expect($defs.Sent.properties).toMatchObject({
      name: { type: "string", minLength: 3 },
      mail: { type: "string", format: "email" },
      count: { type: "integer", minimum: 1 },
      at: { type: "string", format: "date-time" },
      tag: { type: "string", pattern: "^ab" },
      role: { type: ["string", "null"], enum: ["admin", "member", null] },
      list: { type: "array", maxItems: 3, items: { type: "string" } },
    });
    expect(warnings).toEqual([]);
  });

  test("effect", { timeout }, async () => {
    const schema = `Schema.toStandardJSONSchemaV1(Schema.toStandardSchemaV1(Schema.Struct({
      name: Schema.String.check(Schema.isMinLength(3)),
      count: Schema.Int,
      ratio: Schema.Number,
      at: Schema.Date,
      note: Schema.optional(Schema.String),
      size: Schema.FiniteFromString,
    })))`;
    const { $defs, warnings } = await run(withTopic(`import { Schema } from "effect";`, schema));
    expect($defs.Sent.properties).toMatchObject({
      // JSON Schema counts a character once, JavaScript some of them twice.
      name: { type: "string", minLength: 2 },
      count: { type: "integer" },
      ratio: { type: ["number", "null"] },
      at: { type: "string", format: "date-time" },
      note: { type: "string" },
      size: { type: ["number", "null"] },
    });
    expect(warnings).toEqual([]);
  });

  test.each([
    ["valibot", `import * as v from "valibot";`, "v.object({ a: v.pipe(v.string(), v.email()) })"],
    ["zod/mini", `import * as z from "zod/mini";`, "z.object({ a: z.email() })"],
  ])("%s as it is, which has JSON Schema beside it", { timeout }, async (_, imports, schema) => {
    const { $defs, warnings } = await run(withTopic(imports, schema));
    expect($defs.Sent.properties.a).toMatchObject({ type: "string", format: "email" });
    expect(warnings).toEqual([]);
  });

  test("effect, as any Standard Schema", { timeout }, async () => {
    const schema =
      "Schema.toStandardSchemaV1(Schema.Struct({ a: Schema.String.check(Schema.isMaxLength(3)) }))";
    const { $defs, warnings } = await run(withTopic(`import { Schema } from "effect";`, schema));
    expect($defs.Sent.properties.a).toEqual({ type: "string", maxLength: 3 });
    expect(warnings).toEqual([]);
  });
});

describe("where the types have the last word", () => {
  test("a schema that says something else", { timeout }, async () => {
    const { $defs, warnings } = await zod(`z.object({
      fine: z.string().min(1),
      size: z.coerce.number<string>(),
      made: z.string().transform((text) => ({ text })),
    })`);
    expect($defs.Sent.properties).toMatchObject({
      fine: { minLength: 1 },
      made: { properties: { text: {} } },
    });
    expect($defs.SentInput.properties.size).toEqual({ type: "string" });
    expect(warnings).toEqual([
      expect.stringContaining(`topic "sent": data.made: zod's JSON Schema says nothing of what it holds`),
      expect.stringContaining(`topic "sent": data (input).size: zod's JSON Schema says "number"`),
    ]);
  });

  test("a type that validators constrain in two ways, and a static schema not at all", {
    timeout,
  }, async () => {
    const { $defs, warnings } = await run({
      "src/channels.ts": `import { realtime, staticSchema } from "halyard";
import { z } from "zod";
interface Step { name: string }
const step: z.ZodType<Step, Step> = z.object({ name: z.string().min(3) });
export const any = realtime.channel({
  name: "any",
  topics: { a: { schema: z.object({ step }) }, b: { schema: staticSchema<{ step: Step }>() } },
});
`,
    });
    expect($defs.Step.properties.name).toEqual({ type: "string" });
    expect(warnings).toEqual([expect.stringContaining("type Step: its schemas differ")]);
  });

  test("a validator without JSON Schema, which is told once", { timeout }, async () => {
    const source = withTopic(`import { z } from "zod-3";`, "z.object({ a: z.string().min(3) })");
    const { $defs, warnings } = await run(source, { drafts: 2 });
    expect($defs.Sent.properties.a).toEqual({ type: "string" });
    expect(warnings).toEqual([expect.stringContaining("zod gives no JSON Schema of itself here")]);
  });

  test("a pattern that isn't one in Unicode mode", { timeout }, async () => {
    const { $defs, warnings } = await zod(String.raw`z.string().regex(/^\_/)`);
    expect($defs.Sent).toEqual({ type: "string" });
    expect(warnings).toEqual([expect.stringContaining("a pattern that isn't one in Unicode mode")]);
  });
});

describe("modules", () => {
  test("are found by their default export and by path aliases, and may hold things open", {
    timeout,
  }, async () => {
    const { $defs } = await run({
      "tsconfig.json": JSON.stringify({
        ...JSON.parse(tsconfig),
        compilerOptions: {
          ...JSON.parse(tsconfig).compilerOptions,
          paths: { ...JSON.parse(tsconfig).compilerOptions.paths, "@/*": ["./src/*"] },
        },
      }),
      "src/parts.ts": `import { z } from "zod";\nexport const part = z.string().min(3);\n`,
      "src/channels.ts": `import { realtime } from "halyard";
import { part } from "@/parts.js";
setInterval(() => {}, 1000);
export default realtime.channel({ name: ({ id }: { id: string }) => \`any:\${id}\`, topics: { sent: { schema: part } } });
`,
    });
    expect($defs.Sent).toEqual({ type: "string", minLength: 3 });
  });

  test("may export a channel by a registry alone", { timeout }, async () => {
    const [[file, source] = ["", ""]] = Object.entries(
      withTopic(`import { z } from "zod";`, "z.string().min(3)"),
    );
    const made = source.replace("realtime,", "realtime, registry,").replace("export ", "");
    const { $defs } = await run({ [file]: `${made}export const channels = registry({ any });\n` });
    expect($defs.Sent).toEqual({ type: "string", minLength: 3 });
  });

  test.each([
    ["throw", `throw new Error("no database.\\n- a stack");`, "it threw: no database.\n\n"],
    ["never end", "await new Promise(() => {});", "it never came to its end"],
    [
      "fail later",
      `void Promise.reject(new Error("no cache"));\nawait new Promise(() => {});`,
      "it threw: no cache",
    ],
    ["end the process", "process.exit(0);", "it never came to its end"],
  ])("that %s", { timeout }, async (_, statement, message) => {
    const [[file, source] = ["", ""]] = Object.entries(withTopic("", "staticSchema<1>()"));
    const error: unknown = await run({ [file]: `${source}${statement}\n` }).catch((error: unknown) => error);
    if (!isCodegenError(error)) throw error;
    expect(error.code).toBe("CODEGEN_EVALUATE");
    expect(error.message).toContain(`src/channels.ts can't be evaluated: ${message}`);
    expect(error.problems[0]?.place?.line).toBe(3);
  });
});
