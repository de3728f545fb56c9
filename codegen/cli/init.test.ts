import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as codegen from "../index.js";
import { addLines, addScripts, choices } from "./init-files.js";
import { main } from "./main.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "halyard-init-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => path.join(folder, name);
const read = (name: string) => readFileSync(at(name), "utf8");

/** Runs it in the folder; with answers, at a terminal. An answer that is missing is Ctrl-D. */
async function init(argv: readonly string[], answers?: readonly string[]) {
  let out = "";
  let error = "";
  const left = answers && [...answers];
  const code = await main(["init", ...argv], {
    cwd: folder,
    out: (text) => (out += text),
    error: (text) => (error += text),
    colours: { out: false, error: false },
    stopped: () => new Promise(() => undefined),
    ask:
      left &&
      (async (question) => {
        out += question;
        return left.shift();
      }),
  });
  return { code, out, error };
}

test("without a terminal it takes the defaults", async () => {
  writeFileSync(at("package.json"), `{ "type": "module" }`);
  const { code, out } = await init([]);
  expect(code).toBe(0);
  const [config = ""] = readdirSync(folder).filter((name) => name.startsWith("channels.config."));
  expect(out).toContain(`Wrote ${config}.\nWrote .gitattributes.\n`);
  expect(out).toContain("npx halyard generate");
  expect(read(config)).toBe(`import { defineConfig, typescript } from "halyard/codegen";

export default defineConfig({
  outputs: [typescript()],
});
`);
  expect(read(".gitattributes")).toBe("/src/halyard.gen.ts linguist-generated\n");
  expect(read("package.json")).toBe(`{ "type": "module" }`);
});

test("a second time it changes nothing", async () => {
  await init(["--yes"]);
  const before = readdirSync(folder).map((name) => [name, read(name)]);
  const again = await init(["--yes"]);
  expect(again.code).toBe(0);
  expect(again.out).toMatch(/^channels\.config\.m[jt]s is there already, and is left as it is\./);
  expect(readdirSync(folder).map((name) => [name, read(name)])).toEqual(before);
});

test("a config of any name is left as it is", async () => {
  writeFileSync(at("channels.config.mjs"), "mine");
  expect((await init([])).out).toContain("channels.config.mjs is there already");
  expect(readdirSync(folder)).toEqual(["channels.config.mjs"]);
  expect(read("channels.config.mjs")).toBe("mine");
});

describe("at a terminal", () => {
  test("it asks", async () => {
    writeFileSync(at("package.json"), `{\n    "scripts": {\n        "test": "x"\n    }\n}\n`);
    writeFileSync(at(".gitignore"), "dist");
    const { code, out } = await init(["--project", "server"], ["9", "1", "perhaps", "n", "y"]);
    expect(code).toBe(0);
    expect(out).toContain(`Numbers from 1 to ${choices.length}, please.`);
    expect(out).toContain("y or n, please.");
    expect(out).toContain("npm run channels ");
    expect(existsSync(at(".gitattributes"))).toBe(false);
    expect(read(".gitignore")).toBe("dist\n/src/halyard.gen.ts\n");
    const [config = ""] = readdirSync(folder).filter((name) => name.startsWith("channels.config.m"));
    expect(read(config)).toContain(`  project: "server",\n`);
    expect(read("package.json")).toBe(`{
    "scripts": {
        "test": "x",
        "channels": "halyard generate",
        "channels:check": "halyard check"
    }
}
`);
  });

  test("every output can be chosen, and is one", async () => {
    await init([], [choices.map((_, i) => i + 1).join(" "), "y"]);
    const [config = ""] = readdirSync(folder).filter((name) => name.startsWith("channels.config."));
    for (const { call, out } of choices) {
      expect(read(config)).toContain(`${call}()`);
      const make = Object.entries(codegen).find(([name]) => name === call)?.[1];
      expect(make).toBeTypeOf("function");
      expect(Reflect.apply(Object(make), undefined, [])).toMatchObject({ out });
    }
    // The contract is what a review has to show.
    expect(read(".gitattributes")).toBe(
      "/src/halyard.gen.ts linguist-generated\n/schemas/** linguist-generated\n",
    );
  });

  test.each([0, 1, 2])("left at question %i, it writes nothing", async (question) => {
    writeFileSync(at("package.json"), "{}");
    const answers = ["1", "y"].slice(0, question);
    expect(await init([], answers)).toMatchObject({ code: 1, error: "Nothing was written.\n" });
    expect(readdirSync(folder)).toEqual(["package.json"]);
  });

  test("a package.json that isn't JSON stops it before anything is written", async () => {
    writeFileSync(at("package.json"), "{");
    expect((await init([], ["", "", "y"])).error).toContain("error CODEGEN_OPTIONS: package.json isn't JSON");
    expect(readdirSync(folder)).toEqual(["package.json"]);
  });
});

test("lines are added once, with the line ends that are there", () => {
  expect(addLines("", ["a"])).toBe("a\n");
  expect(addLines("a\r\nb", ["b", "c"])).toBe("a\r\nb\r\nc\r\n");
  expect(addLines("a\nb\n", ["b"])).toBe("a\nb\n");
});

test("scripts that are there stay", () => {
  const own = `{"scripts":{"channels":"mine","channels:check":"mine"}}`;
  expect(addScripts(own)).toBe(own);
  expect(JSON.parse(addScripts(`{"scripts":{"channels":"mine"}}`)).scripts).toEqual({
    channels: "mine",
    "channels:check": "halyard check",
  });
  expect(addScripts('{\r\n\t"a": 1\r\n}\r\n')).toContain('\r\n\t"scripts": {\r\n\t\t"channels"');
});
