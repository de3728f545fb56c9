// @ts-check
import { spawnSync } from "node:child_process";
import { readdirSync, realpathSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The repository's root. */
export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/** Whether a module is the one that Node was started with. */
export const isMain = (/** @type {string} */ url) =>
  process.argv[1] !== undefined && url === pathToFileURL(realpathSync(process.argv[1])).href;

/** A program of node_modules/.bin. For `tsc` use {@link compilers}: any installed version may own that name. */
export const bin = (/** @type {string} */ name) => path.join(root, "node_modules", ".bin", name);

/** The supported TypeScript versions, oldest first. The last is the one that builds the package. */
export const compilers = ["typescript-5.5", "typescript-5.9", "typescript-6.0", "typescript"].map((name) => ({
  name,
  tsc: path.join(root, "node_modules", name, "bin", "tsc"),
}));

/** The compiler that builds the package. */
export const tsc = path.join(root, "node_modules", "typescript", "bin", "tsc");

/**
 * Runs a program to its end and returns its exit code with all it printed.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, timeout?: number }} [options] `timeout` in milliseconds; default: none.
 */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    cwd: root,
    ...options,
  });
  const output = `${result.stdout ?? ""}${result.stderr ?? ""}`.trimEnd();
  const trouble = result.error ? `${output}\n${command}: ${result.error.message}` : output;
  return { ok: result.status === 0, stdout: result.stdout ?? "", output: trouble };
}

/**
 * The files below a folder, as sorted paths with "/" relative to it. Installed, built and fixture files are left out.
 *
 * @param {string} folder
 * @returns {string[]}
 */
export function listFiles(folder) {
  const skipped = new Set(["node_modules", "dist", "fixtures", "coverage"]);
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !skipped.has(entry.name) && !entry.name.startsWith("."))
    .flatMap((entry) =>
      entry.isDirectory()
        ? listFiles(path.join(folder, entry.name)).map((file) => `${entry.name}/${file}`)
        : [entry.name],
    )
    .sort();
}

/**
 * Prints the outcome of a check and sets the exit code.
 *
 * @param {readonly string[]} problems
 * @param {string} success
 */
export function report(problems, success) {
  for (const problem of problems) console.log(problem);
  console.log(problems.length === 0 ? success : `${problems.length} problem(s).`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
