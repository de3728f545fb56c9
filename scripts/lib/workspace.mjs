// @ts-check
/** A workspace as pnpm lays it out: each package sees its own dependencies alone, through links into a store. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import path from "node:path";
import { root } from "./repo.mjs";

/** Its own packages are `@example/<folder>`. */
const scope = "@example/";

/**
 * Copies packages into `folder/packages`, with their declared dependencies beside them: what this package has built, and
 * what is in this repository's node_modules. Compilers need the declarations alone.
 *
 * @param {string} packages
 * @param {string} folder
 * @returns {string[]} The packages' names.
 */
export function layOut(packages, folder) {
  const store = (/** @type {string} */ name) =>
    path.join(folder, "node_modules/.pnpm", `${name.replace("/", "+")}@1`, "node_modules");
  /** @param {string} name @returns {string} Where it is stored. */
  const add = (name) => {
    const target = path.join(store(name), name);
    if (existsSync(target)) return target;
    const source = name === "halyard" ? root : path.join(root, "node_modules", name);
    mkdirSync(target, { recursive: true });
    const parts = name === "halyard" ? ["package.json", "dist"] : readdirSync(source);
    for (const part of parts)
      cpSync(path.join(source, part), path.join(target, part), { recursive: true, filter: isDeclared });
    // An optional dependency, or one that is nested below it, isn't in its place here.
    const here = (/** @type {string} */ other) => existsSync(path.join(root, "node_modules", other));
    for (const other of dependenciesOf(source).filter(here)) link(add(other), path.join(store(name), other));
    return target;
  };

  cpSync(packages, path.join(folder, "packages"), { recursive: true });
  const names = readdirSync(packages).filter((name) => existsSync(path.join(packages, name, "package.json")));
  for (const name of names) {
    const own = path.join(folder, "packages", name);
    for (const other of dependenciesOf(own)) {
      const target = other.startsWith(scope)
        ? path.join(folder, "packages", other.slice(scope.length))
        : add(other);
      link(target, path.join(own, "node_modules", other));
    }
  }
  return names;
}

/** @param {string} file */
const isDeclared = (file) => statSync(file).isDirectory() || /(\.d\.[cm]?ts|\/package\.json)$/.test(file);

/** @param {string} folder @returns {string[]} */
function dependenciesOf(folder) {
  const { dependencies } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  return Object.keys(dependencies ?? {});
}

/** @param {string} target @param {string} at */
function link(target, at) {
  mkdirSync(path.dirname(at), { recursive: true });
  symlinkSync(target, at, "dir");
}
