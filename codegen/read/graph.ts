/** The project's sources and their imports: made anew where something changed, kept elsewhere. */
import path from "node:path";
import type { View } from "../cache/disk.js";
import type { SourceNode, Target } from "../cache/snapshot.js";
import { isInstalled } from "./packages.js";
import type { Resolver } from "./resolver.js";
import { scan } from "./scan.js";

export type Graph = Readonly<Record<string, SourceNode>>;

interface Given {
  readonly fileNames: readonly string[];
  readonly view: View;
  readonly resolver: Resolver;
  /** Whether a specifier leads to an output, be it there yet or not. */
  readonly isOutput: (specifier: string, from: string) => boolean;
  /** What was known before. */
  readonly previous: Graph;
  /** Whether what imports lead to is as it was, where the importing file is. */
  readonly keepsTargets: boolean;
}

/** All sources outside of node_modules that these files reach. */
export function readGraph({ fileNames, view, resolver, isOutput, previous, keepsTargets }: Given): Graph {
  const nodes: Record<string, SourceNode> = Object.create(null);

  const read = (file: string): SourceNode | undefined => {
    const known = previous[file];
    const hash = view.hash(file);
    if (hash === undefined) return undefined;
    if (known?.hash === hash && keepsTargets) return known;
    const scanned = known?.hash === hash ? known.scan : scan(file, view.read(file) ?? "");
    const format = resolver.formatOf(file);
    // Before the first run the output isn't there, and after it, it says nothing new.
    const imports = scanned.imports.filter((specifier) => !isOutput(specifier, file));
    const referenced = scanned.references.map(
      (specifier): Target => ({
        specifier,
        kind: "own",
        file: path.posix.join(path.posix.dirname(file), specifier),
      }),
    );
    const targets = [...resolver.targets(file, imports, format), ...referenced];
    return { hash, scan: scanned, targets, ...(format === undefined ? {} : { format }) };
  };

  const open = [...fileNames];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (file in nodes) continue;
    const node = read(file);
    if (!node) continue;
    nodes[file] = node;
    for (const { file: target } of node.targets) if (target !== "" && !isInstalled(target)) open.push(target);
  }
  return nodes;
}

/** The files that a change may matter to: those that changed, came or went, and all that reach one of them. */
export function affectedBy(previous: Graph, next: Graph): ReadonlySet<string> {
  const isSame = (a: SourceNode | undefined, b: SourceNode | undefined) =>
    a === b ||
    (a !== undefined &&
      b !== undefined &&
      a.hash === b.hash &&
      a.format === b.format &&
      JSON.stringify(a.targets) === JSON.stringify(b.targets));
  const files = new Set([...Object.keys(previous), ...Object.keys(next)]);
  const changed = [...files].filter((file) => !isSame(previous[file], next[file]));
  return changed.length === 0 ? new Set() : reaching(changed, [previous, next]);
}

/** All files that reach one of these, and these. */
export function reaching(files: Iterable<string>, graphs: readonly Graph[]): ReadonlySet<string> {
  const importers = new Map<string, string[]>();
  for (const graph of graphs) {
    for (const [file, { targets }] of Object.entries(graph)) {
      for (const { file: target } of targets) {
        const known = importers.get(target);
        if (known) known.push(file);
        else importers.set(target, [file]);
      }
    }
  }
  const reached = new Set(files);
  for (const file of reached) for (const importer of importers.get(file) ?? []) reached.add(importer);
  return reached;
}

/** All files that these reach, and these. `follows` may leave some ways out. */
export function reachedFrom(
  files: Iterable<string>,
  graph: Graph,
  follows: (target: Target) => boolean = () => true,
): ReadonlySet<string> {
  const reached = new Set(files);
  for (const file of reached)
    for (const target of graph[file]?.targets ?? [])
      if (target.file in graph && follows(target)) reached.add(target.file);
  return reached;
}
