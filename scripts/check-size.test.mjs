// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { measure } from "./check-size.mjs";
import { withTree } from "./lib/temp-tree.mjs";

const manifest = JSON.stringify({
  name: "halyard",
  type: "module",
  sideEffects: false,
  exports: "./dist/index.js",
});

/** @param {string} names @param {string} source @param {number} budget */
const measured = (names, source, budget) =>
  withTree(
    {
      "package.json": manifest,
      "dist/index.js": source,
      "node_modules/dep/package.json": `{ "type": "module", "exports": "./index.js" }`,
      "node_modules/dep/index.js": "export const dep = 1;",
    },
    (folder) => measure({ names, from: "halyard", budget }, folder),
  );

const source = `export const small = 1;\nexport const big = "${Array.from({ length: 200 }, (_, i) => i).join()}";`;

test("an entry has a size, of what it names alone", async () => {
  const { bytes, problems } = await measured("{ small }", source, 60);
  assert.ok(bytes && bytes < 60);
  assert.deepEqual(problems, []);
});

test("an entry over its budget is refused", async () => {
  const { bytes = 0, problems } = await measured("*", source, 60);
  assert.deepEqual(problems, [`export * from "halyard": ${bytes} bytes are ${bytes - 60} over the budget`]);
});

test("Node's modules and packages are refused", async () => {
  const { problems } = await measured("*", `export * from "node:fs"; export * from "dep";`, 1000);
  assert.match(problems.join("\n"), /holds node_modules\/dep\/index\.js\n.* holds node:fs/);
});

test("a missing entry or name says what to do", async () => {
  const missing = await withTree({ "package.json": manifest }, (folder) =>
    measure({ names: "*", from: "halyard", budget: 60 }, folder),
  );
  assert.match(
    missing.problems.join("\n"),
    /^export \* from "halyard": can't be bundled\. Is the package built\?/,
  );
  assert.match((await measured("{ nothing }", source, 60)).problems.join("\n"), /No matching export/);
});
