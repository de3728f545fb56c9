/** What the compiler asks of a disk, answered by a view that takes note of it. */
import path from "node:path";
import { ts } from "ts-morph";
import type { Entries, View } from "../cache/disk.js";

/** For resolving modules. */
export const moduleHost = (view: View, folder: string): ts.ModuleResolutionHost => ({
  fileExists: (file) => view.kind(file) === "file",
  directoryExists: (file) => view.kind(file) === "folder",
  readFile: (file) => view.read(file),
  realpath: (file) => view.real(file),
  getDirectories: (file) => (view.kind(file) === "folder" ? [...view.entries(file).directories] : []),
  getCurrentDirectory: () => folder,
  useCaseSensitiveFileNames: ts.sys.useCaseSensitiveFileNames,
});

// The compiler matches "include" and "exclude" by this function, which its declarations leave out.
const internals = ts as unknown as {
  matchFiles(
    folder: string,
    extensions: readonly string[] | undefined,
    excludes: readonly string[] | undefined,
    includes: readonly string[] | undefined,
    useCaseSensitiveFileNames: boolean,
    currentDirectory: string,
    depth: number | undefined,
    entries: (folder: string) => Entries,
    realpath: (file: string) => string,
  ): string[];
};

/** For reading tsconfigs. */
export const configHost = (view: View, file: string) => ({
  ...moduleHost(view, path.dirname(file)),
  useCaseSensitiveFileNames: ts.sys.useCaseSensitiveFileNames,
  getCurrentDirectory: () => path.dirname(file),
  readDirectory: (
    folder: string,
    extensions?: readonly string[],
    excludes?: readonly string[],
    includes?: readonly string[],
    depth?: number,
  ) =>
    internals.matchFiles(
      folder,
      extensions,
      excludes,
      includes,
      ts.sys.useCaseSensitiveFileNames,
      path.dirname(file),
      depth,
      view.entries,
      (folder) => view.real(folder),
    ),
});
