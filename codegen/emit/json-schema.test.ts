import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { describe, expect, test } from "vitest";
import { makeProject, tsconfig } from "../fixtures/temp-project.js";
import { generate, isCodegenError, type JsonSchemaOptions, jsonSchema } from "../index.js";

const fixtures = path.join(import.meta.dirname, "../fixtures");
const cases = readdirSync(fixtures).filter((name) => existsSync(path.join(fixtures, name, "oracle.ts")));
const targets = ["draft-2020-12", "draft-07"] as const;
/** The first one loads the compiler. */
const timeout = 60_000;

/** The schemas of a project, by file; without the list of the folder's files. */
async function schemasOf(cwd: string, options: JsonSchemaOptions) {
  const config = { outputs: [jsonSchema(options)] };
  const { files, warnings } = await generate({ cwd, dryRun: true, config, cache: false });
  const found = files.flatMap(({ file, text }) =>
    file.endsWith(".halyard.json") ? [] : [[path.basename(file), JSON.parse(text ?? "")] as const],
  );
  return { schemas: new Map(found), warnings };
}

/** The schemas of a project with this one file. */
async function schemasOfSource(source: string, options: JsonSchemaOptions = {}) {
  const config = JSON.parse(tsconfig);
  config.compilerOptions.lib.push("dom");
  const project = makeProject({ "tsconfig.json": JSON.stringify(config), "src/channels.ts": source });
  try {
    return await schemasOf(project.root, options);
  } finally {
    project.remove();
  }
}

const channelOf = (payload: string, name = "any") => `import { realtime, staticSchema } from "halyard";
/** What there is. */
export const any = realtime.channel({
  name: "${name}",
  topics: {
    /** One more. */
    sent: { schema: staticSchema<${payload}>() },
  },
});
`;

function ajvFor(target: JsonSchemaOptions["target"]) {
  // Tuples with optional places aren't wrong, and a key may be called like what each object inherits.
  const options = { strict: true, strictTuples: false, ownProperties: true };
  const ajv = target === "draft-07" ? new Ajv(options) : new Ajv2020(options);
  formats.default(ajv);
  return ajv;
}

test.each(cases)(
  "the schemas of the fixture %s are legal, and nothing is left out",
  { timeout },
  async (name) => {
    const outputs = targets.map((target) => jsonSchema({ target, out: `${target}/` }));
    const cwd = path.join(fixtures, name);
    const { files, warnings, models } = await generate({ cwd, dryRun: true, config: { outputs } });
    const channels = models.flatMap((model) => model.channels);
    expect(warnings).toEqual([]);
    for (const target of targets) {
      const schemas = new Map(
        files.flatMap(({ file, text }) =>
          file.includes(target) && file.endsWith(".schema.json")
            ? [[path.basename(file, ".schema.json"), JSON.parse(text ?? "")] as const]
            : [],
        ),
      );
      expect([...schemas.keys()].sort()).toEqual(channels.map(({ id }) => id).sort());
      const ajv = ajvFor(target);
      for (const schema of schemas.values()) ajv.addSchema(schema);
      for (const { id, topics, types } of channels) {
        const check = ajv.getSchema(`${id}.schema.json`);
        expect(check?.({ topic: "no topic of this name", data: null, createdAt: 0 })).toBe(false);
        const definitions = Object.keys(schemas.get(id)[target === "draft-07" ? "definitions" : "$defs"]);
        expect(definitions).toEqual(
          expect.arrayContaining(topics.flatMap(({ input, output }) => [input, output])),
        );
        expect(definitions).toEqual(expect.arrayContaining(types.map(({ name }) => name)));
      }
    }
  },
);

describe.each(targets)("%s", (target) => {
  test("one file holds them all", { timeout }, async () => {
    const { schemas } = await schemasOf(path.join(fixtures, "recursion"), { target, out: "all.json" });
    expect([...schemas.keys()]).toEqual(["all.json"]);
    const ajv = ajvFor(target).addSchema(schemas.get("all.json"));
    const key = target === "draft-07" ? "definitions" : "$defs";
    const check = ajv.getSchema(`all.json#/${key}/tree.message`);
    const folder = { name: "a", folders: [], owner: { name: "b", owns: [], friends: [] } };
    const message = { topic: "folder", data: { ...folder, folders: [folder] }, createdAt: 0 };
    expect(check?.(message)).toBe(true);
    expect(check?.({ ...message, data: { ...folder, folders: [{}] } })).toBe(false);
  });
});

