/** The seam to a compiler: what reads a project. `read/` implements it on ts-morph, which is loaded here, when needed. */
import { assemble, isComplete } from "./assemble.js";
import { createDisk, type Disk } from "./cache/disk.js";
import { openRecord } from "./cache/record.js";
import { changesIn, emptySnapshot, type Snapshot, type SnapshotChanges } from "./cache/snapshot.js";
import type { CodegenError, Place } from "./errors.js";
import type { Model } from "./model.js";
import { loadPeer } from "./peer.js";

export interface ReaderOptions {
  /** An existing folder, absolute: where to look for a tsconfig, and what `project` is relative to. */
  readonly cwd: string;
  /** A tsconfig, or a folder that holds one. Default: the nearest to `cwd`. */
  readonly project?: string | undefined;
  /** The names that the outputs will have: importing one is no error while it isn't there yet. */
  readonly outputNames: readonly string[];
  /** Whether what was read is kept on disk, in `node_modules/.cache`, for the next process. Default: true. */
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
  /** Where a channel or a registry (by its id) is declared. */
  readonly placeOf: (id: string) => Place | undefined;
  readonly inputs: ReadInputs;
  /** The project's sources that a compiler had to load for it, absolute: none where nothing changed. */
  readonly loaded: readonly string[];
}

/** Reads a project, again and again. */
export interface Reader {
  /**
   * Reads the project as it is now; costs what changed since the last time, in this process or in another one. Rejects
   * with a `CodegenError` with all that it can't make sense of.
   */
  read(): Promise<ReadResult>;
  /**
   * Gets ready for the next change: where nothing had to be read so far, loads the compiler. For those who wait for
   * changes; it takes a second or two, in which nothing else runs. Never rejects.
   */
  warm(): Promise<void>;
  /** What the latest read hung on, whether it succeeded or not. */
  inputs(): ReadInputs;
}

/** What reads with a compiler. */
export interface Session {
  /** Brings a snapshot up to date. With an error, it holds all that is without fault. */
  read(
    before: Snapshot,
    changes: SnapshotChanges,
  ): { readonly snapshot: Snapshot; readonly loaded: readonly string[]; readonly error?: CodegenError };
}

export type OpenSession = (options: ReaderOptions, disk: Disk) => Session;

/** Opens a project. Nothing is read, and nothing is loaded, until it is asked for. */
export function openReader(options: ReaderOptions, load: () => Promise<OpenSession> = loadSession): Reader {
  const record = options.cache === false ? undefined : openRecord(options);
  const disk = createDisk(options.outputNames);
  let snapshot: Snapshot | undefined;
  /** The latest that there was. */
  let seen = emptySnapshot(options.cwd);
  let session: Session | undefined;
  // After the result is out: who waits for it needs no record.
  const save = (kept: Snapshot) => record && setImmediate(() => record.save(kept));

  /** One after the other: they share what they know. */
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work);
    turn = result.catch(() => {});
    return result;
  };

  return {
    read: () =>
      inTurn(async () => {
        disk.forget();
        snapshot ??= record?.load() ?? emptySnapshot(options.cwd);
        seen = snapshot;
        const changes = changesIn(snapshot, disk);
        let loaded: readonly string[] = [];
        if (changes.any || !isComplete(snapshot)) {
          session ??= (await load())(options, disk);
          const before = snapshot;
          // Were it to fail in the middle, what was noted by then would belong to no result.
          snapshot = undefined;
          const result = session.read(before, changes);
          ({ snapshot, loaded } = result);
          seen = snapshot;
          if (!snapshot.torn) save(snapshot);
          if (result.error) throw result.error;
        } else if (disk.isRenewed()) save(snapshot);
        const { model, places } = assemble(snapshot);
        const { root } = snapshot;
        return { model, root, placeOf: (id) => places.get(id), inputs: inputsOf(snapshot), loaded };
      }),
    warm: () =>
      inTurn(async () => {
        if (session || !snapshot || !isComplete(snapshot)) return;
        disk.forget();
        const changes = changesIn(snapshot, disk);
        // Then the next read is to find it.
        if (changes.any) return;
        const opened = (await load())(options, disk);
        const read = opened.read(withoutOne(snapshot), changes);
        if (read.error) return;
        session = opened;
        snapshot = read.snapshot;
      }).catch(() => {
        // What is wrong, the next read says.
      }),
    inputs: () => inputsOf(seen),
  };
}

/** A snapshot in which of each part one file isn't known. */
const withoutOne = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  parts: snapshot.parts.map((part) => {
    const [first] = part.candidates;
    const others = Object.entries(part.facts).filter(([file]) => file !== first);
    return { ...part, facts: Object.fromEntries(others) };
  }),
});

function inputsOf({ configs, sources, program }: Snapshot): ReadInputs {
  const traces = [configs, sources, program];
  const unique = (paths: readonly string[]) => [...new Set(paths)];
  return {
    files: unique(traces.flatMap(({ files }) => Object.keys(files))),
    missing: unique(
      traces.flatMap(({ kinds }) => Object.keys(kinds).filter((file) => kinds[file] === "none")),
    ),
    directories: unique(traces.flatMap(({ folders }) => Object.keys(folders))),
  };
}

/** Loads what reads. Rejects with `CODEGEN_MISSING_PEER` where ts-morph isn't installed. */
export async function loadSession(
  load: () => Promise<{ readonly openSession: OpenSession }> = () => import("./read/index.js"),
): Promise<OpenSession> {
  return (await loadPeer("ts-morph", "Reading a project's types", load)).openSession;
}
