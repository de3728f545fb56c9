// @ts-check
/** Compiles a project of generated files, and reads what the compiler says of its own work. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/** The installed compilers, oldest first. */
export const compilers = ["typescript-5.5", "typescript-5.9", "typescript-6.0", "typescript"];

export const compilerOptions = {
  target: "es2022",
  lib: ["es2022", "dom", "dom.iterable", "dom.asynciterable"],
  module: "nodenext",
  moduleDetection: "force",
  types: ["node"],
  strict: true,
  skipLibCheck: true,
  noEmit: true,
};

/** @typedef {{ instantiations: number, types: number, checkSeconds: number, totalSeconds: number, megabytes: number }} Diagnostics */

/** One file's text, or several by name. @typedef {string | Readonly<Record<string, string>>} Source */

/**
 * Gives `use` a folder that holds these files and a tsconfig, and removes it. It lies inside of the repository, where
 * files can name the package by its own name.
 *
 * @template T
 * @param {Source} source
 * @param {(folder: string) => T | Promise<T>} use
 * @returns {Promise<T>}
 */
export async function withProject(source, use) {
  const parent = path.join(root, ".temp");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(path.join(parent, "types-"));
  try {
    const files = typeof source === "string" ? { "main.ts": source } : source;
    for (const [file, text] of Object.entries(files)) writeFileSync(path.join(folder, file), text);
    writeFileSync(
      path.join(folder, "tsconfig.json"),
      JSON.stringify({ compilerOptions, files: Object.keys(files) }),
    );
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    try {
      rmdirSync(parent);
    } catch {
      // Another process has a folder there.
    }
  }
}

/**
 * Compiles the project of a folder by a compiler of its own process. Throws where it has errors.
 *
 * @param {string} folder
 * @param {string} [compiler] Its folder in node_modules.
 * @returns {Diagnostics}
 */
export function compile(folder, compiler = "typescript") {
  const tsc = path.join(root, "node_modules", compiler, "bin", "tsc");
  const flags = ["--extendedDiagnostics", "--pretty", "false"];
  // Several checkers would each instantiate what the others have, too. Older compilers have one anyway.
  if (compiler === "typescript") flags.push("--singleThreaded");
  const { status, stdout, stderr } = spawnSync(process.execPath, [tsc, "-p", folder, ...flags], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`${compiler} fails:\n${`${stdout}${stderr}`.slice(0, 2_000)}`);
  const read = (/** @type {string} */ label) => {
    const [, value] = new RegExp(`^${label}:\\s+([\\d.]+)`, "m").exec(stdout) ?? [];
    if (value === undefined) throw new Error(`${compiler} says nothing of "${label}".`);
    return Number(value);
  };
  return {
    instantiations: read("Instantiations"),
    types: read("Types"),
    checkSeconds: read("Check time"),
    totalSeconds: read("Total time"),
    megabytes: read("Memory used") / 1024,
  };
}

/** @param {Source} source @param {string} [compiler] */
export const compileSource = (source, compiler) => withProject(source, (folder) => compile(folder, compiler));
