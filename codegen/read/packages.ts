/** Whether a package has to do with halyard: then its types may be those of channels. */
import path from "node:path";
import type { View } from "../cache/disk.js";

const PACKAGE = "halyard";
const MODULES = "/node_modules/";

/** Whether a specifier is this package's own. */
export const isHalyard = (specifier: string): boolean =>
  specifier === PACKAGE || specifier.startsWith(`${PACKAGE}/`);

/** Whether a file belongs to an installed package. */
export const isInstalled = (file: string): boolean => file.includes(MODULES);

interface Manifest {
  readonly name?: unknown;
  readonly dependencies?: object;
  readonly peerDependencies?: object;
  readonly optionalDependencies?: object;
  readonly devDependencies?: object;
}

/**
 * Tells whether the package of an installed file is halyard, or depends on it, at any depth. What a package was only
 * developed with counts for itself alone: its declarations may have been bundled.
 */
export function createKinship(view: View): (file: string) => boolean {
  const manifests = new Map<string, Manifest>();
  const known = new Map<string, boolean>();
  const manifestIn = (folder: string): Manifest => {
    const found = manifests.get(folder) ?? parse(view.read(`${folder}/package.json`));
    manifests.set(folder, found);
    return found;
  };
  /** Where a package of that name would be found from a folder: the nearest one. */
  const installed = (name: string, from: string): readonly string[] => {
    for (let folder = from; ; folder = path.posix.dirname(folder)) {
      const found = path.posix.join(folder, "node_modules", name);
      if (!folder.endsWith("/node_modules") && view.kind(found) === "folder") return [view.real(found)];
      if (path.posix.dirname(folder) === folder) return [];
    }
  };
  const isKin = (folder: string): boolean => {
    const closure = new Set([folder]);
    // A set gives what is added to it while one goes through it, too.
    for (const at of closure) {
      const { name, devDependencies, ...rest } = manifestIn(at);
      const needs = { ...rest.optionalDependencies, ...rest.peerDependencies, ...rest.dependencies };
      const named = Object.entries({ ...(at === folder ? devDependencies : {}), ...needs });
      const isNamed = ([name, range]: [string, unknown]) =>
        name === PACKAGE || String(range).startsWith(`npm:${PACKAGE}@`);
      if (name === PACKAGE || named.some(isNamed)) return true;
      for (const need of Object.keys(needs)) for (const found of installed(need, at)) closure.add(found);
    }
    return false;
  };
  return (file) => {
    const folder = packageOf(file);
    const found = known.get(folder) ?? isKin(folder);
    known.set(folder, found);
    return found;
  };
}

function parse(text: string | undefined): Manifest {
  try {
    return JSON.parse(text ?? "{}");
  } catch {
    return {};
  }
}

/** The folder of the package that an installed file belongs to. */
function packageOf(file: string): string {
  const start = file.lastIndexOf(MODULES) + MODULES.length;
  const parts = file.slice(start).split("/");
  return file.slice(0, start) + parts.slice(0, parts[0]?.startsWith("@") ? 2 : 1).join("/");
}
