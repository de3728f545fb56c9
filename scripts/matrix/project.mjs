// @ts-check
/** Projects of users: the packed package, installed by npm, and the programs that use it. */
import { cpSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { root, run } from "../lib/repo.mjs";
import { writeTree } from "../lib/temp-tree.mjs";

const programs = fileURLToPath(new URL("programs", import.meta.url));

/** @param {string} folder @returns {string} The packed package. */
export function packageOf(folder) {
  const { stdout } = must("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], root);
  return path.join(folder, JSON.parse(stdout)[0].filename);
}

/**
 * @param {string} folder
 * @param {string} tarball
 * @param {string[]} [packages] What is installed beside it.
 * @param {Record<string, string>} [files]
 * @returns {string} The folder.
 */
export function makeProject(folder, tarball, packages = ["ws", "zod"], files = {}) {
  writeTree(folder, { "package.json": `{ "private": true, "type": "module" }`, ...files });
  install(folder, [tarball, ...packages]);
  cpSync(programs, folder, { recursive: true });
  return folder;
}

/** @param {string} folder @param {string[]} packages */
export function install(folder, packages) {
  must(
    "npm",
    ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", ...packages],
    folder,
  );
}

/**
 * Runs a program that has to succeed; throws what it printed.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 * @param {number} [timeout] In milliseconds.
 */
export function must(command, args, cwd, timeout = 10 * 60_000) {
  const result = run(command, args, { cwd, timeout });
  if (!result.ok) throw new Error(`${path.basename(command)} ${args.join(" ")}\n${result.output}`);
  return result;
}
