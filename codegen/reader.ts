/** The seam to a compiler: what reads a project. `read/` implements it on ts-morph, which is loaded here, when needed. */
import { failure, type Place } from "./errors.js";
import type { Model } from "./model.js";

export interface ReadOptions {
  /** An existing folder, absolute: where to look for a tsconfig, and what `project` is relative to. */
  readonly cwd: string;
  /** A tsconfig, or a folder that holds one. Default: the nearest to `cwd`. */
  readonly project?: string | undefined;
  /** The name that the output will have: importing it is no error while it isn't there yet. */
  readonly outputName: string;
}

export interface ReadResult {
  readonly model: Model;
  /** The tsconfig's folder, absolute. */
  readonly root: string;
  /** Where a channel (by its id) is declared. */
  readonly placeOf: (channel: string) => Place | undefined;
}

/** Reads a project's channels. Throws a `CodegenError` with all that it can't make sense of. */
export type ReadProject = (options: ReadOptions) => ReadResult;

/** Loads the reader. Throws `CODEGEN_MISSING_PEER` where ts-morph isn't installed. */
export async function loadReader(
  load: () => Promise<{ readonly readProject: ReadProject }> = () => import("./read/index.js"),
): Promise<ReadProject> {
  try {
    return (await load()).readProject;
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    const fix = "npm install -D ts-morph";
    throw failure(
      "CODEGEN_MISSING_PEER",
      `Reading a project's types needs the package "ts-morph".`,
      fix,
      cause,
    );
  }
}

const isMissing = (error: unknown) =>
  error instanceof Error &&
  "code" in error &&
  error.code === "ERR_MODULE_NOT_FOUND" &&
  error.message.includes("ts-morph");
