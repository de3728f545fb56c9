/** Changes that a session has to notice, though they leave all sources but one as they were. */
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { channelSource, makeProject, tsconfig } from "./fixtures/temp-project.js";
import { openReader } from "./reader.js";

let cleanup: (() => void)[] = [];
afterEach(() => {
  for (const remove of cleanup) remove();
  cleanup = [];
});

const timeout = 30_000;

function project(files: Readonly<Record<string, string>>) {
  const made = makeProject({ "package.json": `{ "type": "module" }`, "tsconfig.json": tsconfig, ...files });
  cleanup.push(made.remove);
  return {
    ...made,
    options: { cwd: made.root, outputNames: ["halyard.gen.ts"], cache: false },
    file: (name: string) => path.join(made.root, name),
  };
}

test("a tsconfig that comes nearer, and stands for the same project", { timeout }, async () => {
  const refersTo = (at: string) => `{ "files": [], "references": [{ "path": "${at}" }] }`;
  const { options, write, file } = project({
    "tsconfig.json": refersTo("./app"),
    "app/tsconfig.json": tsconfig,
    "app/src/chat.ts": channelSource("chat"),
    "web/.keep": "",
  });
  const reader = openReader({ ...options, cwd: file("web") });
  expect((await reader.read()).model.channels[0]?.file).toBe("app/src/chat.ts");
  write("web/tsconfig.json", refersTo("../app"));
  expect((await reader.read()).model.channels[0]?.file).toBe("../app/src/chat.ts");
});

test("a source that has an output's name is one that others hang on", { timeout }, async () => {
  const source = (type: string) =>
    `import { staticSchema } from "halyard";\nexport const posted = staticSchema<${type}>();\n`;
  const { options, write } = project({
    "src/chat.ts": `import { realtime } from "halyard";
import { posted } from "./schemas.js";
export const chat = realtime.channel({ name: "chat", topics: { posted: { schema: posted } } });\n`,
    "src/schemas.ts": source("string"),
  });
  const reader = openReader({ ...options, outputNames: ["schemas.ts"] });
  await reader.read();
  write("src/schemas.ts", source("number"));
  const { model } = await reader.read();
  expect(model.channels[0]?.types[0]?.type).toEqual({ kind: "primitive", name: "number" });
});
