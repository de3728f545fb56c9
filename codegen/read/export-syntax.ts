/** What a source exports, as far as its syntax tells: without types, and without any other file. */
import { ts } from "ts-morph";
import type { ExportSyntax, Scan } from "../cache/snapshot.js";
import { isPlain } from "./exports.js";

/** Exports other than declarations. */
const BY_NAME = /\bexport\b\s*(?:[^\s\w]|default\b|import\b)/;

/**
 * What a source exports. What can't be parsed may export anything; so may what names halyard, and is going to be read
 * anyway, where all that it exports is declared in place.
 */
export function readExportSyntax(file: string, text: string, { origin, values }: Scan): ExportSyntax {
  if (origin && values && !BY_NAME.test(text)) return { reexports: [], own: true, passes: false };
  return parse(file, text);
}

function parse(file: string, text: string): ExportSyntax {
  const source = ts.createSourceFile(file, text, {
    languageVersion: ts.ScriptTarget.ESNext,
    jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
  });
  // The compiler leaves this out of its declarations; without it, every parse would need a program.
  const { parseDiagnostics } = source as unknown as { parseDiagnostics?: readonly unknown[] };
  const isBroken = (parseDiagnostics?.length ?? 0) > 0;
  const declared = declaredIn(source);
  const reexports: string[] = [];
  let own = isBroken;
  let passes = isBroken;
  /** A name that is exported: of the file's own, or of what it has imported. */
  const pass = (name: string) => {
    const kind = declared.get(name);
    if (kind === "value") own = true;
    else if (kind === undefined) passes = true;
  };
  for (const node of source.statements) {
    if (ts.isExportDeclaration(node)) {
      if (node.isTypeOnly) continue;
      const { moduleSpecifier, exportClause } = node;
      if (moduleSpecifier) {
        if (ts.isStringLiteralLike(moduleSpecifier)) reexports.push(moduleSpecifier.text);
      } else if (exportClause && ts.isNamedExports(exportClause)) {
        for (const { isTypeOnly, propertyName, name } of exportClause.elements)
          if (!isTypeOnly) pass((propertyName ?? name).text);
      }
    } else if (ts.isExportAssignment(node)) {
      if (ts.isIdentifier(node.expression)) pass(node.expression.text);
      else if (!isPlain(node.expression)) own = true;
    } else if (ts.isImportEqualsDeclaration(node)) {
      if (isExported(node)) passes = true;
    } else if (ts.isVariableStatement(node) && isExported(node)) {
      if (node.declarationList.declarations.some(mayBeChannel)) own = true;
    }
  }
  return { reexports: [...new Set(reexports)], own, passes };
}

const isExported = (node: ts.HasModifiers) =>
  node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;

/** As the reader of exports sees it: a pattern's parts, or a variable that isn't plainly something else. */
const mayBeChannel = ({ name, initializer, type }: ts.VariableDeclaration) =>
  !ts.isIdentifier(name) || !initializer || type !== undefined || !isPlain(initializer);

/** What a file's own names stand for. What isn't here was imported. */
function declaredIn(source: ts.SourceFile): ReadonlyMap<string, "value" | "plain"> {
  const declared = new Map<string, "value" | "plain">();
  const bind = (name: ts.BindingName, kind: "value" | "plain") => {
    if (ts.isIdentifier(name)) declared.set(name.text, kind);
    else for (const part of name.elements) if (ts.isBindingElement(part)) bind(part.name, "value");
  };
  for (const node of source.statements) {
    if (ts.isVariableStatement(node)) {
      for (const variable of node.declarationList.declarations)
        bind(variable.name, mayBeChannel(variable) ? "value" : "plain");
    } else if (
      (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isEnumDeclaration(node)) &&
      node.name
    ) {
      declared.set(node.name.text, declared.get(node.name.text) ?? "plain");
    }
  }
  return declared;
}
