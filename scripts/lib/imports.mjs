// @ts-check
import { isBuiltin } from "node:module";
import path from "node:path";
import ts from "typescript-6.0"; // TypeScript 7 has no JavaScript API.

/**
 * What one import asks for, and how. `value` loads it when the module loads, `dynamic` when the code runs, `type` never;
 * `computed` is `import(expression)`.
 *
 * @typedef {{ specifier: string, kind: "value" | "type" | "dynamic" | "computed", line: number }} Import
 */

/**
 * Every import of a file: `import`, `export … from`, `import()`, `require()`, `import("x").T` and
 * `/// <reference types>`.
 *
 * @param {string} file
 * @param {string} text
 * @returns {Import[]}
 */
export function importsOf(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  /** @type {Import[]} */
  const found = [];
  const add = (
    /** @type {Import["kind"]} */ kind,
    /** @type {ts.Node} */ node,
    /** @type {ts.Node=} */ name,
  ) => {
    const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
    const literal = name && ts.isStringLiteralLike(name) ? name.text : undefined;
    found.push({ specifier: literal ?? "(computed)", kind: literal === undefined ? "computed" : kind, line });
  };

  for (const { fileName, pos } of source.typeReferenceDirectives) {
    const line = source.getLineAndCharacterOfPosition(pos).line + 1;
    found.push({ specifier: `@types/${fileName}`, kind: "type", line });
  }
  const visit = (/** @type {ts.Node} */ node) => {
    if (ts.isImportDeclaration(node)) {
      // `import { type A }` still loads the module (verbatimModuleSyntax): only `import type` counts as a type.
      const typeOnly = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
      add(typeOnly ? "type" : "value", node, node.moduleSpecifier);
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
      add(node.isTypeOnly ? "type" : "value", node, node.moduleSpecifier);
    } else if (ts.isImportTypeNode(node)) {
      add("type", node, ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined);
    } else if (ts.isExternalModuleReference(node)) {
      add("value", node, node.expression);
    } else if (ts.isCallExpression(node)) {
      const called = node.expression;
      if (called.kind === ts.SyntaxKind.ImportKeyword) add("dynamic", node, node.arguments[0]);
      if (ts.isIdentifier(called) && called.text === "require") add("value", node, node.arguments[0]);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/**
 * What an import leads to: a file (as a path from the root), a package by its name, or a module of Node as `node:x`.
 *
 * @param {string} from
 * @param {string} specifier
 * @param {ReadonlySet<string>} files
 * @returns {{ file: string } | { package: string }}
 */
export function targetOf(from, specifier, files) {
  if (specifier.startsWith(".")) {
    const written = path.posix.join(path.posix.dirname(from), specifier);
    const sources = [written, ...extensions.map(([js, src]) => written.replace(js, src))];
    return { file: sources.find((file) => files.has(file)) ?? written.replace(/\.([cm]?)js$/, ".$1ts") };
  }
  const [scopeOrName = "", name] = specifier.split("/");
  if (isBuiltin(specifier)) return { package: `node:${scopeOrName.replace("node:", "")}` };
  return { package: scopeOrName.startsWith("@") ? `${scopeOrName}/${name}` : scopeOrName };
}

/** TypeScript names a source by the file that it will be. @type {[RegExp, string][]} */
const extensions = [
  [/\.js$/, ".ts"],
  [/\.js$/, ".tsx"],
  [/\.mjs$/, ".mts"],
  [/\.cjs$/, ".cts"],
];
