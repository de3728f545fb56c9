/** Configs as Node and jiti load them, in processes of their own. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { makeProject, type Project } from "../support/halyard.js";
import { endAll } from "../support/process.js";

vi.setConfig({ testTimeout: 60_000 });

const projects: Project[] = [];
afterEach(async () => {
  await endAll();
  for (const { remove } of projects.splice(0)) remove();
});

function project(files: Readonly<Record<string, string>> = {}): Project {
  const made = makeProject(files);
  projects.push(made);
  return made;
}

const halyard =
  `import { contract, defineConfig, defineEmitter, typescript } from "halyard/codegen";\n`.replace(
    "contract, ",
    "",
  );
const out = (name: string) => `typescript({ out: "src/${name}.gen.ts" })`;

describe("what a config may be", () => {
  test.each<[name: string, file: string, source: string, written: readonly string[]]>([
    ["an object", "channels.config.mjs", `export default defineConfig({ outputs: [${out("a")}] });`, ["a"]],
    [
      "a list",
      "channels.config.js",
      `export default defineConfig([{ outputs: [${out("a")}] }, { outputs: [${out("b")}] }]);`,
      ["a", "b"],
    ],
    [
      "a function",
      "channels.config.mjs",
      `export default defineConfig(() => ({ outputs: [${out("a")}] }));`,
      ["a"],
    ],
    [
      "an async function, in TypeScript",
      "channels.config.mts",
      `const name: string = "a";
export default defineConfig(async () => [{ outputs: [typescript({ out: \`src/\${name}.gen.ts\` })] }]);`,
      ["a"],
    ],
    [
      "TypeScript that is more than types, and imports by the names that files will have",
      "channels.config.ts",
      `import { name } from "./name.js";
enum Folder { Src = "src" }
export default defineConfig({ outputs: [typescript({ out: Folder.Src + "/" + name + ".gen.ts" })] });`,
      ["named"],
    ],
  ])("%s", async (_, file, source, written) => {
    const { run, read } = project({
      [file]: halyard + source,
      "name.ts": `export const name: string = "named";`,
    });
    const { code, error } = await run("generate");
    expect(error).toBe("");
    expect(code).toBe(0);
    for (const name of written) expect(read(`src/${name}.gen.ts`)).toContain("export const chat");
    expect((await run("check")).code).toBe(0);
  });

  test("--config, from another folder; outputs lie beside the config", async () => {
    const { run, read } = project({
      "tools/my.config.mjs": `${halyard}export default { project: "..", outputs: [typescript({ out: "gen/a.ts" })] };`,
    });
    expect(await run("generate", "-c", "tools/my.config.mjs")).toEqual({
      code: 0,
      out: "Wrote 1 channel in tools/gen/a.ts.\n",
      error: "",
    });
    expect(read("tools/gen/a.ts")).toContain("export const chat");
  });
});

describe("what is wrong with one", () => {
  const file = "channels.config.mjs";
  test.each<[name: string, source: string, said: readonly string[]]>([
    [
      "a mistake in its syntax",
      "const a = 1;\nexport default { a: = 3 };",
      [`${file}:2:21 - error CODEGEN_CONFIG: ${file} can't be loaded: Unexpected token '='`, "> 2 |"],
    ],
    [
      "it throws",
      `export const a = 1;\n\nthrow new Error("No luck.");`,
      [`${file}:3:7 - error CODEGEN_CONFIG: ${file} can't be loaded: No luck.`],
    ],
    [
      "what it imports throws",
      `import "./broken.mjs";\nexport default {};`,
      [`broken.mjs:2:7 - error CODEGEN_CONFIG: ${file} can't be loaded: Broken.`],
    ],
    [
      "its function throws",
      "export default async () => {\n  nothing();\n};",
      [
        `${file}:2:3 - error CODEGEN_CONFIG: The function that ${file} exports failed: nothing is not defined`,
      ],
    ],
    [
      "a package that isn't there",
      `import a from "not-there";\nexport default a;`,
      [`${file}:1:15 - error CODEGEN_CONFIG: ${file} can't be loaded: Cannot find package 'not-there'`],
    ],
    [
      "an emitter's own options",
      `${halyard}export default {\n  outputs: [typescript({ out: "a.js" })],\n};`,
      [`${file}:3:13 - error CODEGEN_OPTIONS: The output is TypeScript`],
    ],
    [
      "no default export",
      "export const config = {};",
      [`error CODEGEN_CONFIG: ${file} has no default export.`, "Fix: export default defineConfig({ … })"],
    ],
    [
      "keys that are none",
      "export default { output: [], x: 1, project: 7 };",
      [
        `error CODEGEN_CONFIG: ${file}: "output" is no key of a config.`,
        `Fix: did you mean "outputs"?`,
        `error CODEGEN_CONFIG: ${file}: "x" is no key of a config.`,
        "Fix: keys are project, outputs, format",
        `error CODEGEN_CONFIG: ${file}: "project" has to be the path of a tsconfig, and is a number.`,
        "3 problems; nothing was written.",
      ],
    ],
    [
      "outputs that are none",
      `${halyard}export default [{ outputs: [] }, { outputs: [typescript, { name: "x", out: "y" }, "z"] }, null];`,
      [
        `"[0].outputs" is empty`,
        "[1].outputs[0] is a function, not what it returns.",
        "Fix: call it: typescript()",
        "[1].outputs[1] is no emitter: it lacks a function `emit`.",
        "[1].outputs[2] is no emitter, but a string.",
        "[2] is no config, but null.",
      ],
    ],
    [
      "a format that fails",
      `export default { format: () => { throw new Error("No prettier here."); } };`,
      [
        "error CODEGEN_CONFIG: `format` failed for ",
        "No prettier here.",
        "Caused by: Error: No prettier here.",
      ],
    ],
    [
      "a format that gives nothing",
      "export default { format: async () => {} };",
      ["`format` gives no text for "],
    ],
    [
      "a format that removes comments",
      `export default { format: (text) => text.replaceAll(/\\/\\/.*/g, "") };`,
      ["`format` took the mark out of "],
    ],
    [
      "an emitter that throws",
      `${halyard}export default { outputs: [defineEmitter({ name: "mine", out: "a.txt", emit() { null.x } })] };`,
      [`error CODEGEN_EMITTER: "mine" failed: Cannot read properties of null`, "Caused by: TypeError", file],
    ],
    [
      "an emitter that gives nothing",
      `${halyard}export default { outputs: [defineEmitter({ name: "mine", out: "a.txt", emit() {} })] };`,
      [`error CODEGEN_EMITTER: "mine" gives neither a text nor files.`],
    ],
    [
      "two projects that write one file",
      "export default [{}, {}];",
      ["error CODEGEN_EMITTER: Two projects write ", "halyard.gen.ts."],
    ],
  ])("%s", async (_, source, said) => {
    const { run, at } = project({
      [file]: source,
      "broken.mjs": `export {};\nthrow new Error("Broken.");`,
    });
    const { code, out, error } = await run("generate");
    expect({ code, out }).toEqual({ code: 1, out: "" });
    for (const text of said) expect(error).toContain(text);
    expect(error).not.toContain("node:internal");
    expect(error.replaceAll(`${at("")}`, "")).not.toContain("file://");
  });

  test("one that isn't there", async () => {
    const { run } = project();
    const { code, error } = await run("generate", "--config", "gone.ts");
    expect(code).toBe(1);
    expect(error).toContain("error CODEGEN_CONFIG: There is no config gone.ts.");
  });

  test("--json tells the same", async () => {
    const { run } = project({ [file]: "\nthrow new Error('No luck.');" });
    for (const command of ["generate", "check", "list"]) {
      const { code, out, error } = await run(command, "--json");
      expect({ code, error }).toEqual({ code: 1, error: "" });
      expect(JSON.parse(out)).toMatchObject({
        status: "error",
        problems: [{ code: "CODEGEN_CONFIG", place: { file, line: 2, column: 7 } }],
      });
    }
  });
});
