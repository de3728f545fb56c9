/** Finds and reads tsconfigs. */
import path from "node:path";
import { ts } from "ts-morph";
import type { View } from "../cache/disk.js";
import { failure } from "../errors.js";
import { configHost } from "./host.js";

/** One tsconfig that has files of its own. */
export interface Config {
  readonly file: string;
  readonly options: ts.CompilerOptions;
  readonly fileNames: readonly string[];
}

// An option that this compiler doesn't know yet says nothing about types.
const UNKNOWN_OPTION = new Set([5023, 5024, 5025]);
// "No inputs were found": a config that only refers to others has none.
const NO_INPUTS = new Set([18002, 18003]);

/** The tsconfig that is meant. Throws where there is none. */
export function findConfig(cwd: string, project: string | undefined, view: View): string {
  if (project === undefined) {
    const found = ts.findConfigFile(cwd, (file) => view.kind(file) === "file");
    if (found) return path.resolve(found);
    throw failure(
      "CODEGEN_TSCONFIG_MISSING",
      `There is no tsconfig.json in ${cwd}, nor in a folder above it.`,
      "run in your project's folder, or name the file: --project path/to/tsconfig.json",
    );
  }
  const given = path.resolve(cwd, project);
  const file = view.kind(given) === "folder" ? path.join(given, "tsconfig.json") : given;
  if (view.kind(file) === "file") return file;
  throw failure(
    "CODEGEN_TSCONFIG_MISSING",
    `There is no ${file}.`,
    "--project takes a tsconfig, or its folder",
  );
}

/** The configs behind a tsconfig: itself, or, where it has no files of its own, those that it refers to. */
export function readConfigs(file: string, view: View): readonly Config[] {
  const configs: Config[] = [];
  const seen = new Set<string>();
  const visit = (file: string, from?: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    const parsed = parse(file, view, from);
    const references = parsed.projectReferences ?? [];
    if (parsed.fileNames.length > 0)
      configs.push({ file, options: parsed.options, fileNames: parsed.fileNames });
    else
      for (const reference of references)
        visit(path.resolve(ts.resolveProjectReferencePath(reference)), file);
  };
  visit(file);
  if (configs.length > 0) return configs;
  throw failure(
    "CODEGEN_TSCONFIG_BROKEN",
    `${file} includes no file.`,
    `look at its "files", "include" and "references"`,
  );
}

function parse(file: string, view: View, from?: string): ts.ParsedCommandLine {
  const broken = (diagnostics: readonly ts.Diagnostic[]) => {
    const text = ts.formatDiagnostics(diagnostics, {
      getCanonicalFileName: (name) => name,
      getCurrentDirectory: () => path.dirname(file),
      getNewLine: () => "\n",
    });
    const why = from ? ` (referred to by ${from})` : "";
    return failure(
      "CODEGEN_TSCONFIG_BROKEN",
      `${file}${why} can't be read:\n  ${text.trim().replaceAll("\n", "\n  ")}`,
    );
  };
  // What isn't JSON is read as an empty config, without a word.
  const { error } = ts.readConfigFile(file, view.read);
  if (error) throw broken([error]);
  const host: ts.ParseConfigFileHost = {
    ...configHost(view, file),
    onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
      throw broken([diagnostic]);
    },
  };
  const parsed = ts.getParsedCommandLineOfConfigFile(file, undefined, host);
  const errors = parsed?.errors.filter(({ code }) => !UNKNOWN_OPTION.has(code) && !NO_INPUTS.has(code)) ?? [];
  if (!parsed || errors.length > 0) throw broken(errors);
  // Where neither is set, this compiler's default holds, which is strict.
  if ((parsed.options.strictNullChecks ?? parsed.options.strict) === false) {
    throw failure(
      "CODEGEN_TSCONFIG_BROKEN",
      `${file} turns "strict" off: without it, types forget null and undefined.`,
      `set "strict": true, or at least "strictNullChecks": true`,
    );
  }
  return parsed;
}
