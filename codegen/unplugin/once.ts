/** A run for what runs once, as a build does. */
import path from "node:path";
import { diffFiles } from "../diff.js";
import { failure } from "../errors.js";
import { type OpenOptions, openProjects } from "../project.js";
import { type Generated, planAll } from "../run.js";
import type { Session } from "../session.js";
import { configInputsOf } from "../watch/config-inputs.js";
import { writeFiles } from "../write.js";
import { changedSince, type Stamp, stampOf } from "./stamp.js";

export interface OnceOptions extends OpenOptions {
  /** Absolute. */
  readonly cwd: string;
  /** Write nothing, and fail where anything would be written. */
  readonly check: boolean;
}

export type Once = {
  /** The files that it hung on, absolute; packages are left out. */
  readonly files: readonly string[];
} & (
  | {
      readonly generated: Generated;
      readonly error?: undefined;
      /** As long as this holds, another run would change nothing. Without it, nobody knows. */
      readonly stamp: Stamp | undefined;
    }
  | { readonly generated?: undefined; readonly error: unknown }
);

/** Generates, or finds what is stale. Never rejects. */
export async function runOnce({ check, ...options }: OnceOptions): Promise<Once> {
  const startedAt = Date.now();
  let sessions: readonly Session[] = [];
  const inputs = () => [configInputsOf(options), ...sessions.map((session) => session.inputs())];
  const files = () =>
    inputs()
      .flatMap(({ files }) => files)
      .filter((file) => !/[\\/]node_modules[\\/]/.test(file));
  try {
    ({ sessions } = await openProjects(options));
    const generated = await planAll(sessions);
    if (check && generated.changed) {
      const diff = diffFiles(generated.files).replaceAll(`${options.cwd}${path.sep}`, "");
      throw failure("CODEGEN_STALE", diff, "run `halyard generate`, and commit what it writes");
    }
    const sources = inputs().flatMap(({ files, missing, directories }) => [
      ...files,
      ...missing,
      ...directories,
    ]);
    // What changed while it was read may have been read before or after.
    const isSure = !changedSince(startedAt, sources);
    writeFiles(generated.files);
    const outputs = generated.files.map(({ file }) => file);
    return { files: files(), generated, stamp: isSure ? stampOf([...sources, ...outputs]) : undefined };
  } catch (error) {
    return { files: files(), error };
  }
}
