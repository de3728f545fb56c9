/** One run over all projects, up to the writing: what `generate`, `check`, watch and plugins share. */
import { failure, type Problem } from "./errors.js";
import type { Model } from "./model.js";
import { fileKey } from "./path.js";
import type { Session } from "./session.js";
import type { GeneratedFile } from "./write.js";

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

/** Reads, emits and compares all projects in memory: what is wrong with the last must not leave the first one written. */
export async function planAll(sessions: readonly Session[]): Promise<Generated> {
  const files: GeneratedFile[] = [];
  const models: Model[] = [];
  const warnings: Problem[] = [];
  for (const session of sessions) {
    const plan = await session.plan();
    files.push(...plan.files);
    models.push(plan.model);
    warnings.push(...plan.warnings);
  }
  checkApart(files);
  return { files, models, warnings, changed: files.some(({ status }) => status !== "same") };
}

/** Within a project this is known before: here two projects write one file. */
function checkApart(files: readonly GeneratedFile[]): void {
  const seen = new Set<string>();
  for (const { file } of files) {
    const key = fileKey(file);
    if (seen.has(key)) {
      const fix = "give each of the config's projects outputs of its own";
      throw failure("CODEGEN_EMITTER", `Two projects write ${file}.`, fix);
    }
    seen.add(key);
  }
}
