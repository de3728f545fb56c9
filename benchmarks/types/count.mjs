// @ts-check
/** What one more channel costs: instantiations, by any of the compilers. */
import { createRequire } from "node:module";
import path from "node:path";
import { compilerOptions, compileSource, root } from "./compile.mjs";
import { CYCLE } from "./workload.mjs";

const require = createRequire(import.meta.url);

/** @typedef {import("./compile.mjs").Source} Source */
/** A source with few channels, and the same with twice as many. @typedef {readonly [few: Source, many: Source]} Sources */
/** Gives for each source what one more channel costs, or what the compiler says where it has errors. */
/** @typedef {(sources: readonly Sources[]) => Promise<(number | string)[]>} Marginals */

/** Few channels: one of each kind. */
export const FEW = CYCLE;

/**
 * @param {string} compiler Its folder in node_modules.
 * @returns {Marginals}
 */
export const marginalsBy = (compiler) =>
  // TypeScript 7 is a program; it has no API that counts.
  compiler === "typescript" ? byProgram : async (sources) => inProcess(compiler, sources);

/** Compiles each twice: what is paid once cancels out. @type {Marginals} */
async function byProgram(sources) {
  const found = [];
  for (const [few, many] of sources) {
    try {
      const [less, more] = [await compileSource(few), await compileSource(many)];
      found.push((more.instantiations - less.instantiations) / FEW);
    } catch (error) {
      found.push(/** @type {Error} */ (error).message);
    }
  }
  return found;
}

/**
 * Checks all sources in one program, each under names of its own, and once more before: that pays for what is paid once.
 * It takes a fraction of the time of a program each.
 *
 * @param {string} compiler
 * @param {readonly Sources[]} sources
 */
function inProcess(compiler, sources) {
  /** @type {typeof import("typescript-6.0")} */
  const ts = require(path.join(root, "node_modules", compiler, "lib", "typescript.js"));
  const { options } = ts.convertCompilerOptionsFromJson(compilerOptions, root);
  /** @type {Map<string, string>} */
  const texts = new Map();
  /** The files of each time that a source is checked. */
  const groups = sources
    .flatMap(([few, many]) => [few, few, many])
    .map((source, i) => {
      const files = typeof source === "string" ? { "main.ts": source } : source;
      return Object.entries(files).map(([name, text]) => {
        const file = path.posix.join(root, ".temp", String(i), name);
        texts.set(file, renumbered(text, i * 2 * FEW));
        return file;
      });
    });
  const disk = ts.createCompilerHost(options);
  const program = ts.createProgram([...texts.keys()], options, {
    ...disk,
    getCurrentDirectory: () => root,
    directoryExists: () => true,
    fileExists: (file) => texts.has(file) || disk.fileExists(file),
    readFile: (file) => texts.get(file) ?? disk.readFile(file),
    getSourceFile(file, target) {
      const text = texts.get(file);
      return text === undefined
        ? disk.getSourceFile(file, target)
        : ts.createSourceFile(file, text, target, true);
    },
  });
  const wrong = [...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics()];
  const costs = groups.map((files) => {
    const before = program.getInstantiationCount();
    const errors = files.flatMap((file) => {
      const given = program.getSourceFile(file);
      return [...program.getSyntacticDiagnostics(given), ...program.getSemanticDiagnostics(given)];
    });
    const all = [...wrong, ...errors].slice(0, 10);
    if (all.length > 0) return `${compiler} fails:\n${ts.formatDiagnostics(all, disk)}`;
    return program.getInstantiationCount() - before;
  });
  return sources.map((_, i) => {
    const [, few, many] = costs.slice(3 * i);
    return typeof few === "number" && typeof many === "number" ? (many - few) / FEW : (few ?? "not measured");
  });
}

/** The same text about other channels: a number behind a letter is a channel's. @param {string} text @param {number} by */
const renumbered = (text, by) => text.replace(/(?<=[A-Za-z])\d+/g, (number) => String(Number(number) + by));
