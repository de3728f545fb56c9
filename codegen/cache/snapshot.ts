/** What a read leaves behind for the next one: data alone, without a compiler's objects. */
import type { Place } from "../errors.js";
import type { ChannelModel } from "../model.js";
import type { Disk } from "./disk.js";
import { type Changes, emptyTrace, type Trace } from "./trace.js";

/** A project, as it was read last. */
export interface Snapshot {
  /** The tsconfig's folder. */
  readonly root: string;
  /** What the tsconfigs were read from, and the folders that they search. */
  readonly configs: Trace;
  /** The project's sources, and the ways from one to the other. */
  readonly sources: Trace;
  /** What else the compiler saw: packages and their declarations. */
  readonly program: Trace;
  readonly parts: readonly Part[];
  /** Whether the tsconfigs couldn't be read; all else is then from before. */
  readonly torn?: true;
}

/** Of a project that was never read. */
export const emptySnapshot = (root: string): Snapshot => ({
  root,
  configs: emptyTrace(),
  sources: emptyTrace(),
  program: emptyTrace(),
  parts: [],
});

export interface SnapshotChanges {
  readonly configs: Changes;
  readonly sources: Changes;
  readonly program: Changes;
  /** Whether there is any. */
  readonly any: boolean;
}

/** What a snapshot hangs on and is no longer so. */
export function changesIn(snapshot: Snapshot, disk: Disk): SnapshotChanges {
  const configs = disk.changes(snapshot.configs);
  const sources = disk.changes(snapshot.sources);
  const program = disk.changes(snapshot.program);
  const any = [configs, sources, program].some(({ files, shape }) => files.length + shape.length > 0);
  return { configs, sources, program, any };
}

/** One tsconfig that has files of its own. */
export interface Part {
  readonly config: string;
  /** The hash of its compiler options. */
  readonly options: string;
  /** All sources outside of node_modules that the tsconfig's files reach, by absolute path. */
  readonly nodes: Readonly<Record<string, SourceNode>>;
  /** What is known of files that export channels, by absolute path. Of a file with a problem nothing is kept. */
  readonly facts: Readonly<Record<string, FileFacts>>;
  /** The files that may export channels, sorted. */
  readonly candidates: readonly string[];
  /** Sources that declare what is known everywhere, sorted. */
  readonly ambient: readonly string[];
  /** Files of packages that the channels' files reach, sorted: they may declare what is known everywhere. */
  readonly packages: readonly string[];
  /** The same of all files. */
  readonly allPackages: readonly string[];
}

/** Where an import leads. */
export type TargetKind =
  /** To a source of the project. */
  | "own"
  /** To a source of a package that is linked into node_modules and lies outside of it. */
  | "workspace"
  /** Into node_modules, to a package that has to do with halyard. */
  | "kin"
  /** Into node_modules, to any other package. */
  | "package"
  /** Nowhere. */
  | "missing";

/** A source file in the graph of imports. */
export interface SourceNode {
  readonly hash: string;
  /** Whether Node would take it for ESM or for CommonJS, where that matters. */
  readonly format?: number | undefined;
  readonly scan: Scan;
  readonly targets: readonly Target[];
  /** Added when it is asked for: to know it, the text has to be parsed. */
  syntax?: ExportSyntax;
}

export interface Target {
  readonly specifier: string;
  readonly kind: TargetKind;
  /** Absolute; of a missing one empty. */
  readonly file: string;
}

/** What the text of a source says at a glance. */
export interface Scan {
  /** What it may import: all that stands where a specifier would. */
  readonly imports: readonly string[];
  /** Those imported for what they do alone, and `/// <reference types>`: they may declare globals. */
  readonly effects: readonly string[];
  /** `/// <reference path>`. */
  readonly references: readonly string[];
  /** Whether it may export anything but types, functions and classes. */
  readonly values: boolean;
  /** Whether it declares what is known everywhere. */
  readonly ambient: boolean;
  /** Whether it names halyard, or declares types of channels as halyard's own sources do. */
  readonly origin: boolean;
  /** Whether halyard wrote it. */
  readonly generated: boolean;
}

/** What a source exports, as far as its syntax tells. */
export interface ExportSyntax {
  /** The specifiers of `export … from`. */
  readonly reexports: readonly string[];
  /** Whether it exports a value of its own that may be a channel. */
  readonly own: boolean;
  /** Whether it exports by name what it has imported. */
  readonly passes: boolean;
}

/** What one file exports, as far as it matters to channels. */
export interface FileFacts {
  /** Whether what the channels' files reach wasn't enough to know its types: all files were loaded. */
  readonly whole?: true;
  readonly exports: readonly (ChannelExport | RegistryExport)[];
  /** The channels that go by the name that this file gives them, by `modelKey`. */
  readonly models: Readonly<Record<string, ChannelModel>>;
}

interface ExportBase {
  /** The name to call it by. */
  readonly name: string;
  /** What tells its declaration from all others. */
  readonly key: string;
  readonly place: Place;
  /** Where it stands among others of its file. */
  readonly order: number;
}

export interface ChannelExport extends ExportBase {
  readonly kind: "channel";
  /** How well the name fits: the lowest wins. */
  readonly rank: number;
  /** Of a definition: what tells it from others by its type. */
  readonly definition?: string;
  /** Of what a definition was called to make: the definition's. */
  readonly madeFrom?: string;
}

export interface RegistryExport extends ExportBase {
  readonly kind: "registry";
  readonly rank: number;
  /** Where it is declared, relative to the root. */
  readonly file: string;
  readonly doc?: string;
  readonly entries: readonly { readonly key: string; readonly channel: string }[];
}

/** Under what a channel's model is kept: it hangs on the name, too. */
export const modelKey = ({ key, name }: ChannelExport): string => `${name} ${key}`;
