// @ts-check
import { mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { sourcesOf } from "./fences.mjs";
import { run, tsc } from "./repo.mjs";
import { writeTree } from "./temp-tree.mjs";

const compilerOptions = {
  target: "es2022",
  lib: ["es2022", "dom", "dom.iterable", "dom.asynciterable"],
  module: "nodenext",
  moduleDetection: "force",
  jsx: "react-jsx",
  types: ["node"],
  // Next names no exports: a bundler finds these, as they stand in its users' code.
  paths: Object.fromEntries(
    ["headers", "server"].map((name) => [`next/${name}`, [`../../next/${name}.d.ts`]]),
  ),
  strict: true,
  exactOptionalPropertyTypes: true,
  // Clients of brokers have declarations that don't pass. Ours are checked by the steps "type-tests" and "consumer".
  skipLibCheck: true,
  noEmit: true,
};

/**
 * Type-checks the TypeScript fences of documents together, each document in a folder of its own.
 *
 * @param {string} base The repository's root.
 * @param {string[]} documents Paths from the root.
 * @returns {{ checked: number, skipped: number, problems: string[] }}
 */
export function checkFences(base, documents) {
  const cache = path.join(base, "node_modules", ".cache", "halyard-docs");
  rmSync(cache, { recursive: true, force: true });
  /** Where the lines of each written file come from. @type {Map<string, { document: string, source: import("./fences.mjs").Source }>} */
  const written = new Map();
  const problems = [];
  let skipped = 0;
  for (const document of documents) {
    const found = sourcesOf(readFileSync(path.join(base, document), "utf8"));
    skipped += found.skipped;
    problems.push(...found.problems.map(({ line, text }) => `${document}:${line}: ${text}`));
    const folder = document.replace(/\.md$/, "").replaceAll("/", "__");
    for (const source of found.sources) written.set(`${folder}/${source.name}`, { document, source });
  }

  writeTree(cache, {
    "package.json": `{ "type": "module" }`,
    "tsconfig.json": JSON.stringify({ compilerOptions, files: [...written.keys()] }),
    ...Object.fromEntries([...written].map(([file, { source }]) => [file, `${source.lines.join("\n")}\n`])),
  });
  // A package can't name itself from below a folder "node_modules", so it is installed there as a link.
  mkdirSync(path.join(cache, "node_modules"));
  symlinkSync(base, path.join(cache, "node_modules", "halyard"), "dir");

  if (written.size === 0) return { checked: 0, skipped, problems };
  const { ok, output } = run(process.execPath, [tsc, "-p", ".", "--pretty", "false"], { cwd: cache });
  if (!ok) problems.push(output.replace(/^(\S+?)\((\d+),(\d+)\): /gm, place));
  return { checked: written.size, skipped, problems };

  /** @param {string} all @param {string} file @param {string} line @param {string} column */
  function place(all, file, line, column) {
    const { document, source } = written.get(file) ?? {};
    const origin = source?.origins[Number(line) - 1];
    return origin ? `${document}:${origin.line}:${Number(column) + origin.column}: ` : all;
  }
}
