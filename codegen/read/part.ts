/** Reads the channels of one tsconfig's files: of those that changed, and of what hangs on them. */
import path from "node:path";
import type { ts } from "ts-morph";
import { hashOf, type View } from "../cache/disk.js";
import type { FileFacts, Part } from "../cache/snapshot.js";
import { isGenerated } from "../header.js";
import { choose } from "./candidates.js";
import type { Config } from "./config.js";
import { createFindings, type Findings } from "./context.js";
import { affectedBy, type Graph, reachedFrom, readGraph } from "./graph.js";
import { namesOutput } from "./imports.js";
import { createProgram, type Parsed, readingOptions } from "./program.js";
import { readFacts } from "./read-facts.js";
import { createResolver, type Resolver } from "./resolver.js";

export interface PartInput {
  readonly config: Config;
  /** What it was before. */
  readonly before: Part | undefined;
  /** Whether imports lead where they led before. */
  readonly keepsTargets: boolean;
  /** The project's folder. */
  readonly root: string;
  readonly findings: Findings;
  /** Gets the sources that the compiler loads. */
  readonly loaded: Set<string>;
}

export interface PartReader {
  read(input: PartInput): Part;
}

export interface PartOptions {
  /** Notes what is known of the project's sources. */
  readonly sources: View;
  /** Notes what else a compiler sees. */
  readonly program: View;
  /** Notes nothing. */
  readonly unnoted: View;
  readonly outputNames: readonly string[];
  /** Loads and reads all files, whether they can hold channels or not. */
  readonly loadsAll: boolean;
}

/** A reader of one tsconfig, which remembers what costs time to make again. */
export function openPart({ sources, program, unnoted, outputNames, loadsAll }: PartOptions): PartReader {
  const parsed: Parsed = new Map();
  let known: { readonly options: string; readonly resolver: Resolver } | undefined;
  const mayBeOutput = (specifier: string) => outputNames.some((name) => namesOutput(specifier, name));
  const isMissing = ({ text }: ts.StringLiteral) => !mayBeOutput(text);

  return {
    read({ config, before: given, keepsTargets, root, findings, loaded }) {
      const hash = hashOf(JSON.stringify(config.options));
      const before = given?.options === hash ? given : undefined;
      const folder = path.dirname(config.file);
      const options = readingOptions(config.options);
      if (known?.options !== hash) parsed.clear();
      if (!keepsTargets || known?.options !== hash)
        known = { options: hash, resolver: createResolver(options, folder, sources) };
      const { resolver } = known;
      // A source may have an output's name; an output leaves no trace, or each one written would be a change.
      const peek = createResolver(options, folder, unnoted);
      const isOutput = (specifier: string, from: string) =>
        mayBeOutput(specifier) &&
        peek
          .targets(from, [specifier], peek.formatOf(from))
          .every(({ file }) => file === "" || isGenerated(unnoted.read(file) ?? ""));
      const nodes = readGraph({
        ...{ fileNames: config.fileNames, view: sources, resolver, isOutput },
        previous: before?.nodes ?? {},
        keepsTargets: keepsTargets && before !== undefined,
      });
      const choice = choose({
        ...{ graph: nodes, fileNames: config.fileNames, view: sources },
        isSource: (file) => isSource(file, options),
      });
      const { own, ambient } = choice;
      const candidates = loadsAll ? [...own].sort() : choice.candidates;

      const packages = packagesOf(nodes, reachedFrom(candidates, nodes), own, resolver);
      const allPackages = packagesOf(nodes, Object.keys(nodes), own, resolver);
      const state = { config: config.file, options: hash, nodes, ambient, packages, allPackages, candidates };
      const part: Part = { ...state, facts: before ? keptFacts(before, state) : {} };
      // What is wrong elsewhere is told first; what it leads to, never.
      if (findings.count() > 0) return part;

      const attempt = (part: Part, whole: boolean, findings: Findings): Part =>
        readFacts(part, {
          ...{ own, root, resolver, findings, isMissing, whole },
          load(files) {
            const names = whole ? [...config.fileNames, ...allPackages] : [...files, ...packages];
            const made = createProgram({
              rootNames: [...new Set([...names, ...ambient])],
              ...{ options, folder, resolver, sources: parsed, view: program },
              viewFor: (file) => (file in nodes ? sources : program),
            });
            for (const { fileName } of made.getSourceFiles()) if (fileName in nodes) loaded.add(fileName);
            return made;
          },
        });
      const found = createFindings();
      const result = attempt(part, loadsAll, found);
      // What only a file declares that no channel's file imports may be missing: then nothing is wrong.
      const isLost = found.problems.some(({ code }) => code === "CODEGEN_ANY" || code === "CODEGEN_IMPORT");
      if (!isLost || loadsAll) {
        findings.addAll(found);
        return result;
      }
      return attempt(result, true, findings);
    },
  };
}

const isSource = (file: string, { allowJs }: ts.CompilerOptions) =>
  /\.[cm]?tsx?$/.test(file) || (allowJs === true && /\.[cm]?jsx?$/.test(file));

/** The packages that files reach, and those that any own file imports for what they declare for all. */
function packagesOf(
  nodes: Graph,
  files: Iterable<string>,
  own: ReadonlySet<string>,
  resolver: Resolver,
): readonly string[] {
  const found = new Set<string>();
  for (const file of files)
    for (const { kind, file: target } of nodes[file]?.targets ?? [])
      if (kind === "kin" || kind === "package") found.add(target);
  for (const file of own) {
    const node = nodes[file];
    for (const effect of node?.scan.effects ?? []) {
      const target = node?.targets.find(({ specifier }) => specifier === effect);
      const types = target ? target.kind === "package" && target.file : resolver.typesOf(effect, file);
      if (types) found.add(types);
    }
  }
  return [...found].filter((file) => /\.[cm]?tsx?$/.test(file)).sort();
}

/** The facts that still hold: of files that nothing hangs on which changed. */
function keptFacts(before: Part, now: Omit<Part, "facts">): Part["facts"] {
  const affected = affectedBy(before.nodes, now.nodes);
  const isSame = (key: "ambient" | "packages" | "allPackages") => before[key].join() === now[key].join();
  // What is known everywhere may matter to all.
  const isGlobal = [...before.ambient, ...now.ambient].some((file) => affected.has(file));
  if (isGlobal || !isSame("ambient") || !isSame("packages")) return {};
  const holds = ([file, { whole }]: [string, FileFacts]) =>
    !affected.has(file) && (!whole || isSame("allPackages"));
  return Object.fromEntries(Object.entries(before.facts).filter(holds));
}
