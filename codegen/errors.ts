/** What codegen reports: every problem with its place, a stable code and a way out. */

/** Every `code` of a {@link CodegenError}. Stable within a major version; each has a row in `docs/codegen.md`. */
export type CodegenErrorCode =
  // What it was called with.
  | "CODEGEN_OPTIONS"
  | "CODEGEN_CONFIG"
  | "CODEGEN_MISSING_PEER"
  | "CODEGEN_TSCONFIG_MISSING"
  | "CODEGEN_TSCONFIG_BROKEN"
  // What it read.
  | "CODEGEN_SYNTAX"
  | "CODEGEN_IMPORT"
  | "CODEGEN_NO_CHANNELS"
  | "CODEGEN_CHANNEL_NAME"
  | "CODEGEN_NAME_FUNCTION"
  | "CODEGEN_PARAMS"
  | "CODEGEN_TOPICS"
  | "CODEGEN_DUPLICATE"
  | "CODEGEN_COLLISION"
  | "CODEGEN_IDENTIFIER"
  | "CODEGEN_ANY"
  | "CODEGEN_TYPE"
  | "CODEGEN_TOO_LARGE"
  // What it ran.
  | "CODEGEN_EVALUATE"
  | "CODEGEN_SCHEMA"
  // What it would write.
  | "CODEGEN_STALE"
  | "CODEGEN_EMITTER"
  | "CODEGEN_FOREIGN_FILE"
  | "CODEGEN_OUTSIDE"
  | "CODEGEN_WRITE";

/** Where something stands. */
export interface Place {
  /** Relative to the project's folder, with `/` on every system. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** The lines around it, with a mark below the place. */
  readonly frame: string;
}

/** One thing that is wrong. */
export interface Problem {
  readonly code: CodegenErrorCode;
  /** What is wrong. */
  readonly message: string;
  /** What to do about it. */
  readonly fix?: string;
  readonly place?: Place;
}

/**
 * What `generate`, `check` and `list` reject with. Test its `code`, not its class: two copies of the package may be
 * loaded. Nothing has been written when it is thrown.
 */
export class CodegenError extends Error {
  /** The code of the first problem. */
  readonly code: CodegenErrorCode;
  /** All that was found wrong in one run. */
  readonly problems: readonly Problem[];

  constructor(problems: readonly [Problem, ...Problem[]], options?: ErrorOptions) {
    super(problems.map((problem) => formatProblem(problem)).join("\n\n"), options);
    this.name = "CodegenError";
    this.code = problems[0].code;
    this.problems = problems;
  }
}

/** Whether a caught value is a {@link CodegenError}, of this copy of the package or of another. */
export function isCodegenError(error: unknown): error is CodegenError {
  return error instanceof Error && error.name === "CodegenError" && "code" in error;
}

/** An error with one problem, which has no place in a source. */
export function failure(
  code: CodegenErrorCode,
  message: string,
  fix?: string,
  cause?: unknown,
): CodegenError {
  const options = cause === undefined ? undefined : { cause };
  return new CodegenError([{ code, message, ...(fix === undefined ? {} : { fix }) }], options);
}

/** What was thrown, in words. */
export const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** Throws where there is anything to report. */
export function throwProblems(problems: readonly Problem[]): void {
  const [first, ...rest] = problems;
  if (first) throw new CodegenError([first, ...rest]);
}

/** A problem as a terminal shows it; editors make `file:line:column` a link. */
export function formatProblem(
  { code, message, fix, place }: Problem,
  level: "error" | "warning" = "error",
): string {
  const where = place ? `${place.file}:${place.line}:${place.column} - ` : "";
  const frame = place ? `\n\n${place.frame}\n` : "";
  return `${where}${level} ${code}: ${message}${frame}${fix ? `\n  Fix: ${fix}` : ""}`;
}
