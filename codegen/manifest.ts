/** What an output folder lists of itself, so that what is no longer given can be removed: nothing else ever is. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { EmittedFile, Emitter } from "./emitter.js";
import { failure } from "./errors.js";
import { isGenerated, MARK } from "./header.js";
import type { Planned } from "./outputs.js";

const MANIFEST = ".halyard.json";

/** What lies in a folder beside the emitter's files: the list of them, and of those before them that go. */
export function manifestOf(out: string, names: readonly string[]): readonly Planned[] {
  const manifest = path.join(out, MANIFEST);
  // Where upper case is lower case, a name that only changed its letters is still the same file.
  const kept = new Set(names.map((name) => name.toLowerCase()));
  const gone = listedIn(manifest)
    .filter((name) => isSafe(name) && !kept.has(name.toLowerCase()))
    .map((name) => path.join(out, name))
    .filter(isOurs);
  const text = `${JSON.stringify({ $comment: MARK, files: names.toSorted() }, null, 2)}\n`;
  return [{ file: manifest, text }, ...gone.map((file) => ({ file, text: undefined }))];
}

const isSafe = (name: EmittedFile["path"]) =>
  name !== "" &&
  !path.isAbsolute(name) &&
  !name.split(/[\\/]/).some((part) => part === "" || /^\.\.?$/.test(part));

/** Throws unless a name is one of a file inside of the emitter's folder. */
export function checkName(emitter: Emitter, name: string): void {
  if (isSafe(name) && name !== MANIFEST) return;
  throw failure(
    "CODEGEN_EMITTER",
    `"${emitter.name}" gives a file called ${JSON.stringify(name)}, which isn't one inside of its output folder.`,
    "give paths relative to `out`, without dots",
  );
}

/** The files that were written there before. What can't be read lists none: then nothing is removed. */
function listedIn(manifest: string): readonly string[] {
  try {
    const { files }: { files?: unknown } = Object(JSON.parse(readFileSync(manifest, "utf8")));
    return Array.isArray(files) ? files.filter((name) => typeof name === "string") : [];
  } catch {
    return [];
  }
}

/** Whether a file is there and may be removed. */
function isOurs(file: string): boolean {
  try {
    return isGenerated(readFileSync(file, "utf8"));
  } catch {
    // It is gone, or a folder, or can't be read: none of that is ours to remove.
    return false;
  }
}
