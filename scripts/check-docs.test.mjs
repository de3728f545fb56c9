// @ts-check
import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { checkDocs } from "./check-docs.mjs";
import { headingsOf } from "./lib/links.mjs";
import { root } from "./lib/repo.mjs";
import { withTree } from "./lib/temp-tree.mjs";

const readme = "# Halyard\n";
const errors = "# Errors\n\n## `BAD_NAME`\n";
const rest = {
  "package.json": JSON.stringify({ name: "halyard", type: "module", exports: "./index.js" }),
  "index.js": "export const one = 1;",
  "index.d.ts": "export declare const one: 1;",
  "src/errors.ts": `export type RealtimeErrorCode =\n  // A comment.\n  | "BAD_NAME";\n`,
};

/** @param {Record<string, string>} files */
const check = (files) =>
  withTree(
    { "README.md": readme, "docs/errors.md": errors, ...rest, ...files, "node_modules/.keep": "" },
    (folder) => {
      symlinkSync(
        path.join(root, "node_modules", "@types"),
        path.join(folder, "node_modules", "@types"),
        "dir",
      );
      return checkDocs(folder);
    },
  );

const fence = (/** @type {string} */ code, info = "ts") => `\`\`\`${info}\n${code}\n\`\`\`\n`;

/** Asserts that a guide with this text has this one problem. */
const refused = (/** @type {string} */ title, /** @type {string} */ text, /** @type {RegExp} */ problem) =>
  test(title, async () => {
    const { problems } = await check({ "docs/guide.md": text });
    assert.equal(problems.length, 1, problems.join("\n"));
    assert.match(problems[0] ?? "", problem);
  });

const accepted = (/** @type {string} */ title, /** @type {string} */ text) =>
  test(title, async () => assert.deepEqual((await check({ "docs/guide.md": text })).problems, []));

// Code
accepted(
  "a fence imports the package by its name",
  fence(`import { one } from "halyard";\nconst a: 1 = one;`),
);
refused(
  "an error stands where the document has it",
  `# Guide\n\n${fence(`import { one } from "halyard";\nconst a: 2 = one;`)}`,
  /^docs\/guide\.md:5:7: error TS2322/,
);
refused(
  "in a list, too",
  `- A\n\n  ${fence("let a: 2 = 1;").replaceAll("\n", "\n  ")}`,
  /^docs\/guide\.md:4:7: error/,
);
refused("the check is strict", fence("function f(a) {}"), /TS7006/);
refused("optional properties are exact", fence("const a: { b?: 1 } = { b: undefined };"), /TS2375/);
refused("a .tsx fence is read as one", fence("const a: 2 = <b></b>;", "tsx"), /TS/);
accepted("fences don't see each other", `${fence("const a = 1;")}${fence("const a = 2;")}`);
accepted(
  "a named fence can be imported",
  `${fence("// file: a.ts\nexport const a = 1;")}${fence(`import { a } from "./a.js";\na satisfies number;`)}`,
);
refused(
  "a fence continues the one before",
  `${fence("// file: a.ts\nconst a = 1;")}text\n${fence("// continues\na satisfies string;")}`,
  /^docs\/guide\.md:8:3: error TS1360/,
);
accepted(
  "a fence continues a file by name",
  `${fence("// file: a.ts\nconst a = 1;")}${fence("export {};")}${fence("// continues: a.ts\na satisfies 1;")}`,
);
refused("two fences of one name are refused", fence("// file: a.ts").repeat(2), /"a\.ts" was given before/);
refused("a file needs a name", fence("// file:"), /name the file/);
refused("a file stays in its folder", fence("// file: ../a.ts"), /no name of a TypeScript file/);
refused("there must be something to continue", fence("// continues"), /line|no name/);

test("fences marked no-check are left out and counted", async () => {
  const { summary, problems } = await check({ "docs/guide.md": fence("let a: 2 = 1;", "ts no-check") });
  assert.deepEqual(problems, []);
  assert.match(summary, /0 modules type-check, 1 fences are marked/);
});

// Links
accepted(
  "a link leads to a file, a folder or a heading",
  "[a](../README.md#halyard) [b](errors.md) [c](..) [d](#x)\n# X",
);
accepted(
  "what leads elsewhere, or is code, is no link",
  "[a](https://a.b/c) `[b](c.md)`\n```\n[d](e.md)\n```\n",
);
refused(
  "a link to no file",
  "\n\n[a](gone.md)",
  /^docs\/guide\.md:3: link "gone\.md": there is no docs\/gone\.md/,
);
refused("a link to no heading", "[a](errors.md#gone)", /docs\/errors\.md has no heading #gone/);
refused("a link to no heading of its own", "[a](#gone)", /no heading #gone/);
refused("a link by reference", "[a][b]\n\n[b]: gone.md", /^docs\/guide\.md:3: link "gone\.md"/);
refused("a link out of the repository", "[a](../../x.md)", /leaves the repository/);

test("headings have the anchors that GitHub gives them", () => {
  const anchors = headingsOf("# Who? `a.b()` & [c](d.md)\n## BAD_NAME\n## X\n## X\n").map(
    ({ anchor }) => anchor,
  );
  assert.deepEqual(anchors, ["who-ab--c", "bad_name", "x", "x-1"]);
});

// Error codes
test("every error code has a heading, and every such heading a code", async () => {
  assert.deepEqual((await check({ "docs/errors.md": "## OTHER\n" })).problems, [
    "docs/errors.md:1: no heading for the error code BAD_NAME",
    "docs/errors.md:1: src/errors.ts has no code OTHER",
  ]);
  assert.match((await check({ "src/errors.ts": "export {};" })).problems[0] ?? "", /no codes found/);
});
