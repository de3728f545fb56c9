// @ts-check
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { root } from "./repo.mjs";

/** @param {string} folder */
export const readManifest = (folder) => JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));

/**
 * Links packages, what they depend on, and their programs, from this repository's node_modules.
 *
 * @param {string[]} names
 * @param {string} project
 * @returns {string[]} The linked packages.
 */
export function link(names, project) {
  const wanted = new Set(names);
  // A set may grow while it is walked.
  for (const name of wanted) {
    const source = path.join(root, "node_modules", name);
    // A dependency of a dependency may be nested below it, where it is found through the link.
    if (!existsSync(source)) continue;
    const { dependencies = {}, bin = {} } = readManifest(source);
    linkOnce(source, path.join(project, "node_modules", name));
    const programs = typeof bin === "string" ? { [path.basename(name)]: bin } : bin;
    for (const [program, file] of Object.entries(programs)) {
      linkOnce(path.join(source, file), path.join(project, "node_modules", ".bin", program));
    }
    for (const dependency of Object.keys(dependencies)) wanted.add(dependency);
  }
  return [...wanted];
}

/** @param {string} source @param {string} target */
function linkOnce(source, target) {
  if (existsSync(target)) return;
  mkdirSync(path.dirname(target), { recursive: true });
  symlinkSync(source, target);
}
