/** What the parts of the reader share while they read one program. */
import type { ts } from "ts-morph";
import type { Problem } from "../errors.js";
import { isInstalled } from "./packages.js";
import { placeOf } from "./place.js";

export interface Context {
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  /** The project's folder. */
  readonly root: string;
  /** Whether a file is one of the project's own modules. */
  readonly isOwn: (file: ts.SourceFile) => boolean;
  /** Whether the file that an import names is there. */
  readonly resolves: (specifier: ts.StringLiteral) => boolean;
  /** Takes note of a problem; reading goes on, so that one run tells them all. */
  readonly report: (problem: Omit<Problem, "place">, node: ts.Node) => void;
}

/** What a whole read found wrong. */
export interface Findings {
  add(problem: Problem): void;
  addAll(others: Findings): void;
  /** How often something was reported, the same thing again included: whether a file's reading was without fault. */
  count(): number;
  readonly problems: readonly Problem[];
}

export function createFindings(): Findings {
  const seen = new Set<string>();
  const problems: Problem[] = [];
  let count = 0;
  return {
    problems,
    count: () => count,
    addAll(others) {
      for (const problem of others.problems) this.add(problem);
    },
    add(problem) {
      count++;
      const { code, message, place } = problem;
      // A helper's line is met once for each channel that it builds; a type once for each way that leads to it.
      const key = `${code} ${message} ${place?.file}:${place?.line}:${place?.column}`;
      if (!seen.has(key)) problems.push(problem);
      seen.add(key);
    },
  };
}

/** Reports a problem at a node. */
export const reporter =
  (findings: Findings, root: string): Context["report"] =>
  (problem, node) =>
    findings.add({ ...problem, place: placeOf(node, root) });

/** Whether a file is someone's source here: of the project, or of a package that is linked into it. */
export const isSource = (file: ts.SourceFile): boolean =>
  !file.isDeclarationFile && !isInstalled(file.fileName);

/** The most telling of two places: a property's own declaration, where that is a source; else where one came from. */
export function nearest(symbol: ts.Symbol, from: ts.Node): ts.Node {
  return symbol.declarations?.find((node) => isSource(node.getSourceFile())) ?? from;
}
