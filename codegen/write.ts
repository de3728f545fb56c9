/** Writes outputs: all or none, each whole, only where it changed, and never over what someone else wrote. */
import { mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { failure } from "./errors.js";
import { isGenerated } from "./header.js";
import type { Planned } from "./outputs.js";

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
    return way !== "" && !way.startsWith("..") && !path.isAbsolute(way);
  });
  if (inside) return;
  const places = [...new Set(folders)].join(" or ");
  throw failure("CODEGEN_OUTSIDE", `${file} lies outside of the project.`, `choose a file in ${places}`);
}

/** The path with links resolved, as far as it exists. */
function realOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    const parent = path.dirname(file);
    return parent === file ? file : path.join(realOf(parent), path.basename(file));
  }
}

/** What was generated before, or `undefined` where nothing was. Throws where the file is someone else's. */
function readGenerated(file: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && (cause.code === "ENOENT" || cause.code === "ENOTDIR"))
      return undefined;
    throw failure("CODEGEN_WRITE", `${file} can't be read: ${reason(cause)}`, undefined, cause);
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
 * before any takes its place: so nobody reads half of one, and a full disk leaves all as it was.
 */
export function writeFiles(files: readonly GeneratedFile[]): void {
  const ready: { readonly temporary: string; readonly file: string }[] = [];
  let current = "";
  try {
    for (const { file, text, status } of files) {
      if (text === undefined || status === "same") continue;
      current = file;
      // Another process may write the same file: each has its own way.
      const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.tmp`);
      mkdirSync(path.dirname(file), { recursive: true });
      ready.push({ temporary, file });
      writeFileSync(temporary, text);
    }
    for (const { temporary, file } of ready) {
      current = file;
      renameSync(temporary, file);
    }
    for (const { file, status } of files) {
      if (status !== "removed") continue;
      current = file;
      rmSync(file, { force: true });
    }
  } catch (cause) {
    for (const { temporary } of ready) rmSync(temporary, { force: true });
    throw failure("CODEGEN_WRITE", `${current} can't be written: ${reason(cause)}`, undefined, cause);
  }
}

const reason = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));
