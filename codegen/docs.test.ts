import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeProject, tsconfig } from "./fixtures/temp-project.js";
import { generate } from "./index.js";

const page = path.join(import.meta.dirname, "../docs/codegen.md");
const markdown = readFileSync(page, "utf8");

/** The content of a fence that names its file. */
const fence = (file: string) => {
  const [, text] =
    new RegExp(`\`\`\`ts\n// file: ${file.replaceAll(".", "\\.")}\n([^]*?)\`\`\`\n`).exec(markdown) ?? [];
  return text;
};

let project: ReturnType<typeof makeProject>;
beforeAll(() => {
  project = makeProject({ "tsconfig.json": tsconfig, "src/channels.ts": fence("src/channels.ts") ?? "" });
});
afterAll(() => project.remove());

// UPDATE_DOCS=1 writes what it gives into the page.
test("the page shows what its own channel gives", { timeout: 30_000 }, async () => {
  const { files } = await generate({ cwd: project.root, dryRun: true });
  const code = files[0]?.text ?? "";
  if (process.env.UPDATE_DOCS) {
    writeFileSync(
      page,
      markdown.replace(
        `// file: src/halyard.gen.ts\n${fence("src/halyard.gen.ts")}`,
        () => `// file: src/halyard.gen.ts\n${code}`,
      ),
    );
  } else expect(fence("src/halyard.gen.ts")).toBe(code);
});

test("each error code has a row in the page, in the same order", () => {
  const source = readFileSync(path.join(import.meta.dirname, "errors.ts"), "utf8");
  const codes = [...source.matchAll(/\| "(CODEGEN_\w+)"/g)].map(([, code]) => code);
  expect(codes.length).toBeGreaterThan(10);
  expect([...markdown.matchAll(/^\| `(CODEGEN_\w+)` \|/gm)].map(([, code]) => code)).toEqual(codes);
});

test("the page names every option", () => {
  const source = readFileSync(path.join(import.meta.dirname, "cli/arguments.ts"), "utf8");
  for (const [, option] of source.matchAll(/^ {6}"?([\w-]+)"?: \{ type:/gm))
    expect(markdown).toContain(`\`--${option}`);
});
