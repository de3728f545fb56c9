import { afterEach, expect, test } from "vitest";
import { makeProject, tsconfig } from "../fixtures/temp-project.js";
import { generate, jsonSchema } from "../index.js";

let project: ReturnType<typeof makeProject>;
afterEach(() => project.remove());

test("a stream's chunks say what their validator says, also where they recur", {
  timeout: 60_000,
}, async () => {
  project = makeProject({
    "tsconfig.json": tsconfig,
    "src/channels.ts": `import { realtime } from "halyard";
import { streamOf } from "halyard/stream";
import { z } from "zod";
const node = z.object({ name: z.string().min(2).default("#/x"), get children() { return z.array(node); }, get enum() { return z.array(node); } });
export const any = realtime.channel({ name: "any", topics: { sent: { schema: streamOf(node) } } });
`,
  });
  const config = { outputs: [jsonSchema({ evaluate: true })] };
  const { files, warnings } = await generate({ cwd: project.root, dryRun: true, config, cache: false });
  const { $defs } = JSON.parse(files.find(({ file }) => file.endsWith(".schema.json"))?.text ?? "{}");
  const partOf = (type: string) =>
    $defs.Sent.anyOf.find(({ properties }: { properties: { type: object } }) =>
      JSON.stringify(properties.type).includes(type),
    );
  expect(partOf("begin").properties.heartbeat).toMatchObject({
    type: "integer",
    minimum: 1,
    maximum: 600_000,
  });
  expect(partOf("error").required).toEqual(
    expect.arrayContaining(["type", "stream", "index", "code", "message"]),
  );
  const { $ref } = partOf("chunks").properties.chunks.items;
  expect($defs[$ref.replace("#/$defs/", "")].properties).toEqual({
    name: { type: "string", minLength: 2, default: "#/x" },
    children: { type: "array", items: { $ref } },
    // A member's name, and no word of JSON Schema's.
    enum: { type: "array", items: { $ref } },
  });
  expect(warnings).toEqual([]);
});
