// @ts-check
/** Checks who imports whom (the rules are in layers.mjs), import cycles, and the length of files. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import * as rules from "./layers.mjs";
import { findCycles } from "./lib/cycles.mjs";
import { matches } from "./lib/glob.mjs";
import { importsOf, targetOf } from "./lib/imports.mjs";
import { isMain, listFiles, report, root } from "./lib/repo.mjs";

const folders = [
  "src",
  "transports",
  "codegen",
  "type-tests",
  "examples",
  "benchmarks",
  "docs",
  "test",
  "test-support",
];
const isTest = (/** @type {string} */ file) => /\.test(-support)?\.tsx?$/.test(file);
const isShipped = (/** @type {string} */ file) => /^(src|transports|codegen)\//.test(file);

/**
 * @param {string} base The folder that holds src, transports, codegen, …
 * @param {Record<string, string>} longFiles
 * @returns {string[]} One line for each violation: `file:line: what; why; what is allowed`.
 */
export function checkImports(base, longFiles = rules.longFiles) {
  const files = folders
    .filter((folder) => existsSync(path.join(base, folder)))
    .flatMap((folder) => listFiles(path.join(base, folder)).map((file) => `${folder}/${file}`))
    .filter((file) => /\.[cm]?[jt]sx?$/.test(file));
  const known = new Set(files);
  const problems = [];
  /** Who loads whom, among the sources that are shipped. @type {Map<string, string[]>} */
  const graph = new Map();

  for (const file of files) {
    const text = readFileSync(path.join(base, file), "utf8");
    problems.push(...checkLength(file, text, longFiles));
    const layer = rules.layers.find(({ files }) => matches(files, file));
    if (!layer) {
      problems.push(`${file}:1: belongs to no layer; nobody knows what it may import; add one to layers.mjs`);
      continue;
    }
    const allowed = allowedIn(file, layer);
    for (const found of importsOf(file, text)) {
      const target = targetOf(file, found.specifier, known);
      if ("file" in target && isShipped(file) && !isTest(file)) {
        if (isTest(target.file)) problems.push(testImported(file, found));
        if (found.kind === "value") graph.set(file, [...(graph.get(file) ?? []), target.file]);
      }
      if (!allowed.some((rule) => allows(rule, found, target))) {
        const how = found.kind === "value" ? "imports" : `imports (${found.kind})`;
        const list = allowed.join(", ");
        problems.push(`${file}:${found.line}: ${how} "${found.specifier}"; ${layer.why}; allowed: ${list}`);
      }
    }
  }
  for (const file of Object.keys(longFiles).filter((file) => !known.has(file))) {
    problems.push(`${file}:1: isn't there, but layers.mjs lists it as a long file; remove it from the list`);
  }
  for (const cycle of findCycles(graph)) {
    problems.push(`${cycle[0]}:1: import cycle; ${cycle.join(" → ")}; allowed: a cycle of "import type"`);
  }
  return problems;
}

/** @param {string} file @param {rules.Layer} layer */
function allowedIn(file, layer) {
  const own = `${file.split("/").slice(0, 2).join("/")}/**`;
  const extra = rules.exceptions.filter(({ files }) => matches(files, file)).map(({ may }) => may);
  const forTests = isTest(file) && isShipped(file) ? rules.inTests : [];
  return [...layer.may.map((rule) => (rule === "own" ? own : rule)), ...extra, ...forTests];
}

/**
 * @param {string} rule
 * @param {import("./lib/imports.mjs").Import} found
 * @param {ReturnType<typeof targetOf>} target
 */
function allows(rule, found, target) {
  if (rule === "computed" || found.kind === "computed") return rule === found.kind;
  const [, only, what = ""] = /^(?:(type|dynamic) )?(.+)$/.exec(rule) ?? [];
  if (only && only !== found.kind) return false;
  if ("file" in target) return matches(what, target.file);
  return what === "any package" || matches(what, target.package);
}

/** @param {string} file @param {string} text @param {Record<string, string>} longFiles */
function checkLength(file, text, longFiles) {
  const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  const isLong = lines > rules.maxLines;
  if (isLong === file in longFiles) return [];
  return isLong
    ? [
        `${file}:${lines}: ${lines} lines; a file says one thing; at most ${rules.maxLines} (or list why in layers.mjs)`,
      ]
    : [`${file}:${lines}: is no long file any more; remove it from the list in layers.mjs`];
}

/** @param {string} file @param {import("./lib/imports.mjs").Import} found */
const testImported = (file, found) =>
  `${file}:${found.line}: imports the test "${found.specifier}"; tests aren't shipped; allowed: sources`;

if (isMain(import.meta.url)) {
  report(checkImports(root), "Imports keep to their layers; no cycles; no long files.");
}
