// @ts-check
/**
 * Runs the package where its users do: Node 20, 22 and 24, Bun, Deno, workerd, Jest, Hermes' compiler. The runtimes come from the npm
 * registry, into a cache outside of this repository. Run `npm run build` first.
 *
 *     npm run matrix -- [--only node20,bun,…] [--cache folder]
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { root } from "./lib/repo.mjs";
import { items } from "./matrix/items.mjs";
import { makeProject, packageOf } from "./matrix/project.mjs";

const { values } = parseArgs({ options: { only: { type: "string" }, cache: { type: "string" } } });
const wanted = values.only?.split(",") ?? items.map(({ name }) => name);
const unknown = wanted.find((name) => !items.some((item) => item.name === name));
if (unknown !== undefined) {
  console.error(`There is no item "${unknown}". Items: ${items.map(({ name }) => name).join(", ")}.`);
  process.exit(2);
}
if (!existsSync(path.join(root, "dist"))) {
  console.error("The package isn't built. Run `npm run build` first.");
  process.exit(2);
}

const cache = path.resolve(values.cache ?? path.join(os.tmpdir(), "halyard-matrix"));
mkdirSync(cache, { recursive: true });
const work = mkdtempSync(path.join(os.tmpdir(), "halyard-matrix-run-"));
/** @type {{ name: string, what: string, outcome: string }[]} */
const rows = [];
try {
  const tarball = packageOf(work);
  const context = { cache, work, tarball, project: makeProject(path.join(work, "project"), tarball) };
  for (const item of items.filter(({ name }) => wanted.includes(name))) {
    for (const { what, run } of item.checks) {
      let outcome;
      try {
        outcome = `passed${suffix(await run(context))}`;
      } catch (error) {
        outcome = "FAILED";
        process.exitCode = 1;
        console.log(`${item.name}, ${what}:\n${error instanceof Error ? error.message : error}\n`);
      }
      console.log(`${item.name}, ${what}: ${outcome}`);
      rows.push({ name: item.name, what, outcome });
    }
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

console.log("\n| runtime | what | outcome |\n|---|---|---|");
for (const { name, what, outcome } of rows) console.log(`| ${name} | ${what} | ${outcome} |`);
const failed = rows.filter(({ outcome }) => outcome === "FAILED").length;
console.log(`\n${rows.length - failed} passed, ${failed} failed`);

/** @param {string} note */
function suffix(note) {
  return note === "" ? "" : ` (${note})`;
}