describe("what is written", () => {
  test("of each kind of type", { timeout }, async () => {
    const payload = `{
      /** @deprecated use \`at\` */
      date?: Date; url: URL; bytes: Uint8Array; big: bigint; set: Set<string>; map: Map<string, Date>;
      maybe: string | undefined; n: number; choice: "b" | "a" | null; version: \`v\${number}\`;
    }`;
    const { schemas } = await schemasOfSource(channelOf(payload));
    const { $defs, ...root } = schemas.get("any.schema.json");
    expect(root).toMatchObject({ $id: "any.schema.json", title: "any", description: "What there is." });
    expect(root.anyOf).toMatchObject([
      { description: "One more.", properties: { topic: { const: "sent" }, data: { $ref: "#/$defs/Sent" } } },
    ]);
    expect($defs.Sent).toEqual({
      type: "object",
      properties: {
        date: { description: "@deprecated use `at`", deprecated: true, type: "string", format: "date-time" },
        url: { type: "string", pattern: "^[a-z][a-z0-9+.-]*:" },
        bytes: { type: "string", contentEncoding: "base64", pattern: "^[A-Za-z0-9+/]*={0,2}$" },
        big: { type: "string", pattern: "^-?(?:0|[1-9][0-9]*)$" },
        set: { type: "array", items: { type: "string" }, uniqueItems: true },
        map: {
          type: "array",
          items: {
            type: "array",
            prefixItems: [{ type: "string" }, { type: "string", format: "date-time" }],
            items: false,
            minItems: 2,
            maxItems: 2,
          },
        },
        maybe: { type: "string" },
        n: { type: ["number", "null"] },
        choice: { type: ["string", "null"], enum: ["a", "b", null] },
        version: { type: "string", pattern: expect.stringMatching(/^\^v.*\$$/) },
      },
      required: ["url", "bytes", "big", "set", "map", "n", "choice", "version"],
    });
  });

  test("a member more is taken, unless asked for", { timeout }, async () => {
    const [open, strict] = await Promise.all(
      [false, true].map(async (strict) => {
        const { schemas } = await schemasOfSource(channelOf("{ a: 1 }"), { strict });
        return ajvFor("draft-2020-12").compile(schemas.get("any.schema.json"));
      }),
    );
    const message = { topic: "sent", data: { a: 1, b: 2 }, createdAt: 0 };
    expect(open?.(message)).toBe(true);
    expect(strict?.(message)).toBe(false);
  });

  test("numbers that are never NaN take no null", { timeout }, async () => {
    const { schemas } = await schemasOfSource(channelOf("number"), { finite: true });
    expect(schemas.get("any.schema.json").$defs.Sent).toEqual({ type: "number" });
  });

  test("a payload that isn't there", { timeout }, async () => {
    const { schemas } = await schemasOfSource(channelOf("void"));
    const check = ajvFor("draft-2020-12").compile(schemas.get("any.schema.json"));
    expect(check({ topic: "sent", createdAt: 0 })).toBe(true);
    expect(check({ topic: "sent", data: null, createdAt: 0 })).toBe(false);
  });

  test("names as the pattern gives them", { timeout }, async () => {
    const { schemas } = await schemasOfSource(channelOf("1", "a.b:{x}-{y}"), { base: "https://a.example/" });
    const ajv = ajvFor("draft-2020-12").addSchema(schemas.get("any.schema.json"));
    const check = ajv.getSchema("https://a.example/any.schema.json#/$defs/name");
    expect(check?.("a.b:1-2%2D3")).toBe(true);
    for (const wrong of ["a.b:1", "axb:1-2", "a.b:1-2-3", "a.b:1-2%2d3", "a.b:-2"])
      expect(check?.(wrong)).toBe(false);
  });

  test("in the older draft, nothing that it lacks", { timeout }, async () => {
    const { schemas } = await schemasOfSource(channelOf("{\n/** A pair. */\na: [1, ...string[]] }[]"), {
      target: "draft-07",
    });
    const text = JSON.stringify(schemas.get("any.schema.json"));
    expect(text).not.toMatch(/prefixItems|\$defs|deprecated/);
    expect(schemas.get("any.schema.json").definitions.Sent.items.properties.a).toEqual({
      description: "A pair.",
      type: "array",
      items: [{ type: "number", const: 1 }],
      additionalItems: { type: "string" },
      minItems: 1,
    });
  });
});

test.each([
  [{ out: "schemas.ts" }, "isn't called as JSON is"],
  [{ target: "draft-04" as "draft-07" }, `no target "draft-04"`],
])("options that make no sense: %j", (options, message) => {
  let error: unknown;
  try {
    jsonSchema(options);
  } catch (caught) {
    error = caught;
  }
  expect(isCodegenError(error) && error.code).toBe("CODEGEN_OPTIONS");
  expect(String(error)).toContain(message);
});

test("the page shows what its own channel gives", { timeout }, async () => {
  const page = readFileSync(path.join(import.meta.dirname, "../../docs/json-schema.md"), "utf8");
  const [, source = ""] = /```ts\n\/\/ file: src\/channels\.ts\n([\s\S]*?)```/.exec(page) ?? [];
  const [, shown = ""] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
  const { schemas } = await schemasOfSource(source, { evaluate: true });
  const { Progress } = schemas.get("scan.schema.json").$defs;
  expect(JSON.stringify({ Progress })).toBe(JSON.stringify(JSON.parse(shown)));
});
