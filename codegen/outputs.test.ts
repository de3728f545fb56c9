import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { defineEmitter, type EmittedFile, type Emitter } from "./emitter.js";
import { isCodegenError } from "./errors.js";
import { MARK } from "./header.js";
import { planOutputs } from "./outputs.js";
import { compareFiles, writeFiles } from "./write.js";

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), "halyard-outputs-")));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => path.join(folder, name);
const read = (name: string) => readFileSync(at(name), "utf8");

/** Emits, compares and writes. */
async function write(outputs: readonly Emitter[], format?: (text: string, file: string) => Promise<string>) {
  const planned = await planOutputs({
    model: { version: 1, channels: [] } as never,
    root: folder,
    base: folder,
    outputs,
    format,
    placeOf: () => undefined,
    warn: () => undefined,
  });
  const files = compareFiles(planned, [folder]);
  writeFiles(files);
  return files.map(({ file, status }) => `${status} ${path.relative(folder, file)}`);
}

const refusal = async (...outputs: Emitter[]) => {
  const error = await write(outputs).catch((error: unknown) => error);
  if (!isCodegenError(error)) throw error;
  return error.message.replaceAll(folder, "");
};

const text = (out: string, content = "") =>
  defineEmitter({ name: out, out, emit: () => `// ${MARK}\n${content}` });
const files = (out: string, names: readonly string[]) =>
  defineEmitter({
    name: out,
    out,
    emit: () => names.map((name) => ({ path: name, text: `# ${MARK}\n${name}` })),
  });

describe("an output folder", () => {
  test("what is no longer given is removed; nothing else is", async () => {
    expect(await write([files("out/", ["a.txt", "b/c.txt", "d.txt"])])).toEqual([
      "created out/.halyard.json",
      "created out/a.txt",
      "created out/b/c.txt",
      "created out/d.txt",
    ]);
    expect(JSON.parse(read("out/.halyard.json")).files).toEqual(["a.txt", "b/c.txt", "d.txt"]);
    writeFileSync(at("out/mine.txt"), "mine");
    // It was ours, and is listed: but someone has written it anew.
    writeFileSync(at("out/d.txt"), "mine");
    expect(await write([files("out/", ["a.txt"])])).toEqual([
      "changed out/.halyard.json",
      "same out/a.txt",
      "removed out/b/c.txt",
    ]);
    expect(readdirSync(at("out")).toSorted()).toEqual([".halyard.json", "a.txt", "b", "d.txt", "mine.txt"]);
    expect(read("out/d.txt")).toBe("mine");
  });

  test("a list that was tampered with removes nothing outside, and no folder", async () => {
    await write([files("out/", ["a.txt"])]);
    writeFileSync(at("victim.txt"), `# ${MARK}\n`);
    mkdirSync(at("out/sub"));
    const listed = ["../victim.txt", at("victim.txt"), "sub", "", "sub/../../victim.txt", 7];
    writeFileSync(at("out/.halyard.json"), JSON.stringify({ $comment: MARK, files: listed }, null, 2));
    await write([files("out/", ["a.txt"])]);
    expect(existsSync(at("victim.txt"))).toBe(true);
    expect(existsSync(at("out/sub"))).toBe(true);
    writeFileSync(at("out/.halyard.json"), `{ "$comment": "${MARK}"\n<<<<<<<`);
    expect(await write([files("out/", ["a.txt"])])).toContain("changed out/.halyard.json");
  });

  test("a list that someone else wrote is left alone", async () => {
    mkdirSync(at("out"));
    writeFileSync(at("out/.halyard.json"), "{}");
    expect(await refusal(files("out/", ["a.txt"]))).toContain("error CODEGEN_FOREIGN_FILE");
    expect(readdirSync(at("out"))).toEqual([".halyard.json"]);
  });

  test.each(["../a", "/a", "a/../../b", "", ".halyard.json", "a//b", "./a"])(
    "no file is called %j",
    async (name) => {
      expect(await refusal(files("out/", [name]))).toContain("isn't one inside of its output folder");
    },
  );
});

describe("two outputs", () => {
  test("for one file", async () => {
    expect(await refusal(text("a.ts"), text("./b/../a.ts"))).toContain(
      `error CODEGEN_EMITTER: Both "a.ts" and "./b/../a.ts" write /a.ts.`,
    );
  });

  test("that differ by upper and lower case, or by how an accent is written", async () => {
    expect(await refusal(text("src/A.ts"), text("src/a.ts"))).toContain(
      "that is one file, here or elsewhere",
    );
    expect(await refusal(text("é.ts"), text("e\u0301.ts"))).toContain("that is one file, here or elsewhere");
  });

  test("by a link", async () => {
    mkdirSync(at("real"));
    symlinkSync(at("real"), at("link"));
    expect(await refusal(text("real/a.ts"), text("link/a.ts"))).toContain("that is one file");
    expect(await refusal(files("real/", ["a.ts"]), text("link/a.ts"))).toContain("that is one file");
  });
});

