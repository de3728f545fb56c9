import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeProject, tsconfig } from "../fixtures/temp-project.js";
import { contract, type Emitter, generate, list } from "../index.js";
import { referenceOf } from "./reference.test-support.js";

const page = path.join(import.meta.dirname, "../../docs/emitters.md");
const read = () => readFileSync(page, "utf8");

/** The content of a fence that names its file. */
const fence = (file: string) =>
  new RegExp(`\`\`\`ts\n// file: ${file.replaceAll(".", "\\.")}\n([\\s\\S]*?)\`\`\`\n`).exec(read())?.[1] ??
  "";

/** Compares a part of the page with what it should be. UPDATE_DOCS=1 writes it there. */
function expectPart(start: string, end: string, text: string): void {
  const markdown = read();
  const from = markdown.indexOf(start) + start.length;
  const to = markdown.indexOf(end, from);
  expect(from).toBeGreaterThan(start.length);
  if (process.env.UPDATE_DOCS) writeFileSync(page, markdown.slice(0, from) + text + markdown.slice(to));
  else expect(markdown.slice(from, to)).toBe(text);
}

const expectSample = (file: string, language: string, text: string) =>
  expectPart(`<!-- sample: ${file} -->\n\`\`\`${language}\n`, "```\n", text);

let project: ReturnType<typeof makeProject>;
beforeAll(() => {
  const index = JSON.stringify(path.join(import.meta.dirname, "../index.ts"));
  project = makeProject({
    "tsconfig.json": tsconfig,
    "src/channels.ts": fence("src/channels.ts"),
    "emitter.ts": fence("python-emitter.ts").replace('"halyard/codegen"', index),
  });
});
afterAll(() => project.remove());

test("the page shows the contract of its channels", { timeout: 30_000 }, async () => {
  const { files } = await generate({ cwd: project.root, dryRun: true, config: { outputs: [contract()] } });
  expectSample("channels.contract.json", "json", files[0]?.text ?? "");
});

test("the page's own emitter gives what the page shows", { timeout: 30_000 }, async () => {
  const { python }: { python: () => Emitter } = await import(path.join(project.root, "emitter.ts"));
  const { files, warnings } = await generate({
    cwd: project.root,
    dryRun: true,
    config: { outputs: [python()] },
  });
  expectSample("channels.py", "python", files[0]?.text ?? "");
  expect(warnings.map(({ message }) => message)).toEqual([
    "ScanFoundTags: a tuple is a list of anything in Python.",
  ]);
});

test("the page shows the model of its channels", { timeout: 30_000 }, async () => {
  const [model] = await list({ cwd: project.root });
  expectSample("model.json", "json", `${JSON.stringify(model, null, 2)}\n`);
});

test("the page explains each member of the model, as its source does", () => {
  const reference = referenceOf(readFileSync(path.join(import.meta.dirname, "../model.ts"), "utf8"));
  for (const name of ["Model", "ChannelModel", "TypeModel", "BuiltinName"])
    expect(reference).toContain(`### ${name}\n`);
  expectPart("<!-- reference -->\n", "<!-- /reference -->", `${reference}\n`);
});
