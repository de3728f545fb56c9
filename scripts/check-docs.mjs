// @ts-check
/** Type-checks the code in README.md and docs/, follows their links, and compares docs/errors.md with the error codes. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { checkFences } from "./lib/check-fences.mjs";
import { unexplainedCodes } from "./lib/error-codes.mjs";
import { brokenLinks } from "./lib/links.mjs";
import { isMain, listFiles, report, root } from "./lib/repo.mjs";

/**
 * @param {string} base The repository's root.
 * @returns {{ summary: string, problems: string[] }}
 */
export function checkDocs(base) {
  const docs = existsSync(path.join(base, "docs")) ? listFiles(path.join(base, "docs")) : [];
  const pages = docs.filter((file) => file.endsWith(".md")).map((file) => `docs/${file}`);
  const atRoot = readdirSync(base).filter((file) => file.endsWith(".md"));
  const missing = ["README.md", "docs/errors.md"].filter((file) => ![...atRoot, ...pages].includes(file));

  const fences = checkFences(base, [...atRoot.filter((file) => file === "README.md"), ...pages]);
  const read = (/** @type {string} */ file) => readFileSync(path.join(base, file), "utf8");
  const codes = missing.includes("docs/errors.md")
    ? []
    : unexplainedCodes(read("src/errors.ts"), read("docs/errors.md"));
  return {
    summary: `${pages.length + 1} documents: ${fences.checked} modules type-check, ${fences.skipped} fences are marked "no-check".`,
    problems: [
      ...missing.map((file) => `${file}:1: isn't there`),
      ...fences.problems,
      ...[...atRoot, ...pages].flatMap((file) => brokenLinks(base, file)),
      ...codes,
    ],
  };
}

if (isMain(import.meta.url)) {
  const { summary, problems } = checkDocs(root);
  report(problems, `${summary} Links and error codes are right.`);
}