describe("what is there already", () => {
  test("a link stays one: what it leads to is written", async () => {
    mkdirSync(at("shared"));
    symlinkSync("shared/real.ts", at("link.ts"));
    await write([text("link.ts", "one")]);
    await write([text("link.ts", "two")]);
    expect(lstatSync(at("link.ts")).isSymbolicLink()).toBe(true);
    expect(read("shared/real.ts")).toContain("two");
    expect(readdirSync(at("shared"))).toEqual(["real.ts"]);
  });

  test("a link that leads out, whether there is anything yet or not", async () => {
    const other = mkdtempSync(path.join(os.tmpdir(), "halyard-other-"));
    symlinkSync(path.join(other, "a.ts"), at("a.ts"));
    expect(await refusal(text("a.ts"))).toContain("error CODEGEN_OUTSIDE");
    expect(readdirSync(other)).toEqual([]);
    rmSync(other, { recursive: true });
  });

  test("a ring of links", async () => {
    symlinkSync(at("b.ts"), at("a.ts"));
    symlinkSync(at("a.ts"), at("b.ts"));
    expect(await refusal(text("a.ts"))).toContain("error CODEGEN_WRITE");
  });

  test("a file that may only be read is written, and may still only be read", async () => {
    await write([text("a.ts", "one")]);
    chmodSync(at("a.ts"), 0o444);
    await write([text("a.ts", "two")]);
    expect(read("a.ts")).toContain("two");
    expect(statSync(at("a.ts")).mode & 0o777).toBe(0o444);
  });

  test("a file whose name begins with two dots lies inside", async () => {
    expect(await write([text("..a.ts")])).toEqual(["created ..a.ts"]);
  });
});

describe("writing is all or nothing", () => {
  test("what took its place already is put back", async () => {
    await write([text("a.ts", "one")]);
    const change = { file: at("a.ts"), text: "two", status: "changed", before: read("a.ts") } as const;
    const create = { file: at("b.ts"), text: "new", status: "created", before: undefined } as const;
    // A file can't take a folder's place: that shows when the others have theirs.
    mkdirSync(at("c.ts"));
    const fail = { file: at("c.ts"), text: "x", status: "created", before: undefined } as const;
    expect(() => writeFiles([change, create, fail])).toThrow("CODEGEN_WRITE");
    expect(read("a.ts")).toContain("one");
    expect(readdirSync(folder).toSorted()).toEqual(["a.ts", "c.ts"]);
  });

  test("what a killed process left goes, what a living one needs stays", async () => {
    // No process has the largest id that there can be.
    const [dead, alive] = [".a.ts.4194305-0.halyard.tmp", `.a.ts.${process.ppid}-0.halyard.tmp`];
    for (const name of [dead, alive, ".a.ts.tmp", ".mine.halyard.tmp"]) writeFileSync(at(name), "");
    await write([text("a.ts")]);
    expect(readdirSync(folder).toSorted()).toEqual(
      [alive, ".a.ts.tmp", ".mine.halyard.tmp", "a.ts"].toSorted(),
    );
  });
});

describe("what emitters give", () => {
  const wrong = (emitted: unknown, out = "a.ts") =>
    defineEmitter({ name: "mine", out, emit: () => emitted as string | EmittedFile[] });

  test.each<[what: string, emitter: Emitter, said: string]>([
    ["nothing", wrong(undefined), "gives neither a text nor files"],
    ["a number", wrong(7), "gives neither a text nor files"],
    ["a file without a text", wrong([{ path: "a" }], "out/"), "gives neither a text nor files"],
    ["a text for a folder", wrong(`// ${MARK}`, "out/"), "gives one text, and its output out/ is a folder"],
    ["files for a file", wrong([]), "gives files, and its output a.ts is one file"],
    ["a text without the mark", wrong("text"), "doesn't say that it is generated"],
  ])("%s", async (_, emitter, said) => {
    expect(await refusal(emitter)).toContain(said);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("what it reports is told, of all emitters, and not what it gives then", async () => {
    const reports = (name: string) =>
      defineEmitter({
        name,
        out: name,
        emit(_, { report }) {
          report({ code: "CODEGEN_EMITTER", message: `${name} can't.` });
          return "";
        },
      });
    expect(await refusal(reports("a"), reports("b"))).toBe(
      "error CODEGEN_EMITTER: a can't.\n\nerror CODEGEN_EMITTER: b can't.",
    );
  });

  test("what is compared is what was formatted", async () => {
    const format = async (text: string) => `${text.trim()}\n// formatted\n`;
    expect(await write([text("a.ts"), files("out/", ["b.ts"])], format)).toContain("created a.ts");
    expect(read("a.ts")).toContain("// formatted");
    expect(read("out/b.ts")).toContain("// formatted");
    expect(await write([text("a.ts"), files("out/", ["b.ts"])], format)).toEqual([
      "same a.ts",
      "same out/.halyard.json",
      "same out/b.ts",
    ]);
  });
});
