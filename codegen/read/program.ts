/** Makes compiler programs. ts-morph carries the compiler and its libraries: a user may have a TypeScript without an API. */
import path from "node:path";
import { Project, ts } from "ts-morph";
import type { View } from "../cache/disk.js";
import { moduleHost } from "./host.js";
import type { Resolver } from "./resolver.js";

/** A folder that can't be on any disk, for the libraries that ts-morph holds in memory. */
const LIB_FOLDER = "/~halyard-lib";
const TS_MORPH_LIB_FOLDER = "/node_modules/typescript/lib";

/** Sources that were parsed before, the latest of each. */
export type Parsed = Map<string, { readonly hash: string | undefined; readonly source: ts.SourceFile }>;

/** Declarations are the bulk of a program, and shared by all of a process. */
const declarations: Parsed = new Map();

let libraries: ts.ModuleResolutionHost | undefined;

function readLibrary(file: string): string | undefined {
  libraries ??= new Project({ useInMemoryFileSystem: true }).getModuleResolutionHost();
  return libraries.readFile(`${TS_MORPH_LIB_FOLDER}/${path.posix.basename(file)}`);
}

/** The options to read with. Nothing is emitted, and nothing is checked until it is asked for. */
export function readingOptions({ tsBuildInfoFile: _, ...given }: ts.CompilerOptions): ts.CompilerOptions {
  return {
    ...given,
    noEmit: true,
    // Up to TypeScript 5.9 the default is all of @types, and a payload may use what they declare.
    types: given.types ?? ["*"],
    // These need others beside them, and have no effect on types.
    composite: false,
    incremental: false,
    declaration: false,
    declarationMap: false,
    emitDeclarationOnly: false,
  };
}

interface Given {
  readonly rootNames: readonly string[];
  /** Those of `readingOptions`. */
  readonly options: ts.CompilerOptions;
  /** The tsconfig's folder. */
  readonly folder: string;
  /** Where it takes note of what it reads, for each file. */
  readonly viewFor: (file: string) => View;
  /** Where it takes note of what it looks for. */
  readonly view: View;
  readonly resolver: Resolver;
  /** Sources that were parsed before. Those of this program are added. */
  readonly sources: Parsed;
}

/** A program of these files and of what they import. */
export function createProgram(given: Given): ts.Program {
  return ts.createProgram({
    rootNames: [...given.rootNames],
    options: given.options,
    host: createHost(given),
  });
}

const isPlatformFile = (file: string) =>
  file.startsWith(`${LIB_FOLDER}/`) || file.includes("/node_modules/@types/node/");

function createHost({ options, folder, viewFor, view, resolver, sources }: Given): ts.CompilerHost {
  const base = moduleHost(view, folder);
  const isLibrary = (file: string) => file.startsWith(`${LIB_FOLDER}/`);
  const isSensitive = ts.sys.useCaseSensitiveFileNames;
  const host: ts.CompilerHost = {
    ...base,
    readFile: (file) => (isLibrary(file) ? readLibrary(file) : viewFor(file).read(file)),
    fileExists: (file) => (isLibrary(file) ? readLibrary(file) !== undefined : base.fileExists(file)),
    useCaseSensitiveFileNames: () => isSensitive,
    getCanonicalFileName: (file) => (isSensitive ? file : file.toLowerCase()),
    getCurrentDirectory: () => folder,
    getNewLine: () => "\n",
    getDefaultLibLocation: () => LIB_FOLDER,
    getDefaultLibFileName: (options) => `${LIB_FOLDER}/${ts.getDefaultLibFileName(options)}`,
    writeFile: () => {},
    getModuleResolutionCache: () => resolver.cache,
    resolveModuleNameLiterals: (literals, from, redirected, _, file) =>
      literals.map((literal) => {
        const mode = ts.getModeForUsageLocation(file, literal, options);
        return ts.resolveModuleName(literal.text, from, options, base, resolver.cache, redirected, mode);
      }),
    getSourceFile(file, versionOrOptions) {
      const isDeclaration = /\.d\.[cm]?ts$/.test(file);
      const known = isDeclaration ? declarations : sources;
      const { languageVersion, impliedNodeFormat } =
        typeof versionOrOptions === "object" ? versionOrOptions : { languageVersion: versionOrOptions };
      const hash = isLibrary(file) ? "" : viewFor(file).hash(file);
      const key = [file, languageVersion, impliedNodeFormat].join("|");
      const before = known.get(key);
      if (before?.hash === hash) return before?.source;
      const text = host.readFile(file);
      if (text === undefined) return undefined;
      // The binder sets the parents of all nodes, and nobody asks for the platform's own comments.
      const source = ts.createSourceFile(file, text, {
        ...(typeof versionOrOptions === "object" ? versionOrOptions : { languageVersion }),
        ...(isPlatformFile(file) ? { jsDocParsingMode: ts.JSDocParsingMode.ParseNone } : {}),
      });
      known.set(key, { hash, source });
      return source;
    },
  };
  return host;
}
