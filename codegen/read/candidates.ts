/** Chooses the files that can export channels, and those that must be loaded with them. No other one is. */
import type { View } from "../cache/disk.js";
import type { ExportSyntax, Scan } from "../cache/snapshot.js";
import { readExportSyntax } from "./export-syntax.js";
import { type Graph, reachedFrom, reaching } from "./graph.js";

const isDeclaration = (file: string) => /\.d\.([cm]?ts|\w+\.ts)$/.test(file);

export interface Choice {
  /** Own sources that may export a channel, sorted. */
  readonly candidates: readonly string[];
  /** The project's own modules: neither declarations, nor of packages, nor generated. */
  readonly own: ReadonlySet<string>;
  /** Sources that declare what is known everywhere, sorted. */
  readonly ambient: readonly string[];
}

interface Given {
  readonly graph: Graph;
  /** The tsconfig's files. */
  readonly fileNames: readonly string[];
  readonly view: View;
  /** Whether a file's kind is one that the compiler reads. */
  readonly isSource: (file: string) => boolean;
}

/**
 * A file can export a channel where it exports a value that isn't plainly something else, and where halyard is to be
 * reached from it by imports. To find too many costs time; to find too few would lose a channel.
 */
export function choose({ graph, fileNames, view, isSource }: Given): Choice {
  const own = new Set(
    [...reachedFrom(fileNames, graph, ({ kind }) => kind === "own")].filter(
      (file) => !isDeclaration(file) && isSource(file) && graph[file]?.scan.generated === false,
    ),
  );
  const named = new Set(fileNames);
  const ambient = Object.keys(graph).filter(
    (file) => graph[file]?.scan.ambient || (isDeclaration(file) && named.has(file)),
  );
  const reaches = kinship(graph, ambient);
  /** Only what may matter is ever parsed. */
  const syntaxOf = (file: string): ExportSyntax | undefined => {
    const node = graph[file];
    if (!node || !reaches(file) || !(node.scan.values || node.scan.origin)) return undefined;
    node.syntax ??= readExportSyntax(file, view.read(file) ?? "", node.scan);
    return node.syntax;
  };
  const candidates = [...own].filter((file) => syntaxOf(file)?.own);
  const passing = passingOn(graph, own, reaches, syntaxOf);
  return { candidates: [...new Set([...candidates, ...passing])].sort(), own, ambient: ambient.sort() };
}

/** Tells which files reach halyard. An import that leads nowhere might have. */
function kinship(graph: Graph, ambient: readonly string[]): (file: string) => boolean {
  const origins = Object.entries(graph).flatMap(([file, { scan, targets }]) =>
    scan.origin || targets.some(({ kind, specifier }) => isOrigin(kind, specifier, scan)) ? [file] : [],
  );
  const kin = reaching(origins, [graph]);
  // What is known everywhere may be a channel.
  return ambient.some((file) => kin.has(file)) ? () => true : (file) => kin.has(file);
}

const isOrigin = (kind: string, specifier: string, { effects }: Scan) =>
  kind === "kin" || (kind === "missing" && !effects.includes(specifier));

/**
 * Files that export what others declare. Where these others are the project's own, they export it themselves, by the
 * better name; only what comes from elsewhere matters here.
 */
function passingOn(
  graph: Graph,
  own: ReadonlySet<string>,
  reaches: (file: string) => boolean,
  syntaxOf: (file: string) => ExportSyntax | undefined,
): readonly string[] {
  const importers = new Map<string, string[]>();
  const passing = new Set<string>();
  for (const file of own) {
    const syntax = syntaxOf(file);
    if (!syntax) continue;
    if (syntax.passes) passing.add(file);
    for (const { specifier, kind, file: target } of graph[file]?.targets ?? []) {
      if (!syntax.reexports.includes(specifier)) continue;
      importers.set(target, [...(importers.get(target) ?? []), file]);
      const isElsewhere = target in graph ? !own.has(target) && reaches(target) : kind !== "package";
      if (isElsewhere) passing.add(file);
    }
  }
  for (const file of passing) for (const importer of importers.get(file) ?? []) passing.add(importer);
  return [...passing];
}
