/** What the parts of the reader share while they read one program. */
import type { ts } from "ts-morph";
import type { Problem } from "../errors.js";
import { placeOf } from "./place.js";

export interface Context {
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  /** The project's folder. */
  readonly root: string;
  /** The project's own modules. */
  readonly own: ReadonlySet<ts.SourceFile>;
  /** Takes note of a problem; reading goes on, so that one run tells them all. */
  readonly report: (problem: Omit<Problem, "place">, node: ts.Node) => void;
}

export function createContext(
  program: ts.Program,
  root: string,
  own: ReadonlySet<ts.SourceFile>,
  problems: Problem[],
): Context {
  const seen = new Set<string>();
  return {
    program,
    checker: program.getTypeChecker(),
    root,
    own,
    report(problem, node) {
      const place = placeOf(node, root);
      // A helper's line is met once for each channel that it builds; a type once for each way that leads to it.
      const key = `${problem.code} ${problem.message} ${place.file}:${place.line}:${place.column}`;
      if (seen.has(key)) return;
      seen.add(key);
      problems.push({ ...problem, place });
    },
  };
}

/** The most telling of two places: a property's own declaration, where that is the project's; else where one came from. */
export function nearest(symbol: ts.Symbol, from: ts.Node, { own }: Context): ts.Node {
  return symbol.declarations?.find((node) => own.has(node.getSourceFile())) ?? from;
}
