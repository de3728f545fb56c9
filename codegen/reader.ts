/** The seam to a compiler: what reads a project. `read/` implements it on ts-morph, which is loaded here, when needed. */
import { failure, type Place } from "./errors.js";
import type { Model } from "./model.js";

export interface ReaderOptions {
  /** An existing folder, absolute: where to look for a tsconfig, and what `project` is relative to. */
  readonly cwd: string;
  /** A tsconfig, or a folder that holds one. Default: the nearest to `cwd`. */
  readonly project?: string | undefined;
  /** The names that the outputs will have: importing one is no error while it isn't there yet. */
  readonly outputNames: readonly string[];
  /** Whether what was read is kept on disk, for the next process. Default: true. */
  readonly cache?: boolean | undefined;
}

/** What a result hangs on, in absolute paths: a watcher looks at these. */
export interface ReadInputs {
  /** Files that were read. */
  readonly files: readonly string[];
  /** Files and folders that were looked for and weren't there: one that appears may change the result. */
  readonly missing: readonly string[];
  /** Folders that were searched for sources: one more or one less in them may change the result. */
  readonly directories: readonly string[];
}

export interface ReadResult {
  readonly model: Model;
  /** The tsconfig's folder, absolute. */
  readonly root: string;
  /** Where a channel (by its id) is declared. */
  readonly placeOf: (channel: string) => Place | undefined;
  readonly inputs: ReadInputs;
}

/** Reads a project, again and again. */
export interface Reader {
  /** Reads the project as it is now; costs what changed. Rejects with a `CodegenError` with all that it can't make sense of. */
  read(): Promise<ReadResult>;
  /** What the latest read hung on, whether it succeeded or not. */
  inputs(): ReadInputs;
}

/** What reads with a compiler. */
export interface Session {
  read(): ReadResult;
  inputs(): ReadInputs;
}

/** Opens a project. Nothing is read, and nothing is loaded, until it is asked for. */
export function openReader(options: ReaderOptions): Reader {
  let session: Session | undefined;
  return {
    async read() {
      session ??= (await loadSession())(options);
      return session.read();
    },
    inputs: () => session?.inputs() ?? { files: [], missing: [], directories: [] },
  };
}

/** Loads what reads. Throws `CODEGEN_MISSING_PEER` where ts-morph isn't installed. */
export async function loadSession(
  load: () => Promise<{ readonly openSession: (options: ReaderOptions) => Session }> = () =>
    import("./read/index.js"),
): Promise<(options: ReaderOptions) => Session> {
  try {
    return (await load()).openSession;
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
