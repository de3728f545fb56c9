/** What a source's text says by itself: what it imports, and whether it can hold channels. Most files are never parsed. */
import { ts } from "ts-morph";
import type { Scan } from "../cache/snapshot.js";
import { isGenerated } from "../header.js";
import { isPlain } from "./exports.js";

const GAP = String.raw`(?:\s|/\*[\s\S]*?\*/|//[^\n]*)*`;
const TEXT = String.raw`(["'\x60])((?:(?!\1)[^\\\n])+)\1`;
/** Wherever a specifier may stand: in a comment or in a text, too. To follow one too many costs only time. */
const SPECIFIER = new RegExp(
  String.raw`(?<![.\w$])(?:from${GAP}|import${GAP}\(?${GAP}|require${GAP}\(${GAP}|module\s+)${TEXT}`,
  "g",
);
const EFFECT = /(?<![.\w$])import\s*["']([^"'\n]+)["']/g;
const REFERENCE = /^\s*\/\/\/\s*<reference\s+(path|types)\s*=\s*["']([^"'\n]+)["']/gm;
/** Declares what is known everywhere, or brings a library of the language. */
const AMBIENT = /(?<![.\w$])declare\s+(?:global|module)\b|^\s*\/\/\/\s*<reference\s+lib\b/m;
const MODULE = /^\s*(?:import|export)\b/m;
/** An export that may be one of a value other than a function or a class. */
const VALUE =
  /\bexport\b(?!\s+(?:type|interface|enum|function|class)\b|\s+async\s+function\b|\s+abstract\s+class\b)/;
/** What the types of channels are recognized by. */
const ORIGIN = /["'\x60]~channel["'\x60]/;

const nothing: Scan = {
  imports: [],
  reexports: [],
  effects: [],
  references: [],
  exports: false,
  passes: false,
  ambient: false,
  origin: false,
  generated: false,
};

const unique = (texts: readonly string[]) => [...new Set(texts)];

/** Scans a source. */
export function scan(file: string, text: string): Scan {
  if (file.endsWith(".json")) return nothing;
  if (isGenerated(text)) return { ...nothing, generated: true };
  const references = [...text.matchAll(REFERENCE)];
  const ofKind = (kind: string) =>
    references.flatMap(([, found, name]) => (found === kind && name !== undefined ? [name] : []));
  const effects = [...text.matchAll(EFFECT)].flatMap(([, name]) => name ?? []);
  const speaks = text.includes("halyard");
  const parsed = VALUE.test(text) || speaks ? readExports(file, text) : undefined;
  return {
    imports: unique([...text.matchAll(SPECIFIER)].flatMap(([, , name]) => name ?? [])),
    reexports: unique(parsed?.reexports ?? []),
    effects: unique([...effects, ...ofKind("types")]),
    references: unique(ofKind("path")),
    exports: parsed?.exports ?? false,
    passes: parsed?.passes ?? false,
    ambient: AMBIENT.test(text) || !MODULE.test(text),
    origin: ORIGIN.test(text) || (speaks && (parsed?.isBroken ?? false)),
    generated: false,
  };
}

interface Exports extends Pick<Scan, "reexports" | "exports" | "passes"> {
  /** It can't be parsed: what it exports is anyone's guess. */
  readonly isBroken: boolean;
}

function readExports(file: string, text: string): Exports {
  const source = ts.createSourceFile(file, text, {
    languageVersion: ts.ScriptTarget.ESNext,
    jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
  });
  // The compiler leaves this out of its declarations; without it, every parse would need a program.
  const { parseDiagnostics } = source as unknown as { parseDiagnostics?: readonly unknown[] };
  const isBroken = (parseDiagnostics?.length ?? 0) > 0;
  const own = declaredIn(source);
  const reexports: string[] = [];
  let exports = isBroken;
  let passes = isBroken;
  /** A name that is exported: a value of the file's own, or what it has from elsewhere. */
  const pass = (name: string) => {
    const kind = own.get(name);
    if (kind === "value") exports = true;
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
      else if (!isPlain(node.expression)) exports = true;
    } else if (ts.isImportEqualsDeclaration(node)) {
      if (isExported(node)) passes = true;
    } else if (ts.isVariableStatement(node) && isExported(node)) {
      if (node.declarationList.declarations.some(mayBeChannel)) exports = true;
    }
  }
  return { reexports, exports, passes, isBroken };
}

const isExported = (node: ts.HasModifiers) =>
  node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;

/** As the reader of exports sees it: a pattern's parts, or a variable that isn't plainly something else. */
const mayBeChannel = ({ name, initializer, type }: ts.VariableDeclaration) =>
  !ts.isIdentifier(name) || !initializer || type !== undefined || !isPlain(initializer);

/** What a file's own names stand for. What isn't here was imported. */
function declaredIn(source: ts.SourceFile): ReadonlyMap<string, "value" | "plain"> {
  const own = new Map<string, "value" | "plain">();
  const bind = (name: ts.BindingName, kind: "value" | "plain") => {
    if (ts.isIdentifier(name)) own.set(name.text, kind);
    else for (const part of name.elements) if (ts.isBindingElement(part)) bind(part.name, "value");
  };
  for (const node of source.statements) {
    if (ts.isVariableStatement(node))
      for (const variable of node.declarationList.declarations)
        bind(variable.name, mayBeChannel(variable) ? "value" : "plain");
    else if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isEnumDeclaration(node))
      if (node.name) own.set(node.name.text, own.get(node.name.text) ?? "plain");
  }
  return own;
}
