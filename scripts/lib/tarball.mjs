// @ts-check
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { run } from "./repo.mjs";

/** What has no place in a published package. */
const unwanted = [
  /\.test(-d|-support)?\./,
  /(^|\/)(fixtures|__snapshots__|node_modules)\//,
  /^(scripts|test|type-tests|benchmarks)\//,
];

/**
 * Packs a package as `npm publish` would, and extracts it.
 *
 * @param {string} packageRoot
 * @param {string} target A folder that isn't there yet.
 * @returns {string[]} The packed files.
 */
export function packInto(packageRoot, target) {
  mkdirSync(target, { recursive: true });
  const options = ["--json", "--ignore-scripts", "--pack-destination", path.dirname(target)];
  const packed = run("npm", ["pack", ...options], { cwd: packageRoot });
  if (!packed.ok) throw new Error(`npm pack failed:\n${packed.output}`);
  const [{ filename, files }] = JSON.parse(packed.stdout);
  const tarball = path.join(path.dirname(target), filename);
  const unpacked = run("tar", ["-xzf", tarball, "-C", target, "--strip-components=1"]);
  if (!unpacked.ok) throw new Error(`tar can't extract ${filename}:\n${unpacked.output}`);
  return files.map((/** @type {{ path: string }} */ file) => file.path);
}

/**
 * @param {string} folder An extracted package.
 * @param {string[]} files
 * @returns {string[]} What is in it and shouldn't be, or the other way round.
 */
export function wrongContents(folder, files) {
  const missing = ["package.json", "README.md", "LICENSE"].filter((file) => !files.includes(file));
  const extra = files.filter((file) => unwanted.some((pattern) => pattern.test(file)));
  return [
    ...missing.map((file) => `the package lacks ${file}`),
    ...extra.map((file) => `the package holds ${file}`),
    ...files.flatMap((file) => danglingMap(folder, file)),
  ];
}

/** @param {string} folder @param {string} file */
function danglingMap(folder, file) {
  if (!/\.([cm]?js|[cm]?ts|map)$/.test(file)) return [];
  const text = readFileSync(path.join(folder, file), "utf8");
  const lost = (/** @type {string} */ other) => !existsSync(path.join(folder, path.dirname(file), other));
  if (!file.endsWith(".map")) {
    const [, map] = /^\/\/# sourceMappingURL=(?!data:)(\S+)\s*$/m.exec(text) ?? [];
    return map && lost(map) ? [`${file} names a source map that isn't in the package: ${map}`] : [];
  }
  const { sources = [], sourcesContent, sourceRoot = "" } = JSON.parse(text);
  if (sourcesContent) return [];
  return sources
    .filter((/** @type {string} */ source) => lost(path.join(sourceRoot, source)))
    .map((/** @type {string} */ source) => `${file} maps to a source that isn't in the package: ${source}`);
}
