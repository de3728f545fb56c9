/** Finds what a project exports: each value once, under the name that a reader of its sources would look for. */
import path from "node:path";
import { ts } from "ts-morph";
import { isGenerated } from "../header.js";

/** A value that some module exports. */
export interface Exported {
  /** The symbol of the value itself, behind all aliases. */
  readonly symbol: ts.Symbol;
  /** The name to call it by. */
  readonly name: string;
  /** What to point at: its declaration, where that is the project's own; else the export. */
  readonly node: ts.Node;
}

/** The project's own modules: neither declarations, nor packages, nor what was generated. */
export const ownFiles = (program: ts.Program): readonly ts.SourceFile[] =>
  program
    .getSourceFiles()
    .filter(
      (file) =>
        !file.isDeclarationFile && !program.isSourceFileFromExternalLibrary(file) && !isGenerated(file.text),
    )
    .toSorted((a, b) => (a.fileName < b.fileName ? -1 : 1));

/** All values that these files export. */
export function exportedValues(
  files: readonly ts.SourceFile[],
  checker: ts.TypeChecker,
): readonly Exported[] {
  const own = new Set(files);
  const found = new Map<ts.Symbol, Exported & { readonly rank: number }>();
  for (const file of files) {
    const module = checker.getSymbolAtLocation(file);
    for (const exported of module ? checker.getExportsOfModule(module) : []) {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      const declaration = symbol.declarations?.find(isCandidate);
      if (!declaration || isGenerated(declaration.getSourceFile().text)) continue;
      const declaredIn = declaration.getSourceFile();
      // A name given where the value is declared comes first, then any name, then "default".
      const rank = (declaredIn === file ? 0 : 2) + (exported.name === "default" ? 1 : 0);
      const known = found.get(symbol);
      if (known && known.rank <= rank) continue;
      const node =
        [declaration, ...(exported.declarations ?? [])].find((node) => own.has(node.getSourceFile())) ?? file;
      found.set(symbol, { symbol, name: nameOf(exported, symbol, declaredIn), node, rank });
    }
  }
  return [...found.values()];
}

/** Whether a declaration is that of a value that may be a channel: asking for the types of all others takes its time. */
function isCandidate(node: ts.Declaration): boolean {
  if (ts.isBindingElement(node)) return true;
  if (ts.isExportAssignment(node)) return !isPlain(node.expression);
  return ts.isVariableDeclaration(node) && !(node.initializer && !node.type && isPlain(node.initializer));
}

/** Literals, functions and classes: no channel looks like that. */
const isPlain = (node: ts.Expression) =>
  ts.isLiteralExpression(node) ||
  ts.isTemplateExpression(node) ||
  ts.isObjectLiteralExpression(node) ||
  ts.isArrayLiteralExpression(node) ||
  ts.isFunctionLike(node) ||
  ts.isClassExpression(node) ||
  ts.isNewExpression(node);

/** The exported name; for a default export the variable's, or the file's. */
function nameOf(exported: ts.Symbol, symbol: ts.Symbol, file: ts.SourceFile): string {
  if (exported.name !== "default") return exported.name;
  if (symbol.name !== "default") return symbol.name;
  const base = path.basename(file.fileName).replace(/\.[cm]?[jt]sx?$/, "");
  const named = base === "index" ? path.basename(path.dirname(file.fileName)) : base;
  return named.replace(/[^\p{L}\p{N}_$]+(.)?/gu, (_, next: string | undefined) => next?.toUpperCase() ?? "");
}
