/** What a name function returns, as text and holes. */
import { ts } from "ts-morph";
import type { Hole } from "../model.js";
import { type NameFunction, unwrap } from "./find-function.js";

export type Template = readonly (string | Hole)[];

/** A function's template, with the expressions in it that stand for a fixed text. */
export interface Reading {
  readonly template: Template;
  readonly constants: readonly { readonly node: ts.Expression; readonly text: string }[];
}

/** What can't be told for sure. The message completes "its name function can't be read: …". */
export class Unreadable extends Error {
  readonly node: ts.Node;
  constructor(node: ts.Node, message: string) {
    super(message);
    this.node = node;
  }
}

/** Reads a function. Throws `Unreadable`. */
export function readTemplate(node: NameFunction, checker: ts.TypeChecker): Reading {
  const holes = holesOf(node, checker);
  const constants: { node: ts.Expression; text: string }[] = [];
  return { template: merge(partsOf(returned(node))), constants };

  function partsOf(given: ts.Expression): Template {
    const node = unwrap(given);
    const hole = holeOf(node);
    if (hole) return [hole];
    const constant = constantOf(node, checker);
    if (constant !== undefined) {
      constants.push({ node, text: constant });
      return [constant];
    }
    if (ts.isTemplateExpression(node)) {
      return [
        node.head.text,
        ...node.templateSpans.flatMap((span) => [...partsOf(span.expression), span.literal.text]),
      ];
    }
    if (
      ts.isBinaryExpression(node) &&
      node.operatorToken.kind === ts.SyntaxKind.PlusToken &&
      isText(node, checker)
    ) {
      return [...partsOf(node.left), ...partsOf(node.right)];
    }
    if (ts.isCallExpression(node)) return callOf(node);
    throw new Unreadable(node, `\`${short(node)}\` is none of the forms that codegen knows`);
  }

  function callOf(node: ts.CallExpression): Template {
    const [argument] = node.arguments;
    const name =
      ts.isIdentifier(node.expression) && isGlobal(node.expression, checker) ? node.expression.text : "";
    if (argument && node.arguments.length === 1 && (name === "String" || name === "encodeURIComponent")) {
      const parts = partsOf(argument);
      if (name === "String") return parts;
      return parts.map((part) =>
        typeof part === "string" ? encodeURIComponent(part) : { ...part, encode: true },
      );
    }
    throw new Unreadable(node, `\`${short(node)}\` calls what codegen doesn't know`);
  }

  function holeOf(node: ts.Expression): Hole | undefined {
    if (ts.isPropertyAccessExpression(node) && !node.questionDotToken) {
      const base = holeOf(node.expression);
      // The type tells a param's own key from a method or a text's length.
      return base && isOwnKey(node, checker) ? { ...base, path: [...base.path, node.name.text] } : undefined;
    }
    if (!ts.isIdentifier(node)) return undefined;
    const symbol = checker.getSymbolAtLocation(node);
    return symbol && holes.get(symbol);
  }
}

/** The variables that hold params, or what was taken out of them. */
function holesOf(node: NameFunction, checker: ts.TypeChecker): ReadonlyMap<ts.Symbol, Hole> {
  const holes = new Map<ts.Symbol, Hole>();
  const visit = (name: ts.BindingName, hole: Hole): void => {
    if (ts.isIdentifier(name)) {
      const symbol = checker.getSymbolAtLocation(name);
      if (symbol) holes.set(symbol, hole);
      return;
    }
    for (const element of name.elements) {
      if (!ts.isBindingElement(element) || !ts.isObjectBindingPattern(name))
        throw new Unreadable(name, "it takes an array apart");
      if (element.initializer || element.dotDotDotToken)
        throw new Unreadable(element, "a default, or a rest of properties");
      const key = element.propertyName ?? element.name;
      if (!ts.isIdentifier(key)) throw new Unreadable(key, "a key that is no plain name");
      visit(element.name, { ...hole, path: [...hole.path, key.text] });
    }
  };
  for (const [param, { name }] of node.parameters.entries()) visit(name, { param, path: [] });
  return holes;
}

function returned(node: NameFunction): ts.Expression {
  const { body } = node;
  if (body && !ts.isBlock(body)) return body;
  const [statement, ...more] = body?.statements ?? [];
  if (statement && more.length === 0 && ts.isReturnStatement(statement) && statement.expression)
    return statement.expression;
  throw new Unreadable(node, "it does more than return one expression");
}

/** A literal, or a constant or an enum's member that stands for one. */
function constantOf(node: ts.Expression, checker: ts.TypeChecker): string | undefined {
  const type = checker.getTypeAtLocation(node);
  if (!type.isStringLiteral() && !type.isNumberLiteral()) return undefined;
  // A call, or a param of a literal type, has the type too; it isn't known to have the value.
  const isPlain =
    ts.isIdentifier(node) || ts.isPropertyAccessExpression(node) || ts.isLiteralExpression(node);
  return isPlain ? String(type.value) : undefined;
}

const isText = (node: ts.Expression, checker: ts.TypeChecker) =>
  (checker.getTypeAtLocation(node).flags & ts.TypeFlags.StringLike) !== 0;

function isOwnKey(node: ts.PropertyAccessExpression, checker: ts.TypeChecker): boolean {
  const symbol = checker.getSymbolAtLocation(node.name);
  const base = checker.getTypeAtLocation(node.expression);
  return (
    symbol !== undefined &&
    (symbol.flags & ts.SymbolFlags.Property) !== 0 &&
    (base.flags & ts.TypeFlags.Object) !== 0
  );
}

/** Whether a name is the platform's, and not one that the user gave. */
const isGlobal = (node: ts.Identifier, checker: ts.TypeChecker) =>
  checker
    .getSymbolAtLocation(node)
    ?.declarations?.every((declaration) => declaration.getSourceFile().isDeclarationFile) ?? false;

const merge = (parts: Template): Template =>
  parts.reduce<(string | Hole)[]>((merged, part) => {
    const last = merged.at(-1);
    if (typeof part === "string" && typeof last === "string") merged[merged.length - 1] = last + part;
    else if (part !== "") merged.push(part);
    return merged;
  }, []);

const short = (node: ts.Node) => {
  const text = node.getText().replace(/\s+/g, " ");
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
};
