/** What a project's emitters give, file by file: in memory, and checked against each other. */
import path from "node:path";
import { callEmitter, checkMark, formatted } from "./emitted.js";
import type { Emitter } from "./emitter.js";
import { failure, type Place, type Problem, throwProblems } from "./errors.js";
import { MARK } from "./header.js";
import { checkName, manifestOf } from "./manifest.js";
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

/** Where an emitter writes to: absolute; a folder keeps its slash. */
export const resolveOut = (base: string, { out }: Pick<Emitter, "out">): string =>
  path.resolve(base, out) + (/[\\/]$/.test(out) ? "/" : "");

/** All files of all emitters. Throws what these report, and where two of them write one file. */
export async function planOutputs(options: PlanOptions): Promise<readonly Planned[]> {
  const problems: Problem[] = [];
  const owners = new Map<string, Owned>();
  const planned: Planned[] = [];
  for (const emitter of options.outputs) {
    const files = await emitFiles(emitter, options, problems);
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
  problems: Problem[],
): Promise<readonly Planned[]> {
  const out = resolveOut(base, emitter);
  const before = problems.length;
  const report = (problem: Problem) => problems.push(problem);
  const emitted = await callEmitter(emitter, model, { out, root, mark: MARK, placeOf, report, warn });
  // What it gives beside a problem is nothing to judge.
  if (problems.length > before) return [];
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
  const files: Planned[] = [];
  // One after the other, so that an error is the same each time.
  for (const { path: name, text } of emitted) files.push(await finished(path.join(out, name), text));
  return [
    ...files,
    ...manifestOf(
      out,
      emitted.map(({ path: name }) => name),
    ),
  ];
}
