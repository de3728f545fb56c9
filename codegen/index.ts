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
import type { Model } from "./model.js";
import { type OpenOptions, openProjects, type ProjectOptions } from "./project.js";
import { type Generated, planAll } from "./run.js";
import { writeFiles } from "./write.js";

export { type Config, type ConfigInput, defineConfig } from "./config/config.js";
export { type ContractOptions, contract } from "./emit/contract.js";
export { type JsonSchemaOptions, type JsonSchemaTarget, jsonSchema } from "./emit/json-schema.js";
export { type TypescriptOptions, typescript } from "./emit/typescript.js";
export { defineEmitter, type EmitContext, type EmittedFile, type Emitter } from "./emitter.js";
export { CodegenError, type CodegenErrorCode, isCodegenError, type Place, type Problem } from "./errors.js";
export { isIdentifier, pascalCase } from "./identifier.js";
export type * from "./model.js";
export type { ProjectOptions } from "./project.js";
export type { Generated } from "./run.js";
export type { Phase } from "./session.js";
export { unionOf } from "./union.js";
export { visitTypes } from "./visit.js";
export { type WatchHandlers, type Watching, type WatchOptions, type WatchRun, watch } from "./watch/watch.js";
export { type Wire, wireOf } from "./wire.js";
export type { GeneratedFile } from "./write.js";

export interface GenerateOptions extends OpenOptions {
  /** Write nothing. */
  readonly dryRun?: boolean | undefined;
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
  const generated = await planAll(sessions);
  if (!dryRun) {
    options.onPhase?.("write");
    writeFiles(generated.files);
  }
  return generated;
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
