/** What a project's emitters give, file by file: in memory, and checked against each other. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { EmitContext, EmittedFile, Emitter } from "./emitter.js";
import { failure, isCodegenError, type Place, type Problem, throwProblems } from "./errors.js";
import { isGenerated, MARK } from "./header.js";
import type { Model } from "./model.js";
import { fileKey } from "./path.js";

/** A file as it shall be: absolute. Without a text it goes. */
export interface Planned {
  readonly file: string;
  readonly text: string | undefined;
}

export interface PlanOptions {
  readonly model: Model;
  /** The tsconfig's folder, absolute. */
  readonly root: string;
  /** The folder that relative outputs lie in, absolute. */
  readonly base: string;
  readonly outputs: readonly Emitter[];
  readonly format?: ((text: string, file: string) => string | Promise<string>) | undefined;
  readonly placeOf: (channel: string) => Place | undefined;
  readonly warn: (problem: Problem) => void;
}

/** Lists what a folder of ours holds, so that what is no longer written can be removed: nothing else ever is. */
const MANIFEST = ".halyard.json";

/** Where an emitter writes to: absolute; a folder keeps its slash. */
export const resolveOut = (base: string, { out }: Pick<Emitter, "out">): string =>
  path.resolve(base, out) + (/[\\/]$/.test(out) ? "/" : "");

/** All files of all emitters. Throws what these report, and where two of them write one file. */
export async function planOutputs(options: PlanOptions): Promise<readonly Planned[]> {
  const problems: Problem[] = [];
  const owners = new Map<string, Owned>();
  const planned: Planned[] = [];
  for (const emitter of options.outputs) {
    const files = await emitFiles(emitter, options, (problem) => problems.push(problem));
    for (const { file, text } of files) {
      const key = fileKey(file);
      const owner = owners.get(key);
      if (owner) problems.push(clash(owner, { name: emitter.name, file }));
      owners.set(key, { name: emitter.name, file });
      planned.push({ file, text });
    }
  }
  throwProblems(problems);
  return planned.sort((a, b) => (a.file < b.file ? -1 : 1));
}

interface Owned {
  readonly name: string;
  readonly file: string;
}

const clash = (one: Owned, other: Owned): Problem => ({
  code: "CODEGEN_EMITTER",
  message:
    one.file === other.file
      ? `Both "${one.name}" and "${other.name}" write ${one.file}.`
      : `"${one.name}" writes ${one.file}, and "${other.name}" writes ${other.file}: that is one file, here or elsewhere.`,
  fix: "give each emitter an `out` of its own",
});

async function emitFiles(
  emitter: Emitter,
  { model, root, base, format, placeOf, warn }: PlanOptions,
  report: (problem: Problem) => void,
): Promise<readonly Planned[]> {
  const out = resolveOut(base, emitter);
  const emitted = await callEmitter(emitter, model, { out, root, mark: MARK, placeOf, report, warn });
  const finished = async (file: string, text: string) => {
    checkMark(emitter, file, text);
    return { file, text: format ? await formatted(format, file, text) : text };
  };
  if (!out.endsWith("/")) {
    if (typeof emitted === "string") return [await finished(out, emitted)];
    throw failure(
      "CODEGEN_EMITTER",
      `"${emitter.name}" gives files, and its output ${emitter.out} is one file.`,
      "end `out` with a slash: it is a folder then",
    );
  }
  if (typeof emitted === "string") {
    throw failure(
      "CODEGEN_EMITTER",
      `"${emitter.name}" gives one text, and its output ${emitter.out} is a folder.`,
      "leave the slash at the end of `out` away, or give a list of files",
    );
  }
  for (const { path: name } of emitted) checkName(emitter, name);
  const names = emitted.map(({ path: name }) => name).sort();
  const files: Planned[] = [];
  // One after the other, so that an error is the same each time.
  for (const { path: name, text } of emitted) files.push(await finished(path.join(out, name), text));
  const manifest = path.join(out, MANIFEST);
  const gone = listedIn(manifest)
    .filter((name) => !names.includes(name) && isSafe(name))
    .map((name) => path.join(out, name))
    .filter(isOurs);
  return [
    ...files,
    { file: manifest, text: `${JSON.stringify({ $comment: MARK, files: names }, null, 2)}\n` },
    ...gone.map((file) => ({ file, text: undefined })),
  ];
}

/** What an emitter gives. What it throws is told as its fault, unless it says better what is wrong. */
async function callEmitter(
  emitter: Emitter,
  model: Model,
  context: EmitContext,
): Promise<string | readonly EmittedFile[]> {
  let emitted: unknown;
  try {
    emitted = await emitter.emit(model, context);
  } catch (cause) {
    if (isCodegenError(cause)) throw cause;
    throw failure("CODEGEN_EMITTER", `"${emitter.name}" failed: ${reason(cause)}`, undefined, cause);
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

function checkMark(emitter: Emitter, file: string, text: string): void {
  if (isGenerated(text)) return;
  throw failure(
    "CODEGEN_EMITTER",
    `What "${emitter.name}" gives for ${file} doesn't say that it is generated.`,
    "put the context's `mark` into a comment within its first five lines",
  );
}

/** What the config's `format` makes of a text. */
async function formatted(
  format: NonNullable<PlanOptions["format"]>,
  file: string,
  text: string,
): Promise<string> {
  let given: unknown;
  try {
    given = await format(text, file);
  } catch (cause) {
    throw failure("CODEGEN_CONFIG", `\`format\` failed for ${file}: ${reason(cause)}`, undefined, cause);
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

/** Whether a file is there and may be removed. */
function isOurs(file: string): boolean {
  try {
    return isGenerated(readFileSync(file, "utf8"));
  } catch {
    // It is gone, or a folder, or can't be read: none of that is ours to remove.
    return false;
  }
}

const reason = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));

const isSafe = (name: EmittedFile["path"]) =>
  name !== "" &&
  !path.isAbsolute(name) &&
  !name.split(/[\\/]/).some((part) => part === "" || /^\.\.?$/.test(part));

function checkName(emitter: Emitter, name: string): void {
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
