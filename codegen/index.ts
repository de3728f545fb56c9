/**
 * Code generation from channels: what `halyard generate` does, for build scripts. Nothing here prints.
 *
 * @example
 * ```ts
 * import { generate } from "halyard/codegen";
 *
 * const { file, changed } = await generate({ out: "src/halyard.gen.ts" });
 * ```
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { diffLines } from "./diff.js";
import { emitTypescript } from "./emit/typescript.js";
import { failure } from "./errors.js";
import type { Model } from "./model.js";
import { openReader } from "./reader.js";
import { checkInside, readGenerated, sameText, writeWhole } from "./write.js";

export { CodegenError, type CodegenErrorCode, isCodegenError, type Place, type Problem } from "./errors.js";
export type * from "./model.js";

export interface ProjectOptions {
  /** What relative paths are relative to. Default: the process's working directory. */
  readonly cwd?: string | undefined;
  /** The tsconfig of the project that declares the channels, or its folder. Default: the nearest to `cwd`. */
  readonly project?: string | undefined;
}

export interface GenerateOptions extends ProjectOptions {
  /** The file to write, relative to `cwd`. Default: `src/halyard.gen.ts` beside the tsconfig. */
  readonly out?: string | undefined;
  /** Write nothing. */
  readonly dryRun?: boolean | undefined;
}

export interface Generated {
  /** The output, absolute. */
  readonly file: string;
  /** Its text. */
  readonly code: string;
  /** Whether the file was not yet so. It is written only then. */
  readonly changed: boolean;
  /** What was read. */
  readonly model: Model;
}

export interface Checked extends Omit<Generated, "changed"> {
  /** Whether `generate` would change the file. */
  readonly stale: boolean;
  /** What it would change: lines marked with `-` and `+`. Empty where nothing, or where the file isn't there. */
  readonly diff: string;
}

/**
 * Reads a project's exported channels and writes their bindings into one file.
 * Rejects with a `CodegenError` that lists all problems; the output is then as it was.
 */
export async function generate(options: GenerateOptions = {}): Promise<Generated> {
  const { before, ...generated } = await run(options);
  const changed = before === undefined || !sameText(before, generated.code);
  if (changed && !options.dryRun) writeWhole(generated.file, generated.code);
  return { ...generated, changed };
}

/** Whether the output is what `generate` would write now: the same steps, up to the writing. */
export async function check(options: Omit<GenerateOptions, "dryRun"> = {}): Promise<Checked> {
  const { before, ...generated } = await run(options);
  const stale = before === undefined || !sameText(before, generated.code);
  return {
    ...generated,
    stale,
    diff: stale && before !== undefined ? diffLines(before, generated.code) : "",
  };
}

/** A project's channels, as data. */
export async function list(options: ProjectOptions = {}): Promise<Model> {
  const reader = openReader({
    cwd: folderOf(options),
    project: options.project,
    outputNames: [path.basename(DEFAULT_OUT)],
  });
  return (await reader.read()).model;
}

/** All that comes before writing. `before` is what the output holds now. */
async function run(options: GenerateOptions) {
  const { out, project } = options;
  const cwd = folderOf(options);
  if (out !== undefined && !/(?<!\.d)\.[cm]?ts$/.test(out)) {
    throw failure(
      "CODEGEN_OPTIONS",
      `The output is TypeScript; "${out}" isn't called so.`,
      "--out src/halyard.gen.ts",
    );
  }
  const outputNames = [path.basename(out ?? DEFAULT_OUT)];
  const { model, root, placeOf } = await openReader({ cwd, project, outputNames }).read();
  const file = out === undefined ? path.join(root, DEFAULT_OUT) : path.resolve(cwd, out);
  checkInside(file, [cwd, root]);
  const before = readGenerated(file);
  if (model.channels.length === 0) {
    throw failure(
      "CODEGEN_NO_CHANNELS",
      `No module of ${root} exports a channel.`,
      "export it: export const news = realtime.channel({ … }); channels with the JSDoc tag @internal are left out",
    );
  }
  return { file, code: emitTypescript(model, placeOf), model, before };
}

const DEFAULT_OUT = path.join("src", "halyard.gen.ts");

function folderOf({ cwd }: ProjectOptions): string {
  const folder = path.resolve(cwd ?? "");
  if (existsSync(folder)) return folder;
  throw failure("CODEGEN_OPTIONS", `There is no folder ${folder}.`);
}
