/** Writes outputs: all or none, each whole, only where it changed, and never over what someone else wrote. */
import { mkdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { failure, reasonOf } from "./errors.js";
import { isGenerated } from "./header.js";
import type { Planned } from "./outputs.js";
import { realOf } from "./path.js";
import { sweep, temporaryFor } from "./temporary.js";

/** What becomes of a file. */
export interface GeneratedFile {
  /** Absolute. */
  readonly file: string;
  /** Its text; `undefined` where it is removed. */
  readonly text: string | undefined;
  readonly status: "created" | "changed" | "same" | "removed";
  /** What it held before; `undefined` where it wasn't there. */
  readonly before: string | undefined;
}

/** Whether two texts say the same; Git may have changed the line ends of one. */
const sameText = (a: string, b: string): boolean => a.replaceAll("\r\n", "\n") === b.replaceAll("\r\n", "\n");

/** What writing these would do. Throws where a file lies outside of the folders, or is someone else's. */
export function compareFiles(
  planned: readonly Planned[],
  folders: readonly string[],
): readonly GeneratedFile[] {
  return planned.map(({ file, text }) => {
    checkInside(file, folders);
    const before = readGenerated(file);
    if (text === undefined) return { file, text, status: "removed", before };
    const status = before === undefined ? "created" : sameText(before, text) ? "same" : "changed";
    return { file, text, status, before };
  });
}

/** Throws unless a file lies in one of these folders, links followed. */
function checkInside(file: string, folders: readonly string[]): void {
  const real = realOf(file);
  const inside = folders.some((folder) => {
    const way = path.relative(realpathSync(folder), real);
    return way !== "" && !/^\.\.(?:[\\/]|$)/.test(way) && !path.isAbsolute(way);
  });
  if (inside) return;
  const places = [...new Set(folders)].join(" or ");
  throw failure("CODEGEN_OUTSIDE", `${file} lies outside of the project.`, `choose a file in ${places}`);
}

/** What was generated before, or `undefined` where nothing was. Throws where the file is someone else's. */
function readGenerated(file: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && (cause.code === "ENOENT" || cause.code === "ENOTDIR"))
      return undefined;
    throw failure("CODEGEN_WRITE", `${file} can't be read: ${reasonOf(cause)}`, undefined, cause);
  }
  if (isGenerated(text)) return text;
  throw failure(
    "CODEGEN_FOREIGN_FILE",
    `${file} was not written by halyard: its first lines don't say so. It is left as it is.`,
    "choose another file (`--out`, or the config's `out`), or remove this one",
  );
}

/**
 * Writes and removes what isn't the same. Each text goes into a file beside its own first, and all of them are there
 * before any takes its place: so nobody reads half of one, and a full disk leaves all as it was. Throws `CODEGEN_WRITE`.
 */
export function writeFiles(files: readonly GeneratedFile[]): void {
  sweep(files.map(({ file }) => file));
  const ready: { readonly temporary: string; readonly file: GeneratedFile; readonly real: string }[] = [];
  const done: typeof ready = [];
  let current = "";
  try {
    for (const file of files) {
      if (file.text === undefined || file.status === "same") continue;
      current = file.file;
      // A link stays one: what it leads to is written.
      const real = realOf(current);
      mkdirSync(path.dirname(real), { recursive: true });
      const temporary = temporaryFor(real);
      ready.push({ temporary, file, real });
      writeFileSync(temporary, file.text, { mode: modeOf(real) });
    }
    for (const entry of ready) {
      current = entry.file.file;
      renameSync(entry.temporary, entry.real);
      done.push(entry);
    }
    for (const { file, status } of files) {
      if (status !== "removed") continue;
      current = file;
      rmSync(file, { force: true });
    }
  } catch (cause) {
    for (const { temporary } of ready) rmSync(temporary, { force: true });
    for (const { file, real } of done.reverse()) restore(real, file.before);
    throw failure(
      "CODEGEN_WRITE",
      `${current} can't be written: ${reasonOf(cause)}`,
      "all outputs are as they were; make room, or the folder writable, and run it again",
      cause,
    );
  }
}

/** Puts back what was there. */
function restore(file: string, before: string | undefined): void {
  if (before === undefined) {
    rmSync(file, { force: true });
    return;
  }
  const temporary = temporaryFor(file);
  try {
    writeFileSync(temporary, before, { mode: modeOf(file) });
    renameSync(temporary, file);
  } catch {
    // What failed first is told. The new text is whole, and the next run starts from it.
    rmSync(temporary, { force: true });
  }
}

/** A file that may only be read stays so. */
function modeOf(file: string): number {
  const { mode = 0o666 } = statSync(file, { throwIfNoEntry: false }) ?? {};
  return mode & 0o777;
}
