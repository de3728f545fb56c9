// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkMisuse, mistakesOf } from "./check-misuse.mjs";
import { tsc } from "./lib/repo.mjs";
import { withTree } from "./lib/temp-tree.mjs";

/** @param {string} source */
const checked = (source) =>
  withTree(
    {
      "tsconfig.json": `{ "compilerOptions": { "strict": true, "types": [] }, "include": ["*.ts"] }`,
      "mistakes.ts": `export declare function take(value: number | { readonly why: "Give a \\"number\\"." }): void;\n${source}`,
    },
    (folder) => checkMisuse(folder, tsc),
  );

test("a mistake is what stands below its mark, up to an empty line", () => {
  const text = "a();\n\n// says: No.\nb(\n  1,\n);\n\n// says: Never.\nc();";
  assert.deepEqual(mistakesOf("a.ts", text), [
    { file: "a.ts", line: 4, end: 6, sentence: "No." },
    { file: "a.ts", line: 9, end: 9, sentence: "Never." },
  ]);
});

test("a mistake that says its sentence is right, wherever its error is", async () => {
  const { count, problems } = await checked('// says: Give a "number".\ntake(\n  "one",\n);\n');
  assert.deepEqual({ count, problems }, { count: 1, problems: [] });
});

test("another sentence is refused, and shown", async () => {
  const { problems } = await checked('// says: Give a text.\ntake("one");\n');
  assert.match(problems.join("\n"), /^mistakes\.ts:3: doesn't say "Give a text\.", but:\n.*Give a "number"/);
});

test("a mistake that compiles is refused", async () => {
  const { problems } = await checked("// says: Give a text.\ntake(1);\n");
  assert.match(problems.join("\n"), /^mistakes\.ts:3: doesn't say "Give a text\.": it compiles$/);
});

test("an error without a mark is refused", async () => {
  const { problems } = await checked('take("one");\n\n// says: Give a "number".\ntake("two");\n');
  assert.equal(problems.length, 1);
  assert.match(problems.join("\n"), /^mistakes\.ts\(2,/);
});
