/** What runs say: to people, and with `--json` to programs. */
import path from "node:path";
import { type CodegenError, formatProblem, type Problem } from "../errors.js";
import type { Generated } from "../run.js";
import type { GeneratedFile } from "../write.js";
import type { Options } from "./arguments.js";
import { colourDiff, colourProblem } from "./colour.js";
import type { Io } from "./io.js";

/** A path as the user would type it. */
export const shown = (file: string, { cwd }: Io): string =>
  path.relative(cwd, file).split(path.sep).join("/") || file;

export const say = ({ silent, json }: Options, io: Io, text: string): void => {
  if (!silent && !json) io.out(`${text}\n`);
};

/** More of them are counted, not listed. */
const LISTED = 20;

/** What was written, and what was as it should be. */
export function sayWritten(options: Options, io: Io, generated: Generated, after = ""): void {
  const { files } = generated;
  const channels = countChannels(generated);
  const [only] = files;
  if (only && files.length === 1) {
    const what = `${channels} in ${shown(only.file, io)}`;
    say(
      options,
      io,
      only.status === "same" ? `Nothing to do: ${what}, as before.` : `Wrote ${what}${after}.`,
    );
    return;
  }
  const changed = files.filter(({ status }) => status !== "same");
  if (changed.length === 0) {
    say(options, io, `Nothing to do: ${channels} in ${files.length} files, as before.`);
    return;
  }
  for (const { file, status } of changed.slice(0, LISTED))
    say(options, io, `${status === "removed" ? "Removed" : "Wrote"} ${shown(file, io)}.`);
  if (changed.length > LISTED) say(options, io, `… and ${changed.length - LISTED} files more.`);
  say(options, io, `${channels}: ${changed.length} of ${files.length} files changed${after}.`);
}

/** What stopped nothing, and should be known. */
export function sayWarnings({ silent, json }: Options, io: Io, warnings: readonly Problem[]): void {
  if (silent || json) return;
  for (const warning of warnings) {
    const text = formatProblem(warning, "warning");
    io.error(`${io.colours.error ? colourProblem(text) : text}\n\n`);
  }
}

/** Everything that was found wrong, and what it was caused by, where no place tells. */
export function sayError(io: Io, error: CodegenError): void {
  const count = error.problems.length;
  for (const problem of error.problems) {
    const text = formatProblem(problem);
    io.error(`${io.colours.error ? colourProblem(text) : text}\n\n`);
  }
  const trace = error.problems.some(({ place }) => place) ? undefined : traceOf(error.cause, io);
  if (trace !== undefined) io.error(`${trace}\n\n`);
  io.error(`${count === 1 ? "1 problem" : `${count} problems`}; nothing was written.\n`);
}

/** Where someone else's code failed: their lines of the stack. A system's error says all in its message. */
function traceOf(cause: unknown, io: Io): string | undefined {
  if (!(cause instanceof Error) || "syscall" in cause || cause.stack === undefined) return undefined;
  const ours = new URL("..", import.meta.url).href;
  const lines = cause.stack
    .split("\n")
    .filter((line) => !line.includes("node:internal/") && !line.includes(ours));
  return inCwd(`  Caused by: ${lines.slice(0, 8).join("\n  ")}`.replaceAll("file://", ""), io);
}

export const countChannels = ({ models }: Pick<Generated, "models">): string => {
  const { length } = models.flatMap(({ channels }) => channels);
  return length === 1 ? "1 channel" : `${length} channels`;
};

/** A text with the folder that one is in left out of its paths. */
export const inCwd = (text: string, { cwd }: Io): string => text.replaceAll(`${cwd}${path.sep}`, "");

export const shownDiff = (diff: string, io: Io): string => {
  const text = inCwd(diff, io);
  return io.colours.error ? colourDiff(text) : text;
};

/** What `--json` prints of a run: one document. */
export interface JsonResult {
  /** As the exit code says: 0, 2, 1. */
  readonly status: "ok" | "stale" | "error";
  readonly channels: number;
  /** Relative to the folder that one is in. */
  readonly files: readonly JsonFile[];
  readonly warnings: readonly Problem[];
  /** What is wrong; then nothing was written. */
  readonly problems: readonly Problem[];
}

interface JsonFile extends Pick<GeneratedFile, "status"> {
  readonly file: string;
  /** With `--dry-run`. */
  readonly text?: string;
}

export const jsonOf = (
  { files, models, warnings }: Omit<Generated, "changed">,
  io: Io,
  { stale = false, texts = false } = {},
): JsonResult => ({
  status: stale ? "stale" : "ok",
  channels: models.flatMap(({ channels }) => channels).length,
  files: files.map(({ file, status, text }) => ({
    file: shown(file, io),
    status,
    ...(texts && text !== undefined && { text }),
  })),
  warnings,
  problems: [],
});

export const jsonOfProblems = (problems: readonly Problem[]): JsonResult => ({
  status: "error",
  channels: 0,
  files: [],
  warnings: [],
  problems,
});
