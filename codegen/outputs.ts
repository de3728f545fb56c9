/** What a project's emitters give, file by file: in memory, and checked against each other. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { EmittedFile, Emitter } from "./emitter.js";
import { failure, type Place, type Problem, throwProblems } from "./errors.js";
import { isGenerated, MARK } from "./header.js";
import type { Model } from "./model.js";

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
  const owners = new Map<string, Emitter>();
  const planned: Planned[] = [];
  for (const emitter of options.outputs) {
    const files = await emitFiles(emitter, options, (problem) => problems.push(problem));
    for (const { file, text } of files) {
      const owner = owners.get(file);
      owners.set(file, emitter);
      if (owner) problems.push(problem(`Both "${owner.name}" and "${emitter.name}" write ${file}.`));
      else if (text !== undefined && !isGenerated(text)) {
        const fix = "put the context's `mark` into a comment within its first five lines";
        problems.push(
          problem(`What "${emitter.name}" gives for ${file} doesn't say that it is generated.`, fix),
        );
      }
      planned.push({ file, text });
    }
  }
  throwProblems(problems);
  return planned.sort((a, b) => (a.file < b.file ? -1 : 1));
}

const problem = (message: string, fix = "give each emitter an `out` of its own"): Problem => ({
  code: "CODEGEN_EMITTER",
  message,
  fix,
});

async function emitFiles(
  emitter: Emitter,
  { model, root, base, format, placeOf, warn }: PlanOptions,
  report: (problem: Problem) => void,
): Promise<readonly Planned[]> {
  const out = resolveOut(base, emitter);
  const emitted = await emitter.emit(model, { out, root, mark: MARK, placeOf, report, warn });
  const formatted = async (file: string, text: string) => ({
    file,
    text: format ? await format(text, file) : text,
  });
  if (!out.endsWith("/")) {
    if (typeof emitted === "string") return [await formatted(out, emitted)];
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
  const files = await Promise.all(
    emitted.map(({ path: name, text }) => formatted(path.join(out, name), text)),
  );
  const manifest = path.join(out, MANIFEST);
  const gone = listedIn(manifest)
    .filter((name) => !names.includes(name) && isSafe(name))
    .map((name) => path.join(out, name))
    .filter((file) => existsSync(file) && isGenerated(readFileSync(file, "utf8")));
  return [
    ...files,
    { file: manifest, text: `${JSON.stringify({ $comment: MARK, files: names }, null, 2)}\n` },
    ...gone.map((file) => ({ file, text: undefined })),
  ];
}

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
