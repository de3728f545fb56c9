// @ts-check
import { accessSync, constants, existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";

/** @param {string} file */
export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Where Debian puts servers. PostgreSQL's are off the PATH, in a folder for each version; the newest comes first. */
function debianFolders() {
  const folders = ["/usr/local/sbin", "/usr/sbin", "/usr/bin"];
  const base = "/usr/lib/postgresql";
  if (!existsSync(base)) return folders;
  const versions = readdirSync(base).filter((name) => /^\d+$/.test(name));
  versions.sort((a, b) => Number(b) - Number(a));
  return [...folders, ...versions.map((version) => path.join(base, version, "bin"))];
}

/**
 * Where programs are that belong together, by name: on the PATH, or where Debian puts servers. `undefined` unless one
 * folder has them all.
 *
 * @param {readonly string[]} names
 * @param {NodeJS.ProcessEnv} [env]
 * @param {readonly string[]} [others] Folders to look in after the PATH.
 * @returns {Record<string, string> | undefined}
 */
export function findPrograms(names, env = process.env, others = debianFolders()) {
  const folders = [...(env.PATH ?? "").split(path.delimiter).filter(Boolean), ...others];
  const folder = folders.find((folder) => names.every((name) => isExecutable(path.join(folder, name))));
  if (folder === undefined) return undefined;
  return Object.fromEntries(names.map((name) => [name, path.join(folder, name)]));
}
