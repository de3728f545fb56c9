/** Looks at the disk: at each thing once, so that one read sees one state of it, and takes note of all that it saw. */
import { createHash } from "node:crypto";
import { type Dirent, readdirSync, readFileSync, realpathSync, type Stats, statSync } from "node:fs";
import path from "node:path";
import { isGenerated } from "../header.js";
import type { Changes, Kind, Stamp, Trace } from "./trace.js";

/** Clocks of file systems tick at least this often, in milliseconds. */
const TICK_MS = 2_000;

export const hashOf = (text: string): string => createHash("sha256").update(text).digest("base64url");

/** The entries of a folder that a compiler may ask for, links followed, sorted. */
export interface Entries {
  readonly files: readonly string[];
  readonly directories: readonly string[];
}

/** A view of the disk that takes note in one trace. */
export interface View {
  kind(file: string): Kind;
  /** The text, or `undefined` where it can't be read. */
  read(file: string): string | undefined;
  /** The hash of the text; of a file that is as the trace saw it, without reading it. */
  hash(file: string): string | undefined;
  entries(folder: string): Entries;
  real(file: string): string;
}

export type Disk = ReturnType<typeof createDisk>;

/** The disk, as it is from one `forget` to the next. Files of these names that halyard itself has written aren't there. */
export function createDisk(outputNames: readonly string[] = []) {
  const stats = new Map<string, Stats | undefined>();
  const texts = new Map<string, string | undefined>();
  const hashes = new Map<string, string>();
  const lists = new Map<string, Entries>();
  const reals = new Map<string, string>();
  let now = Date.now();
  let isRenewed = false;

  const stat = (file: string) => {
    if (!stats.has(file)) stats.set(file, statOf(file));
    return stats.get(file);
  };
  const kind = (file: string): Kind => {
    const found = stat(file);
    return found?.isFile() ? "file" : found?.isDirectory() ? "folder" : "none";
  };
  const text = (file: string) => {
    if (!texts.has(file)) {
      // What is older than its text is looked at again; what is newer would never be.
      stat(file);
      texts.set(file, textOf(file));
    }
    return texts.get(file);
  };
  const hash = (file: string) => {
    const known = hashes.get(file);
    if (known !== undefined) return known;
    const found = text(file);
    const made = found === undefined ? "" : hashOf(found);
    hashes.set(file, made);
    return made;
  };
  const isOutput = (file: string) =>
    outputNames.includes(path.basename(file)) && isGenerated(text(file) ?? "");
  const entries = (folder: string): Entries => {
    const known = lists.get(folder);
    if (known) return known;
    const files: string[] = [];
    const directories: string[] = [];
    for (const entry of listOf(folder)) {
      const file = path.join(folder, entry.name);
      const what = entry.isSymbolicLink() ? kind(file) : entry.isDirectory() ? "folder" : "file";
      if (what === "folder") directories.push(entry.name);
      else if (what === "file" && /\.([cm]?[jt]sx?|json)$/.test(entry.name) && !isOutput(file))
        files.push(entry.name);
    }
    const made = { files: files.sort(), directories: directories.sort() };
    lists.set(folder, made);
    return made;
  };
  const real = (file: string) => {
    const known = reals.get(file) ?? realOf(file);
    reals.set(file, known);
    return known;
  };

  const stampOf = (file: string, hash: string): Stamp => {
    const { size = 0, mtimeMs: mtime = 0, ctimeMs: ctime = 0 } = stat(file) ?? {};
    return { hash, size, mtime, ctime, settled: Math.max(mtime, ctime) < now - TICK_MS };
  };
  const listHash = (folder: string) => hashOf(JSON.stringify(entries(folder)));

  /** Whether what a stamp was made of is the same; where time alone can't tell, its content does. */
  const holds = (stamps: Record<string, Stamp>, file: string, isSame: (stamp: Stamp) => boolean): boolean => {
    const stamp = stamps[file];
    if (!stamp) return false;
    const { size = 0, mtimeMs = 0, ctimeMs = 0 } = stat(file) ?? {};
    const isUntouched = size === stamp.size && mtimeMs === stamp.mtime && ctimeMs === stamp.ctime;
    if (isUntouched && stamp.settled) return true;
    if (!isSame(stamp)) return false;
    const renewed = stampOf(file, stamp.hash);
    isRenewed ||= renewed.settled;
    stamps[file] = renewed;
    return true;
  };

  return {
    /** A view that takes note in a trace: in the one that is asked for at each time. */
    view(trace: () => Trace): View {
      return {
        kind(file) {
          const found = kind(file);
          const { files, kinds } = trace();
          if (!(file in files)) kinds[file] = found;
          return found;
        },
        read(file) {
          const found = text(file);
          trace().files[file] = stampOf(file, hash(file));
          return found;
        },
        hash(file) {
          const found = hash(file);
          const { files } = trace();
          if (files[file]?.hash !== found) files[file] = stampOf(file, found);
          return found || undefined;
        },
        entries(folder) {
          const found = entries(folder);
          trace().folders[folder] = stampOf(folder, listHash(folder));
          return found;
        },
        real(file) {
          const found = real(file);
          trace().links[file] = found;
          return found;
        },
      };
    },

    /** From here on, everything is looked at again. */
    forget() {
      for (const memory of [stats, texts, hashes, lists, reals]) memory.clear();
      now = Date.now();
      isRenewed = false;
    },

    /** What is not as a trace saw it. Stamps that could hold no longer than a tick are renewed. */
    changes(trace: Trace): Changes {
      const isSameFile = (file: string) => (stamp: Stamp) => hash(file) === stamp.hash;
      const isSameList = (folder: string) => (stamp: Stamp) => listHash(folder) === stamp.hash;
      const files = Object.keys(trace.files).filter((file) => {
        if (!holds(trace.files, file, isSameFile(file))) return true;
        hashes.set(file, trace.files[file]?.hash ?? "");
        return false;
      });
      const shape = [
        ...Object.keys(trace.folders).filter((folder) => !holds(trace.folders, folder, isSameList(folder))),
        ...Object.keys(trace.kinds).filter((file) => kind(file) !== trace.kinds[file]),
        ...Object.keys(trace.links).filter((file) => real(file) !== trace.links[file]),
        // A file that is gone may leave its place to another one.
        ...files.filter((file) => kind(file) !== "file"),
      ];
      return { files, shape };
    },

    /** Whether a stamp of a trace was renewed, so that the trace is worth keeping anew. */
    isRenewed: () => isRenewed,
  };
}

function statOf(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    // A path through a file, or a folder that one may not enter: to us, nothing is there.
    return undefined;
  }
}

function listOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function realOf(file: string): string {
  try {
    return realpathSync.native(file);
  } catch {
    return file;
  }
}

/** What an editor may have written before the text, and in which encoding. */
function textOf(file: string): string | undefined {
  try {
    const bytes = readFileSync(file);
    if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString("utf16le", 2);
    const text = bytes.toString("utf8");
    return text.startsWith("\uFEFF") ? text.slice(1) : text;
  } catch {
    return undefined;
  }
}
