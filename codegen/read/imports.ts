/** Imports that lead nowhere: what comes from them is silently `any`. */
import { ts } from "ts-morph";
import type { Context } from "./context.js";

/** The specifiers of a file that name no module. A package without types is a module; it's just untyped. */
export function importsNotFound(
  file: ts.SourceFile,
  { checker, resolves }: Context,
): readonly ts.StringLiteral[] {
  return file.statements
    .filter((node) => ts.isImportDeclaration(node) || ts.isExportDeclaration(node))
    .flatMap(({ moduleSpecifier }) =>
      moduleSpecifier && ts.isStringLiteral(moduleSpecifier) ? [moduleSpecifier] : [],
    )
    .filter((specifier) => !checker.getSymbolAtLocation(specifier) && !resolves(specifier));
}

/** Whether a specifier names the file that is about to be written: before the first run it isn't there. */
export const namesOutput = (specifier: string, outputName: string): boolean =>
  withoutExtension(specifier.split("/").at(-1) ?? "") === withoutExtension(outputName);

const withoutExtension = (name: string) => name.replace(/\.[cm]?[jt]sx?$/, "");

/** The import that an exported value got its `any` from. */
export function importBehind(
  node: ts.Node,
  missing: readonly ts.StringLiteral[],
  checker: ts.TypeChecker,
): ts.StringLiteral | undefined {
  let found: ts.StringLiteral | undefined;
  const visit = (child: ts.Node): void => {
    if (found) return;
    if (ts.isIdentifier(child)) {
      const declaration = checker.getSymbolAtLocation(child)?.declarations?.[0];
      const from = declaration && ts.findAncestor(declaration, ts.isImportDeclaration);
      found = missing.find((specifier) => specifier === from?.moduleSpecifier);
    }
    ts.forEachChild(child, visit);
  };
  visit(node);
  return found;
}
