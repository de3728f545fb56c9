/** What was seen of a disk, so that one can ask later whether it is still so. Data alone: it survives JSON. */

/** What is at a path; links are followed. */
export type Kind = "none" | "file" | "folder";

/** A content as it was, and how to tell without reading it again that it still is. */
export interface Stamp {
  readonly hash: string;
  readonly size: number;
  readonly mtime: number;
  readonly ctime: number;
  /**
   * Whether it was old enough when it was read. A file that is written twice within one tick of its clock looks the
   * same after both.
   */
  readonly settled: boolean;
}

/** What one kind of work has seen, by absolute path. */
export interface Trace {
  /** Files that were read. */
  readonly files: Record<string, Stamp>;
  /** Folders that were listed: the stamp of their entries' names. */
  readonly folders: Record<string, Stamp>;
  /** Paths that were only looked at. */
  readonly kinds: Record<string, Kind>;
  /** Paths that were resolved, with what they led to. */
  readonly links: Record<string, string>;
}

// Without a prototype, since paths are the keys; assigning properties to one is quick where spreading a Map isn't.
export const emptyTrace = (): Trace => ({
  files: Object.create(null),
  folders: Object.create(null),
  kinds: Object.create(null),
  links: Object.create(null),
});

/** What is no longer as a trace saw it. */
export interface Changes {
  /** Files with another content. */
  readonly files: readonly string[];
  /** Paths at which something appeared, went, or leads elsewhere; folders with other entries. */
  readonly shape: readonly string[];
}
