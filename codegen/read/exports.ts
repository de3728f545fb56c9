/** Finds what a file exports: values behind all aliases, under the names that a reader of the sources would look for. */
import path from "node:path";
import { ts } from "ts-morph";
import { isGenerated } from "../header.js";
import type { Context } from "./context.js";

/** A value that some module exports. */
export interface Exported {
  /** The symbol of the value itself, behind all aliases. */
  readonly symbol: ts.Symbol;
  /** The name to call it by. */
  readonly name: string;
  /** What to point at: its declaration, where that is the project's own; else the export. */
  readonly node: ts.Node;
  /** Its declaration. */
  readonly declaration: ts.Declaration;
  /** How well the name fits: one given where the value is declared comes first, then any, then "default". */
  readonly rank: number;
}

/** All values that a file exports. */
export function exportedValues(file: ts.SourceFile, { checker, isOwn }: Context): readonly Exported[] {
  const module = checker.getSymbolAtLocation(file);
  return (module ? checker.getExportsOfModule(module) : []).flatMap((exported): Exported[] => {
    const symbol = behindAlias(exported, checker);
    const declaration = symbol.declarations?.find(isCandidate);
    if (!declaration || isGenerated(declaration.getSourceFile().text)) return [];
    const declaredIn = declaration.getSourceFile();
    const rank = (declaredIn === file ? 0 : 2) + (exported.name === "default" ? 1 : 0);
    const node =
      [declaration, ...(exported.declarations ?? [])].find((node) => isOwn(node.getSourceFile())) ?? file;
    return [{ symbol, name: nameOf(exported, symbol, declaredIn), node, declaration, rank }];
  });
}

export const behindAlias = (symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

/** Whether a declaration is that of a value that may be a channel: asking for the types of all others takes its time. */
function isCandidate(node: ts.Declaration): boolean {
  if (ts.isBindingElement(node)) return true;
  if (ts.isExportAssignment(node)) return !isPlain(node.expression);
  return ts.isVariableDeclaration(node) && !(node.initializer && !node.type && isPlain(node.initializer));
}

/** Literals, functions, classes and elements: no channel looks like that. */
export function isPlain(node: ts.Expression): boolean {
  if (ts.isParenthesizedExpression(node) || ts.isSatisfiesExpression(node)) return isPlain(node.expression);
  if (ts.isAsExpression(node)) return ts.isConstTypeReference(node.type) && isPlain(node.expression);
  return (
    ts.isLiteralExpression(node) ||
    ts.isTemplateExpression(node) ||
    ts.isObjectLiteralExpression(node) ||
    ts.isArrayLiteralExpression(node) ||
    ts.isFunctionLike(node) ||
    ts.isClassExpression(node) ||
    ts.isNewExpression(node) ||
    ts.isPrefixUnaryExpression(node) ||
    ts.isJsxElement(node) ||
    ts.isJsxSelfClosingElement(node) ||
    ts.isJsxFragment(node) ||
    PLAIN_KEYWORDS.has(node.kind)
  );
}

const { TrueKeyword, FalseKeyword, NullKeyword } = ts.SyntaxKind;
const PLAIN_KEYWORDS = new Set<ts.SyntaxKind>([TrueKeyword, FalseKeyword, NullKeyword]);

/** The exported name; for a default export the variable's, or the file's. */
function nameOf(exported: ts.Symbol, symbol: ts.Symbol, file: ts.SourceFile): string {
  if (exported.name !== "default") return exported.name;
  if (symbol.name !== "default") return symbol.name;
  const base = path.basename(file.fileName).replace(/\.[cm]?[jt]sx?$/, "");
  const named = base === "index" ? path.basename(path.dirname(file.fileName)) : base;
  return named.replace(/[^\p{L}\p{N}_$]+(.)?/gu, (_, next: string | undefined) => next?.toUpperCase() ?? "");
}
