/** Chooses the files that can export channels, and those that must be loaded with them. No other one is. */
import type { Scan } from "../cache/snapshot.js";
import { type Graph, reachedFrom, reaching } from "./graph.js";

const isDeclaration = (file: string) => /\.d\.([cm]?ts|\w+\.ts)$/.test(file);

export interface Choice {
  /** Own sources that may export a channel, sorted. */
  readonly candidates: readonly string[];
  /** The project's own modules: neither declarations, nor of packages, nor generated. */
  readonly own: ReadonlySet<string>;
  /** Sources that declare what is known everywhere. */
  readonly ambient: readonly string[];
}

/**
 * A file can export a channel where it exports a value that isn't plainly something else, and where halyard is to be
 * reached from it by imports. To find too many costs time; to find too few would lose a channel.
 */
export function choose(
  graph: Graph,
  fileNames: readonly string[],
  isSource: (file: string) => boolean,
): Choice {
  const own = new Set(
    [...reachedFrom(fileNames, graph, ({ kind }) => kind === "own")].filter(
      (file) => !isDeclaration(file) && isSource(file) && graph[file]?.scan.generated === false,
    ),
  );
  const named = new Set(fileNames);
  const ambient = Object.keys(graph).filter(
    (file) => graph[file]?.scan.ambient || (isDeclaration(file) && named.has(file)),
  );
  const reach = kinOf(graph, ambient);
  const candidates = [...own].filter((file) => reach(file) && graph[file]?.scan.exports);
  const passing = passingOn(graph, own, reach);
  return { candidates: [...new Set([...candidates, ...passing])].sort(), own, ambient: ambient.sort() };
}

/** Tells which files reach halyard. An import that leads nowhere might have. */
function kinOf(graph: Graph, ambient: readonly string[]): (file: string) => boolean {
  const origins = Object.entries(graph).flatMap(([file, { scan, targets }]) =>
    scan.origin || targets.some((target) => isOrigin(target.kind, target.specifier, scan)) ? [file] : [],
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
  reach: (file: string) => boolean,
): readonly string[] {
  const passes = new Set(
    [...own].filter((file) => {
      const node = graph[file];
      if (!node) return false;
      const { scan, targets } = node;
      const isForeign = targets.some(
        ({ specifier, kind, file: target }) =>
          scan.reexports.includes(specifier) &&
          (kind === "kin" || kind === "missing" || (target in graph && !own.has(target) && reach(target))),
      );
      return isForeign || (scan.passes && reach(file));
    }),
  );
  const importers = new Map<string, string[]>();
  for (const file of own) {
    for (const { specifier, file: target } of graph[file]?.targets ?? [])
      if (graph[file]?.scan.reexports.includes(specifier))
        importers.set(target, [...(importers.get(target) ?? []), file]);
  }
  for (const file of passes) for (const importer of importers.get(file) ?? []) passes.add(importer);
  return [...passes];
}
