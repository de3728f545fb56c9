/** Makes compiler programs. ts-morph carries the compiler and its libraries: a user may have a TypeScript without an API. */
import path from "node:path";
import { Project, ts } from "ts-morph";
import type { Config } from "./config.js";

/** A folder that can't be on any disk, for the libraries that ts-morph holds in memory. */
const LIB_FOLDER = "/~halyard-lib";
const TS_MORPH_LIB_FOLDER = "/node_modules/typescript/lib";

/** Declarations that were parsed before: they are the bulk of a program, and shared by all of a process. */
const declarations = new Map<string, ts.SourceFile>();

let libraries: ts.ModuleResolutionHost | undefined;

function readLibrary(file: string): string | undefined {
  libraries ??= new Project({ useInMemoryFileSystem: true }).getModuleResolutionHost();
  return libraries.readFile(`${TS_MORPH_LIB_FOLDER}/${path.posix.basename(file)}`);
}

/** A program of a tsconfig's files. Nothing is emitted, and nothing is checked until it is asked for. */
export function createProgram(config: Config): ts.Program {
  const { tsBuildInfoFile: _, ...given } = config.options;
  const options: ts.CompilerOptions = {
    ...given,
    noEmit: true,
    // Up to TypeScript 5.9 the default is all of @types, and a payload may use what they declare.
    types: config.options.types ?? ["*"],
    // These need others beside them, and have no effect on types.
    composite: false,
    incremental: false,
    declaration: false,
    declarationMap: false,
    emitDeclarationOnly: false,
  };
  return ts.createProgram({ rootNames: [...config.fileNames], options, host: createHost(options) });
}

function createHost(options: ts.CompilerOptions): ts.CompilerHost {
  const base = ts.createCompilerHost(options, true);
  const isLibrary = (file: string) => file.startsWith(`${LIB_FOLDER}/`);
  return {
    ...base,
    getDefaultLibLocation: () => LIB_FOLDER,
    getDefaultLibFileName: (options) => `${LIB_FOLDER}/${ts.getDefaultLibFileName(options)}`,
    fileExists: (file) => (isLibrary(file) ? readLibrary(file) !== undefined : base.fileExists(file)),
    readFile: (file) => (isLibrary(file) ? readLibrary(file) : base.readFile(file)),
    getSourceFile(file, versionOrOptions, onError) {
      if (!/\.d\.[cm]?ts$/.test(file)) return base.getSourceFile(file, versionOrOptions, onError);
      const { languageVersion, impliedNodeFormat } =
        typeof versionOrOptions === "object" ? versionOrOptions : { languageVersion: versionOrOptions };
      const age = isLibrary(file) ? "" : ts.sys.getModifiedTime?.(file)?.getTime();
      const key = [file, age, languageVersion, impliedNodeFormat].join("|");
      const known = declarations.get(key);
      if (known) return known;
      const text = this.readFile(file);
      if (text === undefined) return undefined;
      const parsed = ts.createSourceFile(file, text, versionOrOptions, true);
      declarations.set(key, parsed);
      return parsed;
    },
  };
}
