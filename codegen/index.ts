/**
 * Code generation from channels: what `halyard generate` does, for build scripts. Nothing here prints.
 *
 * @example
 * ```ts
 * import { generate, typescript } from "halyard/codegen";
 *
 * const { files } = await generate({ config: { outputs: [typescript({ out: "web/channels.gen.ts" })] } });
 * ```
 */
import { diffFiles } from "./diff.js";
import type { Problem } from "./errors.js";
import type { Model } from "./model.js";
import { type OpenOptions, openProjects, type ProjectOptions } from "./project.js";
import type { Plan } from "./session.js";
import type { GeneratedFile } from "./write.js";

export { type Config, type ConfigInput, defineConfig } from "./config/config.js";
export { type TypescriptOptions, typescript } from "./emit/typescript.js";
export { defineEmitter, type EmitContext, type EmittedFile, type Emitter } from "./emitter.js";
export { CodegenError, type CodegenErrorCode, isCodegenError, type Place, type Problem } from "./errors.js";
export type * from "./model.js";
export type { ProjectOptions } from "./project.js";
export type { GeneratedFile } from "./write.js";

export interface GenerateOptions extends OpenOptions {
  /** Write nothing. */
  readonly dryRun?: boolean | undefined;
}

export interface Generated {
  /** What was, or with `dryRun` would be, written and removed: all outputs of all projects. */
  readonly files: readonly GeneratedFile[];
  /** What was read: one model for each project that the config names, in its order. */
  readonly models: readonly Model[];
  /** What should be known, though it stopped nothing. */
  readonly warnings: readonly Problem[];
  /** Whether any file was not yet as it should be. */
  readonly changed: boolean;
}

export interface Checked extends Omit<Generated, "changed"> {
  /** Whether `generate` would change anything. */
  readonly stale: boolean;
  /** What it would change: for each file the lines marked with `-` and `+`. Empty where nothing would. */
  readonly diff: string;
}

/**
 * Reads the exported channels of a project, or of those that the config names, and writes what the emitters give.
 * Rejects with a `CodegenError` that lists all problems; all outputs are then as they were.
 */
export async function generate({ dryRun = false, ...options }: GenerateOptions = {}): Promise<Generated> {
  const { sessions } = await openProjects(options);
  // All of them in memory first: what is wrong with the last must not leave the first one written.
  const planned: Plan[] = [];
  for (const session of sessions) planned.push(await session.plan());
  if (!dryRun) for (const { write } of planned) write();
  const files = planned.flatMap(({ files }) => files);
  return {
    files,
    models: planned.map(({ model }) => model),
    warnings: planned.flatMap(({ warnings }) => warnings),
    changed: files.some(({ status }) => status !== "same"),
  };
}

/** Whether the outputs are what `generate` would write now: the same steps, up to the writing. */
export async function check(options: OpenOptions = {}): Promise<Checked> {
  const { changed: stale, ...generated } = await generate({ ...options, dryRun: true });
  return { ...generated, stale, diff: diffFiles(generated.files) };
}

/** The channels as data: a model for each project that the config names; one where there is none. */
export async function list(options: ProjectOptions = {}): Promise<readonly Model[]> {
  const { sessions } = await openProjects(options);
  const models: Model[] = [];
  for (const session of sessions) models.push(await session.read());
  return models;
}
