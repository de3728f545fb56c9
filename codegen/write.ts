/** Writes the output: whole or not at all, only where it changed, and never over what someone else wrote. */
import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { failure } from "./errors.js";
import { isGenerated } from "./header.js";

/** Whether two texts say the same; Git may have changed the line ends of one. */
export const sameText = (a: string, b: string): boolean =>
  a.replaceAll("\r\n", "\n") === b.replaceAll("\r\n", "\n");

/** Throws unless a file lies in one of these folders, links followed. */
export function checkInside(file: string, folders: readonly string[]): void {
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
export function readGenerated(file: string): string | undefined {
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
    `${file} was not written by halyard: its first line isn't ours. It is left as it is.`,
    "choose another file with --out, or remove this one",
  );
}

/** Writes a file by way of another one beside it, so that nobody ever reads half of it. */
export function writeWhole(file: string, text: string): void {
  // Another process may write the same file: each has its own way.
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.tmp`);
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(temporary, text);
    renameSync(temporary, file);
  } catch (cause) {
    if (existsSync(temporary)) rmSync(temporary);
    throw failure("CODEGEN_WRITE", `${file} can't be written: ${reason(cause)}`, undefined, cause);
  }
}

const reason = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));
