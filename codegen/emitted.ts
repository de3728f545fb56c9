/** What an emitter gives, and the config's `format` makes of it. */
import type { EmitContext, EmittedFile, Emitter } from "./emitter.js";
import { failure, isCodegenError, reasonOf } from "./errors.js";
import { isGenerated } from "./header.js";
import type { Model } from "./model.js";

/** What an emitter gives. What it throws is told as its fault, unless it says better what is wrong. */
export async function callEmitter(
  emitter: Emitter,
  model: Model,
  context: EmitContext,
): Promise<string | readonly EmittedFile[]> {
  let emitted: unknown;
  try {
    emitted = await emitter.emit(model, context);
  } catch (cause) {
    if (isCodegenError(cause)) throw cause;
    throw failure("CODEGEN_EMITTER", `"${emitter.name}" failed: ${reasonOf(cause)}`, undefined, cause);
  }
  if (typeof emitted === "string") return emitted;
  if (Array.isArray(emitted) && emitted.every(isFile)) return emitted;
  const fix = "return a text, or for a folder a list of { path, text }";
  throw failure("CODEGEN_EMITTER", `"${emitter.name}" gives neither a text nor files.`, fix);
}

const isFile = (value: unknown): value is EmittedFile => {
  const { path: name, text }: { path?: unknown; text?: unknown } = Object(value);
  return typeof name === "string" && typeof text === "string";
};

/** Throws where a text doesn't say that it is generated. */
export function checkMark(emitter: Emitter, file: string, text: string): void {
  if (isGenerated(text)) return;
  throw failure(
    "CODEGEN_EMITTER",
    `What "${emitter.name}" gives for ${file} doesn't say that it is generated.`,
    "put the context's `mark` into a comment within its first five lines",
  );
}

/** What the config's `format` makes of a text. */
export async function formatted(
  format: (text: string, file: string) => string | Promise<string>,
  file: string,
  text: string,
): Promise<string> {
  let given: unknown;
  try {
    given = await format(text, file);
  } catch (cause) {
    throw failure("CODEGEN_CONFIG", `\`format\` failed for ${file}: ${reasonOf(cause)}`, undefined, cause);
  }
  if (typeof given !== "string")
    throw failure("CODEGEN_CONFIG", `\`format\` gives no text for ${file}.`, "return the formatted text");
  if (isGenerated(given)) return given;
  throw failure(
    "CODEGEN_CONFIG",
    `\`format\` took the mark out of ${file}, which says that the file is generated.`,
    "keep the comment in its first five lines",
  );
}
