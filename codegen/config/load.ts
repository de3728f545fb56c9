/** Loads `channels.config.ts`. */
import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { CodegenError, failure, isCodegenError, type Place, type Problem, reasonOf } from "../errors.js";
import { checkConfigs } from "./check.js";
import type { Config } from "./config.js";
import { refresh } from "./fresh.js";
import { type ConfigInputs, configInputs } from "./imports.js";

/** What was loaded in this process: the text of each file. */
const texts = new Map<string, string>();
const failed = new Set<string>();
let loads = 0;

/**
 * The configs that a file holds, as it is now: one that changed in the meantime is loaded anew, with what it imports.
 * Throws `CODEGEN_CONFIG` where it can't be loaded, or is no config; `cwd` is what places are relative to.
 */
export async function loadConfigFile(file: string, cwd: string): Promise<readonly Config[]> {
  const name = path.relative(cwd, file) || file;
  const inputs = configInputs(file);
  if (!existsSync(file)) throw failure("CODEGEN_CONFIG", `There is no config ${name}.`);
  const asked = { file, name, cwd, inputs };
  const loaded = await load(asked);
  if (loaded === undefined)
    throw failure("CODEGEN_CONFIG", `${name} has no default export.`, "export default defineConfig({ … })");
  if (typeof loaded !== "function") return checkConfigs(await loaded, name);
  let given: unknown;
  try {
    given = await loaded();
  } catch (cause) {
    throw await explain(cause, `The function that ${name} exports failed`, asked, true);
  }
  return checkConfigs(given, name);
}

interface Asked {
  readonly file: string;
  readonly name: string;
  readonly cwd: string;
  readonly inputs: ConfigInputs;
}

/** The default export. JavaScript, and TypeScript where Node takes it, need nothing; else it takes jiti. */
async function load(asked: Asked): Promise<unknown> {
  const { file, name } = asked;
  const isTypescript = /\.m?ts$/.test(file);
  const { typescript }: { readonly typescript?: unknown } = Object(process.features);
  if (!isTypescript || typescript) {
    try {
      return await loadAnew(asked, async () => {
        const module: { readonly default?: unknown } = await import(pathToFileURL(file).href);
        return module.default;
      });
    } catch (cause) {
      // Node takes neither an enum, nor "./other.js" for other.ts: jiti does, where it is installed.
      const jiti = isTypescript && isTooMuch(cause) ? await findJiti() : undefined;
      if (!jiti) throw await explain(cause, `${name} can't be loaded`, asked, true);
    }
  }
  const jiti = await findJiti();
  if (!jiti) {
    const fix = "npm install -D jiti, or call the file channels.config.mjs and write it in JavaScript";
    throw failure("CODEGEN_MISSING_PEER", `${name} is TypeScript: loading it needs the package "jiti".`, fix);
  }
  try {
    // What it imports of JavaScript, it leaves to Node.
    return await loadAnew(asked, async () => {
      const module = await jiti.createJiti(import.meta.url, options).import<{ default?: unknown }>(file);
      return module.default;
    });
  } catch (cause) {
    throw await explain(cause, `${name} can't be loaded`, asked, false);
  }
}

/** Nothing is kept, so that a changed file is read anew; this package stays the one that runs. */
const options = { moduleCache: false, interopDefault: false, nativeModules: ["halyard"] };

/** Loads it, and has Node load anew what changed since the last time, or failed then. */
async function loadAnew<T>({ file, inputs }: Asked, load: () => Promise<T>): Promise<T> {
  const changed = [...inputs.texts].filter(([name, text]) => (texts.get(name) ?? text) !== text);
  for (const [name, text] of inputs.texts) texts.set(name, text);
  if (changed.length > 0 || failed.has(file)) refresh(inputs.files, ++loads);
  failed.add(file);
  const loaded = await load();
  failed.delete(file);
  return loaded;
}

const codeOf = (error: unknown) => (error instanceof Error && "code" in error ? error.code : undefined);

/** Whether Node can't load what jiti may. */
const isTooMuch = (error: unknown) =>
  isCommonJs(error) ||
  [
    "ERR_MODULE_NOT_FOUND",
    "ERR_UNSUPPORTED_DIR_IMPORT",
    "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX",
    "ERR_UNKNOWN_FILE_EXTENSION",
  ].includes(String(codeOf(error)));

/** Whether a file that is an ES module was taken for CommonJS, as its package says. */
const isCommonJs = (error: unknown) =>
  error instanceof SyntaxError && /outside a module|Unexpected token 'export'/.test(error.message);

/** Whether jiti would load it for sure: what isn't there at all, it doesn't find either. */
const takesJiti = (error: unknown, missing = ""): boolean =>
  codeOf(error) === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX" ||
  (codeOf(error) === "ERR_MODULE_NOT_FOUND" && existsSync(`${missing.replace(/\.js$/, "")}.ts`));

/** jiti, where it is installed. */
async function findJiti(): Promise<typeof import("jiti") | undefined> {
  try {
    return await import("jiti");
  } catch (error) {
    if (codeOf(error) === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

/** An error with the place in the config that it came from. What an emitter's own options are wrong with keeps its code. */
async function explain(
  cause: unknown,
  what: string,
  { inputs, cwd }: Asked,
  columns: boolean,
): Promise<CodegenError> {
  const { placeInConfig, placeOfImport, placeOfSyntax } = await import("./place.js");
  const message = reasonOf(cause);
  const [, specifier] = /^Cannot find (?:module|package) '([^']+)'/.exec(message) ?? [];
  const place =
    (specifier === undefined ? undefined : placeOfImport(specifier, inputs.texts, cwd)) ??
    placeInConfig(cause, inputs.texts, cwd, columns) ??
    (cause instanceof SyntaxError ? placeOfSyntax(inputs.texts, cwd) : undefined);
  const at = (problem: Problem, there: Place | undefined): Problem =>
    there && !problem.place ? { ...problem, place: there } : problem;
  if (isCodegenError(cause)) {
    const [first, ...rest] = cause.problems.map((problem) => at(problem, place));
    if (first) return new CodegenError([first, ...rest], { cause });
  }
  const [line = ""] = message.split("\n").map((text) => text.trim());
  const fix = isCommonJs(cause)
    ? `write "type": "module" into package.json, or end its name with .mts or .mjs`
    : takesJiti(cause, specifier)
      ? "npm install -D jiti, which takes what Node doesn't"
      : undefined;
  const problem: Problem = {
    code: "CODEGEN_CONFIG",
    message: `${what}: ${line}`,
    ...(fix === undefined ? {} : { fix }),
  };
  return new CodegenError([at(problem, place)], { cause });
}
