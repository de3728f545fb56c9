/** Which folders to watch, and which of the things that happen in them matter. */
import { readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import path from "node:path";
import type { ReadInputs } from "../reader.js";
import { isTemporary } from "../temporary.js";

export interface Targets {
  /** Folders, absolute, each of them there when it was asked for. */
  readonly directories: ReadonlySet<string>;
  /** Whether what happened to this path may change the result; `renamed`: it came, went, or was replaced. */
  matters(file: string, renamed: boolean): boolean;
  /**
   * Takes a folder that came, with what we write alone in it, among the directories: others may come into it. Gives
   * whether it did.
   */
  takesIn(file: string): boolean;
  /** Whether a folder holds anything but what we write. */
  holdsOthers(folder: string): boolean;
  /** Whether anything in these folders was changed after a time (in milliseconds), before they were watched. */
  changedSince(time: number, directories: ReadonlySet<string>): readonly string[];
}

/** `outputs` are what is written, absolute: whatever happens to them never matters. */
export function targetsOf(inputs: ReadInputs, outputs: Iterable<string>, cwd: string): Targets {
  const files = new Set(inputs.files);
  const missing = new Set(inputs.missing);
  const searched = new Set(inputs.directories);
  const ours = new Set([...outputs].flatMap(bothNames));
  const oursLieIn = new Set([...ours].flatMap(foldersAbove));

  const directories = new Set<string>();
  /** A folder is noticed to go, or to come again, by the one that holds it. */
  const watchUpwards = (folder: string) => {
    for (const one of [folder, ...foldersAbove(folder)]) {
      if (directories.has(one)) return;
      if (isFolder(one)) directories.add(one);
      if (isInside(cwd, one)) return;
    }
  };
  for (const file of files) watchUpwards(path.dirname(file));
  for (const folder of searched) watchUpwards(folder);
  // What isn't there shows up in the nearest folder that is.
  const awaited = new Set<string>();
  const nearest = new Map<string, string>();
  for (const file of missing) {
    const found = nearestFolder(path.dirname(file), nearest, awaited);
    directories.add(found);
  }

  const holdsOthers = (folder: string): boolean =>
    namesIn(folder).some((name) => {
      const file = path.join(folder, name);
      if (oursLieIn.has(file)) return holdsOthers(file);
      return !ours.has(file) && !isTemporary(file);
    });
  const isSearched = (file: string) => searched.has(path.dirname(file)) || awaited.has(file);

  return {
    directories,
    matters(file, renamed) {
      if (ours.has(file) || isTemporary(file)) return false;
      if (files.has(file) || missing.has(file)) return true;
      if (!renamed) return false;
      if (directories.has(file)) return true;
      if (oursLieIn.has(file) && isFolder(file) && !holdsOthers(file)) return false;
      if (awaited.has(file)) return true;
      return searched.has(path.dirname(file)) && (SOURCE.test(file) || isFolder(file));
    },
    takesIn(file) {
      if (directories.has(file) || !isSearched(file)) return false;
      const taken = [...oursLieIn].filter((folder) => isInside(folder, file) && isFolder(folder));
      for (const folder of taken) {
        directories.add(folder);
        searched.add(folder);
      }
      return taken.length > 0;
    },
    holdsOthers,
    changedSince(time, added) {
      // A file's time of change is that of a rename, too.
      const isNew = (file: string, gone: number) => {
        if (!added.has(path.dirname(file)) || ours.has(file)) return false;
        const { ctimeMs = gone } = statOf(file) ?? {};
        return ctimeMs > time;
      };
      return [
        ...[...files].filter((file) => isNew(file, Number.POSITIVE_INFINITY)),
        ...[...missing].filter((file) => isNew(file, 0)),
        ...[...searched].filter((folder) => {
          const { mtimeMs = 0 } = added.has(folder) ? (statOf(folder) ?? {}) : {};
          return mtimeMs > time;
        }),
      ];
    },
  };
}

/** What a tsconfig may take for a source. */
const SOURCE = /\.(?:[cm]?[jt]sx?|json)$/;

function bothNames(file: string): readonly string[] {
  try {
    return [file, realpathSync(file)];
  } catch {
    return [file];
  }
}

function statOf(file: string): Stats | undefined {
  try {
    return statSync(file);
  } catch {
    return undefined;
  }
}

const isFolder = (file: string) => statOf(file)?.isDirectory() ?? false;

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function foldersAbove(file: string): readonly string[] {
  const folders: string[] = [];
  for (let at = path.dirname(file), last = file; at !== last; last = at, at = path.dirname(at))
    folders.push(at);
  return folders;
}

const isInside = (file: string, folder: string) =>
  file === folder || file.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);

/** The nearest folder that is there; the ones between are awaited. */
function nearestFolder(folder: string, known: Map<string, string>, awaited: Set<string>): string {
  const before = known.get(folder);
  if (before !== undefined) return before;
  const parent = path.dirname(folder);
  let found = folder;
  if (!isFolder(folder) && parent !== folder) {
    awaited.add(folder);
    found = nearestFolder(parent, known, awaited);
  }
  known.set(folder, found);
  return found;
}
